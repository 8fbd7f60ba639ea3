"""Scripted trouble: which requests go wrong, and how."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from rediscover.simulator.answers import Response, accounts_error, api_error, unauthorized

Kind = Literal[
    "status",  # `status`, `body` and `headers` as given
    "rate_limited",  # 429, with `retry_after` seconds or without the header
    "quota",  # 429 whose reason is QUOTA_EXCEEDED, with `retry_after` or without the header
    "unavailable",  # `status` 500, 502, 503 or 504; the body is HTML with `html`
    "unauthorized",  # 401 for a good token
    "reset",  # the connection closes without an answer, nothing took effect
    "lost_response",  # the request takes effect, then the connection closes without an answer
    "delay_before",  # waits `seconds`, then takes effect and answers
    "delay_after",  # takes effect, then waits `seconds` before it answers
    "malformed",  # takes effect; the answer's body is not JSON
    "truncated",  # takes effect; the connection closes halfway through the body
    "fewer_rows",  # a page has only the first half of its rows, though its total counts all
]


@dataclass
class Fault:
    """Strikes requests of `method` (any, if None) whose path `path` (a regular expression) is found in.

    Where `containing` is given, it must stand in the request's body. Of the matching requests, counted from 1, it
    strikes the `nth` and the following, `count` in all;
    -1 is every one from there on. Paths are as sent: `/v1/playlists/…/items`, `/api/token`. `meanwhile` is called
    (from Python only) while the request is under way: before it takes effect with "reset" and "delay_before", after
    that with "lost_response" and "delay_after".
    """

    kind: Kind
    method: str | None = None
    path: str = ""
    containing: str = ""
    nth: int = 1
    count: int = 1
    status: int = 503
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None
    seconds: float = 0
    html: bool = False
    meanwhile: Callable[[], object] | None = None
    matched: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"no fault is called {self.kind!r}")
        re.compile(self.path)

    def meet(self, method: str, path: str, body: bytes = b"") -> bool:
        """Count the request if it matches; whether the fault strikes it."""
        if self.method not in (None, method) or not re.search(self.path, path):
            return False
        if self.containing.encode() not in body:
            return False
        self.matched += 1
        if self.matched < self.nth or self.struck == self.count:
            return False
        self.struck += 1
        return True


class Faults:
    """The scripted faults. The first that strikes a request hides it from those added later."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Script one; its `struck` tells later how often it did."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """Every scripted fault, used up or not."""
        with self._lock:
            return list(self._faults)

    def strike(self, method: str, path: str, body: bytes = b"") -> Fault | None:
        """The fault that strikes this request, if one does."""
        with self._lock:
            return next((fault for fault in self._faults if fault.meet(method, path, body)), None)


def answer_instead(fault: Fault, path: str) -> Response | None:
    """What the client gets in place of the real answer; None when the fault lets the request through."""
    match fault.kind:
        case "status":
            return Response(fault.status, fault.body, fault.headers)
        case "rate_limited":
            return api_error(429, "API rate limit exceeded", _retry_after(fault))
        case "quota":
            return api_error(429, "Too many requests", _retry_after(fault), reason="QUOTA_EXCEEDED")
        case "unavailable":
            return _unavailable(fault, path)
        case "unauthorized":
            return unauthorized("Invalid access token")
        case _:
            return None


def spoil(fault: Fault, answer: Response) -> Response:
    """The real answer as the fault lets it arrive."""
    if fault.kind == "malformed":
        return Response(answer.status, '{"snapshot_id": ', answer.headers)
    if fault.kind == "fewer_rows" and isinstance(answer.body, dict):
        return replace(answer, body=_with_half_the_rows(answer.body))
    if fault.kind == "truncated":
        half = answer.payload().decode()
        half = half[: len(half) // 2]
        missing = len(answer.payload()) - len(half.encode())
        return Response(answer.status, half, answer.headers, answer.content_type, max(1, missing))
    return answer


def _with_half_the_rows(page: dict[str, Any]) -> dict[str, Any]:
    rows = page.get("items")
    if isinstance(rows, dict):
        return {**page, "items": _with_half_the_rows(rows)}
    return {**page, "items": rows[: len(rows) // 2]} if isinstance(rows, list) else page


def _retry_after(fault: Fault) -> dict[str, str]:
    return {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}


def _unavailable(fault: Fault, path: str) -> Response:
    if fault.html:
        page = f"<html><body><h1>{fault.status} Server Error</h1></body></html>"
        return Response(fault.status, page, content_type="text/html; charset=utf-8")
    if path == "/api/token":
        return accounts_error("server_error", "Service unavailable", fault.status)
    return api_error(fault.status, "Service unavailable")
