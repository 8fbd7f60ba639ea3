"""Lambda and SNS for interpreters that cannot sign their requests as the embedded engine wants them signed."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any, Self

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.wrappers import Request, Response

from rediscover.engine.aws import REGION
from rediscover.engine.functions import INVOCATIONS
from rediscover.engine.server import HttpServer

KEPT = ("x-amz-function-error", "x-amzn-errortype", "content-type")
PASSED_ON = ("Content-Type", "X-Amz-Invocation-Type")


class Called:
    """An HTTP endpoint at `url` that asks another one the same, with that one's keys; without one, it never answers."""

    def __init__(self) -> None:
        self._endpoint = ""
        self._credentials: Mapping[str, str] = {}
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self._server = HttpServer(self._serve)
        self.url = self._server.url
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.stop()

    def ask(self, endpoint: str, credentials: Mapping[str, str]) -> None:
        """Where to ask from now on; `credentials` are environment variables."""
        self._endpoint, self._credentials = endpoint, credentials

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not self._endpoint:
            self._ended.wait()
            return Response(status=503)(environ, start_response)
        return self._passed_on(Request(environ))(environ, start_response)

    def _passed_on(self, asked: Request) -> Response:
        service = "lambda" if asked.path.startswith(INVOCATIONS) else "sns"
        headers = {name: asked.headers[name] for name in PASSED_ON if name in asked.headers}
        again = AWSRequest("POST", self._endpoint + asked.environ["RAW_URI"], headers, asked.get_data())
        keys = Credentials(self._credentials["AWS_ACCESS_KEY_ID"], self._credentials["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(keys, service, REGION).add_auth(again)
        answer = requests.post(str(again.url), again.data, headers=dict(again.headers), timeout=900)
        kept = {name: value for name, value in answer.headers.items() if name.lower() in KEPT}
        return Response(answer.content, answer.status_code, kept)
