"""One HTTP exchange, bounded in time and size whatever the other side sends."""

import json
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any

import requests

TIMEOUT = (3.05, 20.0)
"""Seconds to connect, and to wait for the next bytes of an answer."""

DEADLINE = 40.0
"""Seconds for all of it. A server that keeps sending a byte in time keeps within TIMEOUT for ever."""

LIMIT = 2_000_000
"""Bytes of an answer, decompressed. A hundred items with every field are a quarter of that; ours have a few."""

CHUNK = 65_536


class Unbounded(requests.RequestException):
    """The answer is larger than LIMIT."""


@dataclass(frozen=True)
class Answer:
    """All of an answer. Header names are matched in any case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The body's JSON. Raises ValueError, also for one nested too deep to be read."""
        try:
            return json.loads(self.content)
        except RecursionError:
            raise ValueError("nested too deep") from None


def request(session: requests.Session, method: str, url: str, **arguments: Any) -> Answer:
    """Send one request, follow no redirect, and read the answer whole.

    Raises requests' RequestException: Timeout after DEADLINE, Unbounded past LIMIT. It runs in a thread of its own,
    since no timeout of a socket ends a slow drip of headers or a slow look-up of a name; one that is given up on
    ends with its connection, or with the process.
    """
    outcome: Future[Answer] = Future()

    def run() -> None:
        try:
            outcome.set_result(_whole(session, method, url, arguments))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return outcome.result(DEADLINE)
    except TimeoutError:
        raise requests.Timeout from None


def _whole(session: requests.Session, method: str, url: str, arguments: Mapping[str, Any]) -> Answer:
    with session.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **arguments) as answer:
        content = bytearray()
        for chunk in answer.iter_content(CHUNK):
            content += chunk
            if len(content) > LIMIT:
                raise Unbounded
        return Answer(answer.status_code, answer.headers, bytes(content))
