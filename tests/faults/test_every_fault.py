"""Every Spotify call of a run, and everything that may happen to it; the promise holds for each.

`SOAK=1` runs every fault at every place, not each at one of those where they differ most.
"""

import pytest

from rediscover.simulator import Simulator
from tests.faults.cases import FAULTS, PLACES, Case, Outcome, assert_promise, run_all
from tests.support.few import SOAK, paired
from tests.support.stack import Stack

REPEATED = ("503", "reset before it took effect", "answer lost after it took effect", "401", "429 for no time", "404")
FEW_PLACES = ("target head", "first batch", "middle batch", "first page read back")


def _cases() -> list[Case]:
    once = [Case(place, fault) for fault, place in paired([*FAULTS], [*PLACES] if SOAK else FEW_PLACES)]
    again = [
        Case(place, fault, count)
        for place in (PLACES if SOAK else ("middle batch",))
        for fault in REPEATED
        for count in (3, -1)
        if not (count == -1 and fault.startswith("429"))
    ]
    return once + again


@pytest.fixture(scope="module")
def outcomes(shared_stack: Stack, shared_simulator: Simulator) -> dict[Case, Outcome]:
    """Every case, run."""
    return run_all(shared_stack, shared_simulator, _cases())


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", _cases(), ids=str)
def test_the_promise_holds_for(case: Case, outcomes: dict[Case, Outcome]) -> None:
    assert_promise(outcomes[case])
