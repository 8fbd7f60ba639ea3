"""Requests of this process to the engine, handed to it without a connection."""

import threading
from http.client import HTTPMessage
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.wrappers import Response

from rediscover.engine.server import HOST, RequestHandler, WsgiApplication, answer


class InProcess:
    """Answers the requests of boto3's clients, as a handler of botocore's event before-send.

    `application` and `port` are those of the server that would answer them.
    """

    def __init__(self, application: WsgiApplication, port: int) -> None:
        self._application = application
        self._address = HOST, port

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """What the server would answer; 500 where the application fails.

        The main thread's are answered in a thread of their own: Ctrl-C ends the waiting, not the write that is waited
        for.
        """
        environ = _Request(request, self._address).make_environ()
        told = self._answer_beside(environ) if _may_be_interrupted() else answer(self._application, environ)
        raw: Any = HTTPResponse(
            BytesIO(told.get_data()),
            headers=HTTPHeaderDict(told.headers.to_wsgi_list()),
            status=told.status_code,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return AWSResponse(request.url, raw.status, raw.headers, raw)

    def _answer_beside(self, environ: dict[str, Any]) -> Response:
        answers: list[Response] = []
        thread = threading.Thread(target=lambda: answers.append(answer(self._application, environ)), daemon=True)
        thread.start()
        thread.join()
        return answers[0]


def _may_be_interrupted() -> bool:
    return threading.current_thread() is threading.main_thread()


class _Request(RequestHandler):
    """A request as the server would have read it, with the spelling of headers that moto goes by."""

    connection = None
    request_version = "HTTP/1.1"

    def __init__(self, request: AWSPreparedRequest, address: tuple[str, int]) -> None:
        url, body = urlsplit(request.url), _bytes(request.body)
        self.command, self.path = request.method, f"{url.path}?{url.query}" if url.query else url.path
        self.server: Any = _Server(address)
        self.client_address = address
        self.rfile = BytesIO(body)
        self.headers = HTTPMessage()
        self.headers["Host"] = url.netloc
        for name, value in request.headers.items():
            if name.lower() not in ("content-length", "transfer-encoding"):
                self.headers[name] = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        self.headers["Content-Length"] = str(len(body))


class _Server:
    ssl_context = None
    multithread = True
    multiprocess = False

    def __init__(self, address: tuple[str, int]) -> None:
        self.server_address = address


def _bytes(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body or b"")
