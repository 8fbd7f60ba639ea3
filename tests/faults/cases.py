"""What may happen to a call of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rediscover.simulator import Fault, Simulator
from tests.faults.promise import Archive, archive
from tests.support.few import SOAK

Make = Callable[[Simulator, str], Archive]
"""Makes the playlists of a case, by its name."""

PLACES: dict[str, tuple[str, str, int]] = {
    "source head": ("GET", "source}$", 1),
    "first source page": ("GET", "source}/items", 1),
    "last source page": ("GET", "source}/items", 3),
    "target head": ("GET", "target}$", 1),
    "first target page": ("GET", "target}/items", 1),
    "last target page": ("GET", "target}/items", 3),
    "first batch": ("POST", "target}/items", 1),
    "middle batch": ("POST", "target}/items", 2),
    "last batch": ("POST", "target}/items", 3),
    "first page read back": ("GET", "target}/items", 4),
    "last page read back": ("GET", "target}/items", 8),
}
"""Of a run that adds 230 tracks to 130 others: method, end of the path, and which of these requests."""

REMOVALS: dict[str, tuple[str, str, int]] = {
    "first removal": ("DELETE", "source}/items", 1),
    "middle removal": ("DELETE", "source}/items", 2),
    "last removal": ("DELETE", "source}/items", 3),
}
"""Of the same run, where its source is to be cleared."""

FORBIDDEN = {"error": {"status": 403, "message": "Forbidden"}}
NOT_FOUND = {"error": {"status": 404, "message": "Not found."}}
BAD_REQUEST = {"error": {"status": 400, "message": "Bad request"}}
UNPROCESSABLE = {"error": {"status": 422, "message": "Unprocessable"}}
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "unavailable", "status": 500},
    "502 in HTML": {"kind": "unavailable", "status": 502, "html": True},
    "503": {"kind": "unavailable", "status": 503},
    "reset before it took effect": {"kind": "reset"},
    "answer lost after it took effect": {"kind": "lost_response"},
    "malformed answer": {"kind": "malformed"},
    "truncated answer": {"kind": "truncated"},
    "401": {"kind": "unauthorized"},
    "403": {"kind": "status", "status": 403, "body": FORBIDDEN},
    "404": {"kind": "status", "status": 404, "body": NOT_FOUND},
    "400": {"kind": "status", "status": 400, "body": BAD_REQUEST},
    "429 for no time": {"kind": "rate_limited", "retry_after": 0},
    "429 for a second": {"kind": "rate_limited", "retry_after": 1},
    "429 for a minute": {"kind": "rate_limited", "retry_after": 60},
    "429 without a time": {"kind": "rate_limited"},
    "half of a page": {"kind": "fewer_rows"},
    "422": {"kind": "status", "status": 422, "body": UNPROCESSABLE},
    "429 for the quota": {"kind": "quota", "retry_after": 90},
}


ALIKE = (
    ("500", "502 in HTML", "503"),
    ("answer lost after it took effect", "truncated answer"),
    ("400", "422"),
    ("429 for no time", "429 for a second", "429 for a minute", "429 without a time"),
)
"""Faults that a function tells apart no further (rediscover_archive.spotify.transport and refusals)."""


def told_apart(turn: int) -> list[str]:
    """The faults, but of those alike the one whose turn it is; with SOAK all of them."""
    passed = set() if SOAK else {fault for alike in ALIKE for fault in alike if fault != alike[turn % len(alike)]}
    return [fault for fault in FAULTS if fault not in passed]


@dataclass(frozen=True)
class Case:
    """A fault at a place, so many times (-1: always)."""

    place: str
    fault: str
    count: int = 1
    make: Make = archive

    def __str__(self) -> str:
        times = {1: "", -1: ", always"}.get(self.count, f", {self.count} times")
        return f"{self.fault} at the {self.place}{times}{_of(self.make)}"

    def script(self, before: Archive) -> Fault:
        """The fault for the playlists of one archive."""
        method, end, nth = {**PLACES, **REMOVALS}[self.place]
        path = end.replace("source}", before.source).replace("target}", before.target)
        return Fault(method=method, path=f"/playlists/{path}", nth=nth, count=self.count, **FAULTS[self.fault])


def _of(make: Make) -> str:
    return "" if make is archive else f" ({make.__name__.replace('_', ' ')})"
