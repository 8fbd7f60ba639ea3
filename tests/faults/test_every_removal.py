"""A track leaves the source only after it was read back in the target, whatever happens to whichever call."""

from dataclasses import replace

import pytest

from rediscover.simulator import Simulator
from tests.faults.cases import FAULTS, PLACES, REMOVALS, Case, told_apart
from tests.faults.promise import Archive, archive
from tests.faults.test_every_choice import DOUBTS, never_shown, relinked, shown_empty
from tests.faults.together import Outcome, assert_promise, run_all
from tests.support.few import SOAK

REPEATED = ("503", "reset before it took effect", "answer lost after it took effect", "401", "403", "404", "400")


def cleared(simulator: Simulator, name: str) -> Archive:
    """What the target has is to leave the source."""
    return _clearing(archive(simulator, name))


def cleared_on_top(simulator: Simulator, name: str) -> Archive:
    """The same, and new tracks go to the top."""
    return _clearing(archive(simulator, name), position="top")


def cleared_but_relinked(simulator: Simulator, name: str) -> Archive:
    """The target shows some of it by another URI."""
    return _clearing(relinked(simulator, name))


def cleared_but_shown_empty(simulator: Simulator, name: str) -> Archive:
    """The target shows empty places for some of it."""
    return _clearing(shown_empty(simulator, name))


def cleared_but_never_shown(simulator: Simulator, name: str) -> Archive:
    """The target counts some of it and shows no row for it."""
    return _clearing(never_shown(simulator, name))


def _clearing(made: Archive, **options: object) -> Archive:
    return replace(made, options={**made.options, "clear_source": True, **options})


def _cases() -> list[Case]:
    removing = [Case(place, fault, make=cleared) for turn, place in enumerate(REMOVALS) for fault in told_apart(turn)]
    again = [Case(place, fault, count, cleared) for place in REMOVALS for fault in REPEATED for count in (3, -1)]
    elsewhere = [Case(place, fault, make=cleared) for place in PLACES for fault in (FAULTS if SOAK else DOUBTS)]
    others = (cleared_on_top, cleared_but_relinked, cleared_but_shown_empty, cleared_but_never_shown)
    shown = [Case("first page read back", fault, make=make) for make in others for fault in DOUBTS]
    return removing + again + elsewhere + shown


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> dict[Case, Outcome]:
    """Every case, run."""
    return run_all(_cases(), request)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", _cases(), ids=str)
def test_the_promise_holds_for(case: Case, outcomes: dict[Case, Outcome]) -> None:
    assert_promise(outcomes[case])
