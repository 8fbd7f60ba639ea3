"""The log of requests: what was asked and answered, never headers or bodies, where tokens are."""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class LoggedRequest:
    """One request; `status` is None while it runs and when no answer was sent. `at` is a Unix time."""

    method: str
    path: str
    query: Mapping[str, str]
    at: float
    status: int | None = None


class Traffic:
    """Every request since the last `forget`, in the order of arrival."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self.forget()

    def forget(self) -> None:
        """Start the log anew."""
        with self._lock:
            self._requests: list[LoggedRequest] = []
            self._most_in_flight = 0

    @property
    def requests(self) -> list[LoggedRequest]:
        """The log."""
        with self._lock:
            return list(self._requests)

    @property
    def most_in_flight(self) -> int:
        """The most requests that ran at one time."""
        with self._lock:
            return self._most_in_flight

    def count(self, method: str | None = None, path: str = "") -> int:
        """How many requests had this method (any, if None) and a path that `path`, a regex, is found in."""
        return sum(
            request.method == (method or request.method) and re.search(path, request.path) is not None
            for request in self.requests
        )

    @contextmanager
    def record(self, method: str, path: str, query: Mapping[str, str]) -> Iterator[LoggedRequest]:
        """Log a request and count it as running until the block ends."""
        request = LoggedRequest(method, path, query, time.time())
        with self._lock:
            self._requests.append(request)
            self._running += 1
            self._most_in_flight = max(self._most_in_flight, self._running)
        try:
            yield request
        finally:
            with self._lock:
                self._running -= 1
