"""The promise holds for other sources and choices too; each is disturbed where it works differently.

`SOAK=1` runs every fault there, not only those that leave a doubt.
"""

from dataclasses import replace

import pytest

from rediscover.simulator import SCOPES_ALL, Fault, Simulator
from tests.faults.cases import FAULTS, SOAK, Case, Outcome, assert_promise, run_all
from tests.faults.promise import Archive, archive, broken_promises, untold_failures
from tests.stack import Stack

DOUBTS = ("503", "reset before it took effect", "answer lost after it took effect", "malformed answer")
BATCHES = ("first batch", "middle batch", "last batch", "first page read back")


def at_the_top(simulator: Simulator, name: str) -> Archive:
    """New tracks go to the top."""
    return replace(archive(simulator, name), options={"position": "top"})


def by_isrc(simulator: Simulator, name: str) -> Archive:
    """Some of the source's recordings stand in the target under other URIs."""
    made = archive(simulator, name)
    held = [simulator.track(f"{name} {n}", album="Album", isrc=f"GBAAA26{n:05}") for n in range(5)]
    same = [simulator.track(f"{name} {n}", album="Single", isrc=f"GBAAA26{n:05}") for n in range(5)]
    simulator.add(made.target, held)
    simulator.add(made.source, same)
    return replace(made, kept=simulator.uris(made.target), options={"match": "isrc"})


def limited(simulator: Simulator, name: str) -> Archive:
    """All that is offered may be added in two runs."""
    return replace(archive(simulator, name), options={"limit_added": 225})


def _cases() -> list[Case]:
    faults = FAULTS if SOAK else DOUBTS
    return [
        Case(place, fault, make=make)
        for make in (at_the_top, by_isrc, limited)
        for place in (BATCHES if SOAK or make is at_the_top else BATCHES[1:2])
        for fault in faults
    ]


@pytest.fixture(scope="module")
def outcomes(shared_stack: Stack, shared_simulator: Simulator) -> dict[Case, Outcome]:
    """Every case, run."""
    return run_all(shared_stack, shared_simulator, _cases())


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", _cases(), ids=str)
def test_the_promise_holds_for(case: Case, outcomes: dict[Case, Outcome]) -> None:
    assert_promise(outcomes[case])


def _liked(simulator: Simulator) -> Archive:
    simulator.save(simulator.tracks(130, "Liked"))
    offered = [track["uri"] for track in reversed(simulator.tracks(130, "Liked"))]
    return _into_an_archive(simulator, "liked", offered)


def _played(simulator: Simulator) -> Archive:
    for track in simulator.tracks(40, "Played"):
        simulator.play(track)
    return _into_an_archive(simulator, "recently-played", [track["uri"] for track in simulator.tracks(40, "Played")])


def _into_an_archive(simulator: Simulator, source: str, offered: list[str | None]) -> Archive:
    target = simulator.create_playlist("Archive", simulator.tracks(20, "Old"))
    return Archive(source, target, offered, simulator.uris(target))


PLACES = {
    "the only request for plays": ("GET", "/me/player", 1, _played),
    "the first page of liked songs": ("GET", "/me/tracks", 1, _liked),
    "the last page of liked songs": ("GET", "/me/tracks", 3, _liked),
    "the batch of liked songs": ("POST", "/items", 1, _liked),
    "the batch of plays": ("POST", "/items", 1, _played),
}


@pytest.mark.parametrize("fault", FAULTS if SOAK else [*DOUBTS, "401", "429 for the quota"])
@pytest.mark.parametrize("place", PLACES)
def test_the_promise_holds_for_what_was_liked_or_played(
    stack: Stack, simulator: Simulator, place: str, fault: str
) -> None:
    method, path, nth, make = PLACES[place]
    simulator.authorize(SCOPES_ALL)
    stack.renew(simulator)
    before = make(simulator)
    struck = simulator.faults.add(Fault(method=method, path=path, nth=nth, **FAULTS[fault]))
    execution = stack.run(before.source, before.target)
    assert struck.struck
    assert broken_promises(simulator, before, completed=False) == []
    assert untold_failures(execution, stack.report(execution)) == []
    simulator.faults.clear()
    assert stack.run(before.source, before.target).status == "SUCCEEDED"
    assert broken_promises(simulator, before, completed=True) == []
