"""The doctor and a run judge alike: each case of a source and a target is tried by both."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from rediscover.commands.doctor import DoctorArguments, doctor
from rediscover.simulator import Fault, Simulator
from rediscover.simulator.world.identities import SCOPES
from tests.simulation.quick import QuickStack
from tests.support.command import account_of, spotify_at
from tests.support.few import paired
from tests.support.stack import Stack

pytestmark = pytest.mark.quick
Make = Callable[[Simulator, str], str]
"""Makes a playlist of a name; what is given of it."""


def _theirs(*, followed: bool = False, invited: bool = False, shared: bool = False, public: bool = False) -> Make:
    def make(spotify: Simulator, name: str) -> str:
        tracks = spotify.tracks(2, name)
        made = spotify.create_playlist(name, tracks, owner="friend", collaborative=shared, public=public)
        if followed:
            spotify.follow(made)
        if invited:
            spotify.invite(made)
        return made

    return make


def _of_size(total: int) -> Make:
    return lambda spotify, name: spotify.create_playlist(name, [spotify.track("Again")["uri"]] * total)


def _mine(pattern: str = "{}", *, public: bool = False, collaborative: bool = False) -> Make:
    def make(spotify: Simulator, name: str) -> str:
        tracks = spotify.tracks(2, name)
        return pattern.format(spotify.create_playlist(name, tracks, public=public, collaborative=collaborative))

    return make


def _hidden(status: int) -> Make:
    def make(spotify: Simulator, name: str) -> str:
        body = {"name": name, "owner": {"id": "spotify"}} if status == 200 else {"error": {"message": "No"}}
        made = f"37i9dQ{name:x<16}"
        spotify.faults.add(Fault("status", path=f"/playlists/{made}", status=status, body=body, count=-1))
        return made

    return make


PLAYLISTS: dict[str, Make] = {
    "own and private": _mine(),
    "own and public": _mine(public=True),
    "own and collaborative": _mine(collaborative=True),
    "own, by a link with all about it": _mine("<https://open.spotify.com/intl-de/playlist/{}?si=1&amp;pi=2>"),
    "collaborative": _theirs(shared=True),
    "invited": _theirs(invited=True),
    "invited, public and followed": _theirs(invited=True, public=True, followed=True),
    "followed": _theirs(followed=True, public=True),
    "foreign": _theirs(public=True),
    "foreign and private": _theirs(),
    "made by Spotify, 404": _hidden(404),
    "made by Spotify, 403": _hidden(403),
    "made by Spotify, without contents": _hidden(200),
    "gone": lambda *_: "5ieJqeLJjjI8iJWaxeBLuK",
    "nearly full": _of_size(9_990),
    "full": _of_size(10_000),
    "an album": lambda *_: "https://open.spotify.com/album/5ieJqeLJjjI8iJWaxeBLuK",
    "a short link": lambda *_: "https://spotify.link/aBcDeF",
    "the liked songs": lambda *_: "https://open.spotify.com/collection/tracks",
    "no link": lambda *_: "Discover Weekly",
    "two of them": lambda spotify, name: ",".join(_mine()(spotify, f"{name}{part}") for part in "ab"),
}


AnyStack = Stack | QuickStack


def examined(stack: AnyStack, spotify: Simulator, source: str, target: str, home: Path) -> tuple[int, dict[str, str]]:
    """The doctor's exit code, and the worst mark of each of its lines."""
    where = spotify_at(spotify) if isinstance(stack, Stack) else {}
    environment = {"REDISCOVER_HOME": str(home), **where, **account_of(spotify)}
    out = io.StringIO()
    console = Console(file=out, highlight=False, markup=False, soft_wrap=True)
    code = stack.beside(lambda: doctor(DoctorArguments([source], target, None), environment, console))
    marks: dict[str, str] = {}
    for line in out.getvalue().splitlines():
        mark, name, _ = line.split(maxsplit=2)
        marks[name] = mark if marks.get(name) != "✗" else "✗"
    return code, marks


def agree(stack: AnyStack, spotify: Simulator, source: str, target: str, home: Path) -> None:
    code, marks = examined(stack, spotify, source, target, home)
    ended = stack.run(source, target)
    told = f"{marks}, {ended.error}: {ended.cause}"
    assert (code == 0) == (ended.status == "SUCCEEDED"), told
    if ended.status == "SUCCEEDED":
        assert ended.output["outcome"] in ("added", "nothing_new")
        assert marks["Target"] == "✓", told


@pytest.mark.parametrize("what", PLAYLISTS)
def test_of_a_source(stack: AnyStack, simulator: Simulator, tmp_path: Path, what: str) -> None:
    if what == "the liked songs":
        simulator.authorize([*SCOPES, "user-library-read"])
        stack.renew(simulator)
    source, target = PLAYLISTS[what](simulator, "S"), simulator.create_playlist("Archive")
    agree(stack, simulator, source, target, tmp_path)


@pytest.mark.parametrize("what", PLAYLISTS)
def test_of_a_target(stack: AnyStack, simulator: Simulator, tmp_path: Path, what: str) -> None:
    target = PLAYLISTS[what](simulator, "T")
    source = simulator.create_playlist("Inbox", simulator.tracks(3, "New"))
    agree(stack, simulator, source, target, tmp_path)


def test_of_a_target_that_is_the_source(stack: AnyStack, simulator: Simulator, tmp_path: Path) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(3))
    agree(stack, simulator, source, f"spotify:user:me:playlist:{source}", tmp_path)


@pytest.mark.parametrize("setting", ["owner_has_premium", "user_is_registered"])
def test_of_an_app(stack: AnyStack, simulator: Simulator, tmp_path: Path, setting: str) -> None:
    source, target = simulator.create_playlist("Inbox", simulator.tracks(1)), simulator.create_playlist("Archive")
    simulator.settings.update(**{setting: False})
    agree(stack, simulator, source, target, tmp_path)


@pytest.mark.parametrize("end", [Simulator.revoke_authorization, Simulator.expire_authorization])
def test_of_an_authorization(
    stack: AnyStack, simulator: Simulator, tmp_path: Path, end: Callable[[Simulator], None]
) -> None:
    source, target = simulator.create_playlist("Inbox", simulator.tracks(1)), simulator.create_playlist("Archive")
    end(simulator)
    agree(stack, simulator, source, target, tmp_path)


@pytest.mark.parametrize(
    ("missing", "public"), paired([*SCOPES, *(f"all but {scope}" for scope in SCOPES)], [True, False, True])
)
def test_a_scope_that_a_run_misses_is_one_that_the_doctor_misses(
    stack: AnyStack, simulator: Simulator, tmp_path: Path, missing: str, public: bool
) -> None:
    """The other way round not: the doctor asks for all that any playlist may need."""
    scopes = [missing.removeprefix("all but ")] if " " in missing else [one for one in SCOPES if one != missing]
    simulator.authorize(scopes)
    stack.renew(simulator)
    source = simulator.create_playlist("Inbox", simulator.tracks(1), public=public)
    target = simulator.create_playlist("Archive", public=public, collaborative=not public)
    code, marks = examined(stack, simulator, source, target, tmp_path)
    assert (code, marks["Scopes"]) == (1, "✗")
    ended = stack.run(source, target)
    assert ended.error in (None, "MissingScope"), ended.cause
    of_reading = "✗" in (marks.get("Source"), marks.get("Target"))
    assert not of_reading or ended.error == "MissingScope"
