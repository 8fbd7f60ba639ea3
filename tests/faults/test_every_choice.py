"""The promise holds for other sources and choices too; each is disturbed where it works differently.

`SOAK=1` runs every fault there, not only those that leave a doubt.
"""

from dataclasses import replace

import pytest

from rediscover.simulator import Fault, Simulator
from tests.faults.cases import FAULTS, Case, Make
from tests.faults.promise import Archive, archive, broken_promises, untold_failures
from tests.faults.together import Outcome, assert_promise, run_all
from tests.support.few import SOAK, paired
from tests.support.scopes import SCOPES_ALL
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

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


def _new(made: Archive, *places: int) -> list[str]:
    new = [str(uri) for uri in made.offered if uri not in made.kept]
    return [new[place] for place in places]


def relinked(simulator: Simulator, name: str) -> Archive:
    """The target shows some of what is added by another URI, at the ends of batches too."""
    made = archive(simulator, name)
    for uri in _new(made, 0, 50, 99, 100, 229):
        simulator.show_as(made.target, uri, simulator.track(f"{name} instead of {uri}"))
    return made


def shown_empty(simulator: Simulator, name: str) -> Archive:
    """The target shows empty places for some of what is added."""
    made = archive(simulator, name)
    for uri in _new(made, 0, 50, 51, 199, 229):
        simulator.show_as(made.target, uri, None)
    return made


def never_shown(simulator: Simulator, name: str) -> Archive:
    """The target counts some of what is added and shows no row for it."""
    made = archive(simulator, name)
    for uri in _new(made, 0, 150):
        simulator.hide(made.target, uri)
    return made


def read_by_twenty(simulator: Simulator, name: str) -> Archive:
    """Pages have twenty rows where fifty were asked for."""
    simulator.settings.update(most_rows=20)
    return archive(simulator, name)


def refused_in_other_words(simulator: Simulator, name: str) -> Archive:
    """Spotify refuses one track for as long as it is in, without a word of it."""
    made = archive(simulator, name)
    (gone,) = _new(made, 120)
    said = {"error": {"status": 400, "message": "Bad request"}}
    simulator.faults.add(
        Fault("status", "POST", f"{made.target}/items", containing=gone, count=-1, status=400, body=said)
    )
    return replace(made, refused=[gone])


def pasted(simulator: Simulator, name: str) -> Archive:
    """The links of what is offered are the source."""
    made = archive(simulator, name)
    return replace(made, options={"source": {"tracks": made.offered}})


def elsewhere(simulator: Simulator, name: str) -> Archive:
    """Some of what is offered stands in another playlist, which is not to be repeated."""
    made = archive(simulator, name)
    there = _new(made, 0, 1, 50, 99, 100, 229)
    other = simulator.create_playlist(f"{name} elsewhere", there)
    return replace(made, options={"not_in": [other]}, refused=[*there])


CHOICES: tuple[Make, ...] = (
    *(at_the_top, by_isrc, limited, pasted, elsewhere),
    *(relinked, shown_empty, never_shown, read_by_twenty, refused_in_other_words),
)


def _cases() -> list[Case]:
    faults = FAULTS if SOAK else DOUBTS
    at_the_place_of_its_own = [Case(place, fault, make=at_the_top) for place, fault in paired(BATCHES, [*faults])]
    others = [make for make in CHOICES if make is not at_the_top]
    places = BATCHES if SOAK else BATCHES[1:2]
    return at_the_place_of_its_own + [
        Case(place, fault, make=make)
        for place in places
        for make, fault in paired(others if SOAK else others * 2, [*faults])
    ]


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> dict[Case, Outcome]:
    """Every case, run."""
    return run_all(_cases(), request)


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


@pytest.mark.parametrize("fault", FAULTS if SOAK else [*DOUBTS[1:3], "429 for the quota"])
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
