"""HTTP servers of the engine, all on the loopback interface, and for programs of its user only."""

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import get_input_stream

from rediscover.machine.peers import FewStrangers
from rediscover.machine.visitors import is_form, objection

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

HOST = "127.0.0.1"
SECONDS_TO_END = 5.0  # for threads whose connections were cut
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

_log = logging.getLogger(__name__)


class RequestHandler(WSGIRequestHandler):
    """Reads requests as moto's services want them."""

    def make_environ(self) -> dict[str, Any]:
        """With the headers of S3's metadata that have an underscore in their names, which werkzeug drops.

        None of them stands in for one with a dash.
        """
        environ = super().make_environ()
        dashed = {environ_key_for_header(name) for name in self.headers if "_" not in name}
        spelled = {
            environ_key_for_header(name): name for name in self.headers if should_preserve_original_header_name(name)
        }
        kept = {key: name for key, name in spelled.items() if key not in dashed}
        for key, name in kept.items():
            environ[key] = ",".join(self.headers.get_all(name, []))
        return {**environ, PRESERVED_HEADER_NAMES_ENVIRON_KEY: kept}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log no requests."""


def answer(application: WsgiApplication, environ: dict[str, Any]) -> Response:
    """What an application answers, whole; 500 where it fails."""
    try:
        return Response(*run_wsgi_app(application, environ, buffered=True))
    except Exception:
        _log.exception("The engine cannot answer %s %s.", environ["REQUEST_METHOD"], environ["RAW_URI"])
        return Response("The engine has failed.\n", 500)


class _Handler(RequestHandler):
    """Keeps a connection for further requests, where werkzeug's closes it: to make one takes as long as an answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def finish(self) -> None:
        """Say the rest to whoever is still there."""
        with suppress(ConnectionError):
            super().finish()

    def handle_expect_100(self) -> bool:
        """Let a client send the body that it waits with."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return bool(going_on)

    def run_wsgi(self) -> None:
        """Answer a request, and read what the application left of its body, so that the next one begins after it."""
        environ = self.make_environ()
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            self.close_connection = True
        body = environ["wsgi.input"] = get_input_stream(environ)
        self._send(answer(self.server.app, environ))
        while body.read(65_536):
            pass

    def _send(self, told: Response) -> None:
        content = told.get_data()
        self.send_response(told.status_code)
        for name, value in told.headers.items():
            if name != "Content-Length":
                self.send_header(name, value)
        if self.command == "HEAD":
            self.send_header("Content-Length", told.headers.get("Content-Length", "0"))
        elif told.status_code not in _BODILESS:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()


class _Server(FewStrangers, ThreadedWSGIServer):
    ends = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: dict[Any, threading.Thread] = {}

    def serve_until_the_end(self) -> None:
        """Accept requests without looking every moment whether to go on."""
        while not self.ends:
            self.handle_request()
        self.server_close()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether a connection is answered."""
        return not self.ends and super().verify_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer what comes over a connection."""
        self._open[request] = threading.current_thread()
        if self.ends:
            self.shutdown_request(request)
        else:
            super().process_request_thread(request, client_address)
        self._open.pop(request, None)

    def hang_up(self) -> None:
        """Cut the connections that clients keep open."""
        for request, thread in tuple(self._open.items()):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
            thread.join(SECONDS_TO_END)


class HttpServer:
    """A WSGI application on a free port of 127.0.0.1, a thread for each connection."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application
        self._server = _Server(HOST, 0, self._admit, _Handler)
        self.port = self._server.port
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_until_the_end, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more requests."""
        self._server.ends = True
        with suppress(OSError), socket.create_connection((HOST, self.port)):
            self._thread.join()
        self._server.hang_up()

    def _admit(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        headers = {name.lower(): value for name, value in Request(environ, populate_request=False).headers.items()}
        peer = environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])
        why = objection(headers, peer, (HOST, self.port))
        if why is None and is_form(headers):
            why = "This server takes no forms."
        application = Response(f"{why}\n", 403, {"Connection": "close"}) if why else self._application
        return application(environ, start_response)
