"""What may happen to a call of a run, and running many such cases at once.

Forty cases run as the pairs of one execution: a fault strikes the requests for one playlist, so each pair has its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rediscover.simulator import Fault, Simulator
from tests.faults.promise import Archive, archive, broken_promises, untold_failures
from tests.support.stack import Stack

AT_ONCE = 40

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
        method, end, nth = PLACES[self.place]
        path = end.replace("source}", before.source).replace("target}", before.target)
        return Fault(method=method, path=f"/playlists/{path}", nth=nth, count=self.count, **FAULTS[self.fault])


def _of(make: Make) -> str:
    return "" if make is archive else f" ({make.__name__.replace('_', ' ')})"


@dataclass
class Outcome:
    """What came of a case."""

    struck: int
    broken_at_once: list[str]
    untold: list[str]
    broken_in_the_end: list[str]


def run_together(stack: Stack, simulator: Simulator, cases: list[Case]) -> Iterator[Outcome]:
    """Run the cases as pairs of one execution, then all of them once undisturbed."""
    archives = [case.make(simulator, str(case)) for case in cases]
    faults = [simulator.faults.add(case.script(before)) for case, before in zip(cases, archives, strict=True)]
    given = {"pairs": [before.pair for before in archives]}
    execution = stack.ended(stack.start(given), seconds=240)
    untold = untold_failures(execution, stack.report(execution))
    at_once = [broken_promises(simulator, before, completed=False) for before in archives]
    for fault in faults:
        fault.count = fault.struck
    undisturbed = stack.ended(stack.start(given), seconds=240)
    assert undisturbed.status == "SUCCEEDED", undisturbed.cause
    for fault, before, broken in zip(faults, archives, at_once, strict=True):
        yield Outcome(fault.struck, broken, untold, broken_promises(simulator, before, completed=True))


def run_all(stack: Stack, simulator: Simulator, cases: list[Case]) -> dict[Case, Outcome]:
    """Every case, run."""
    found: dict[Case, Outcome] = {}
    for start in range(0, len(cases), AT_ONCE):
        simulator.reset()
        stack.renew(simulator)
        batch = cases[start : start + AT_ONCE]
        found.update(zip(batch, run_together(stack, simulator, batch), strict=True))
    return found


def assert_promise(outcome: Outcome) -> None:
    """What every case must show."""
    assert outcome.struck, "the fault never happened, so the case shows nothing"
    assert outcome.broken_at_once == []
    assert outcome.untold == []
    assert outcome.broken_in_the_end == []
