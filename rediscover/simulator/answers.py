"""What the simulated Spotify answers, before it becomes bytes on a socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BEARER_REALM = 'Bearer realm="spotify"'


@dataclass(frozen=True)
class Response:
    """A status, a body and headers. A string is sent as it is, anything else as JSON, None as nothing.

    `withheld_bytes` are announced in Content-Length and never sent.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    withheld_bytes: int = 0

    def payload(self) -> bytes:
        """The body's bytes."""
        if self.body is None:
            return b""
        text = self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)
        return text.encode()


class Refusal(Exception):
    """Ends the handling of a request with the answer it carries."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def api_error(status: int, message: str, headers: Mapping[str, str] | None = None, **more: str) -> Response:
    """An error in the Web API's shape; `more` adds to the error object, such as a `reason`."""
    return Response(status, {"error": {"status": status, "message": message, **more}}, headers or {})


def unauthorized(message: str) -> Response:
    """The Web API's answer to a token it does not take."""
    challenge = f'{BEARER_REALM}, error="invalid_token", error_description="{message}"'
    return api_error(401, message, {"www-authenticate": challenge})


def accounts_error(error: str, description: str | None = None, status: int = 400) -> Response:
    """An error in the shape of the accounts service."""
    body = {"error": error} if description is None else {"error": error, "error_description": description}
    return Response(status, body)


def refuse(status: int, message: str) -> Refusal:
    """A refusal in the Web API's shape."""
    return Refusal(api_error(status, message))
