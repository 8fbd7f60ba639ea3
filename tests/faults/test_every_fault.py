"""Every Spotify call of a run, and everything that may happen to it; the promise holds for each.

`SOAK=1` tries at every call those faults too that a function does not tell apart.
"""

import pytest

from tests.faults.cases import PLACES, Case, told_apart
from tests.faults.together import Outcome, assert_promise, run_all

REPEATED = ("503", "reset before it took effect", "answer lost after it took effect", "401", "429 for no time", "404")


def _cases() -> list[Case]:
    once = [Case(place, fault) for turn, place in enumerate(PLACES) for fault in told_apart(turn)]
    again = [
        Case(place, fault, count)
        for place in PLACES
        for fault in REPEATED
        for count in (3, -1)
        if not (count == -1 and fault.startswith("429"))
    ]
    return once + again


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> dict[Case, Outcome]:
    """Every case, run."""
    return run_all(_cases(), request)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", _cases(), ids=str)
def test_the_promise_holds_for(case: Case, outcomes: dict[Case, Outcome]) -> None:
    assert_promise(outcomes[case])
