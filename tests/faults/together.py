"""Running many cases at once.

Forty cases run as the pairs of one execution: a fault strikes the requests for one playlist, so each pair has its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from rediscover.simulator import Simulator
from tests.faults.cases import Case
from tests.faults.promise import broken_promises, untold_failures
from tests.simulation.quick import QuickStack, quick_stack
from tests.support.few import SOAK
from tests.support.stack import Stack

AnyStack = Stack | QuickStack

AT_ONCE = 40


@dataclass
class Outcome:
    """What came of a case."""

    struck: int
    broken_at_once: list[str]
    untold: list[str]
    broken_in_the_end: list[str]


def run_together(stack: AnyStack, simulator: Simulator, cases: list[Case]) -> Iterator[Outcome]:
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


def run_all(cases: list[Case], request: pytest.FixtureRequest) -> dict[Case, Outcome]:
    """Every case, run in simulated time; on the embedded engine where SOAK is set."""
    if SOAK:
        return _run_all(request.getfixturevalue("shared_stack"), request.getfixturevalue("shared_simulator"), cases)
    with quick_stack() as stack:
        return _run_all(stack, stack.simulator, cases)


def _run_all(stack: AnyStack, simulator: Simulator, cases: list[Case]) -> dict[Case, Outcome]:
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
