"""Every file of the home, damaged in every way, one at a time, under every command.

A command works, or says which file it is and what to do. A run never adds and then dies, adds nothing twice, and makes
no second playlist. `SOAK=1` runs a run for every damage of every file, else for those that stop it, and for many at
once.
"""

import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from rediscover.cli import main
from rediscover.commands.arguments.addresses import parameters
from rediscover.engine import Engine
from rediscover.simulator import Simulator
from tests.conftest import WAIT_SCALE
from tests.support.few import SOAK, few
from tests.support.scopes import SCOPES_ALL

NAME = "Kept"
OFFERED = 30


def _json(value: object) -> Callable[[bytes], bytes]:
    return lambda _: json.dumps(value).encode()


def _retyped(content: bytes) -> bytes:
    """Each value of the object, or of each object of the list, as one of another type."""
    value = json.loads(content)
    if isinstance(value, list):
        return json.dumps([{key: [7] for key in one} for one in value]).encode()
    return json.dumps({key: "x" if isinstance(one, list | dict | int) else [7] for key, one in value.items()}).encode()


def _later(content: bytes) -> bytes:
    value = json.loads(content)
    if isinstance(value, list):
        return json.dumps({"version": 99, "events": value}).encode()
    return json.dumps({**value, "version": 99, "new": {"in": ["a", "later", "release"]}}).encode()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "blank": lambda _: b" \n",
    "half": lambda content: content[: len(content) // 2],
    "binary": lambda content: bytes(range(256)) + content,
    "a list": _json([]),
    "a list of numbers": _json([1, 2]),
    "null": _json(None),
    "text": _json("text"),
    "an empty object": _json({}),
    "deep": lambda _: b"[" * 200_000,
    "retyped": _retyped,
    "of a later version": _later,
}
GONE, FOLDER = "gone", "a folder"
UNUSABLE = DAMAGES.keys() - {"of a later version"}
WAYS = [*DAMAGES, GONE, FOLDER]


@dataclass(frozen=True)
class Place:
    """A home that was used, a simulated Spotify, and the files by what they are for."""

    home: Path
    spotify: Simulator
    source: str
    target: str
    files: dict[str, Path]


def _kind(path: Path) -> str:
    """What a file is for, whatever run or playlist it is about."""
    text = re.sub(r"[0-9A-Za-z]{22}", "ID", path.as_posix())
    text = re.sub(r"\d{8}-\d{6}-[0-9a-f]{6}", "RUN", text)
    return re.sub(r"-[0-9a-f]{10}\.", ".", text)


KINDS = [
    "buckets/Bucket/archives/tracks/ID.json",
    "buckets/Bucket/archives/weeks/ID.json",
    "buckets/Bucket/claims/run.json",
    "buckets/Bucket/plans/RUN/0.json",
    "buckets/Bucket/plans/RUN/0.progress.json",
    "buckets/Bucket/playlists/ID.source.json",
    "buckets/Bucket/playlists/ID.target.json",
    "buckets/Bucket/playlists/liked.source.json",
    "buckets/Bucket/playlists/recently-played.source.json",
    "buckets/Bucket/runs/RUN.json",
    "buckets/Bucket/latest/run.json",
    "buckets/Bucket/targets/kept.json",
    "cache/definitions",
    "cache/functions.json",
    "cache/template.json",
    "credentials.json",
    "executions/RUN/execution.json",
    "executions/RUN/history.json",
    "lock",
    "logs/functions.log",
    "secrets/AccessTokenSecret.ROTATED.json",
    "secrets/AccessTokenSecret.json",
]
NOT_JSON = ("cache/definitions", "lock", "logs/functions.log")


def _environment(patch: pytest.MonkeyPatch, home: Path, spotify: Simulator) -> None:
    for name in [name for name in os.environ if name.startswith("SPOTIFY_")]:
        patch.delenv(name)
    patch.setattr("sys.stdin", io.StringIO())
    patch.setattr("rediscover.engine.Engine", partial(Engine, wait_scale=WAIT_SCALE))
    patch.setattr(
        "rediscover.commands.run.parameters", lambda environment: {**parameters(environment), "SettleSeconds": "0"}
    )
    patch.setenv("REDISCOVER_HOME", str(home))
    patch.setenv("SPOTIFY_API_URL", spotify.api_url)
    patch.setenv("SPOTIFY_ACCOUNTS_URL", spotify.accounts_url)


def _run(source: str) -> list[str]:
    sources = [source, "liked", "recently-played"]
    return ["run", "--json", "--input", json.dumps({"pairs": [{"source": sources, "target": {"create": NAME}}]})]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("used") / "home"
    with Simulator() as spotify, pytest.MonkeyPatch.context() as patch:
        spotify.settings.update(rotate_refresh_token=True)
        spotify.authorize(SCOPES_ALL)
        source = spotify.create_playlist("Inbox", spotify.tracks(OFFERED))
        spotify.save(spotify.tracks(2, "Liked"))
        spotify.play(spotify.track("Played"))
        home.mkdir(mode=0o700)
        (home / "credentials.json").write_text(json.dumps(spotify.credentials))
        _environment(patch, home, spotify)
        assert main(_run(source)) == 0
        spotify.settings.update(rotate_refresh_token=False)  # each copy goes on from the same one
        (target,) = (one.id for one in spotify.playlists.values() if one.name == NAME)
        paths = [path.relative_to(home) for path in sorted(home.rglob("*")) if path.is_file()]
        yield Place(home, spotify, source, target, {_kind(path): path for path in paths})


@pytest.fixture
def place(used: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of the home, to be damaged."""
    home = tmp_path / "home"
    shutil.copytree(used.home, home)
    _environment(monkeypatch, home, used.spotify)
    return Place(home, used.spotify, used.source, used.target, used.files)


def damage(place: Place, kind: str, way: str) -> Path:
    path = place.home / place.files[kind]
    if way in DAMAGES:
        path.write_bytes(DAMAGES[way](path.read_bytes()))
        return path
    path.unlink()
    if way == FOLDER:
        (path / "inside").mkdir(parents=True)
    return path


def applies(kind: str, way: str) -> bool:
    return kind not in NOT_JSON or way not in ("retyped", "of a later version")


CASES = [(kind, way) for kind in KINDS for way in WAYS if applies(kind, way)]


def test_these_are_all_the_files_of_a_home(used: Place) -> None:
    left_out = {kind for kind in used.files if "unfinished" in kind or re.search(r"\.source\.\d|partial$", kind)}
    assert used.files.keys() - left_out == set(KINDS)


def told_of(path: Path, printed: str) -> bool:
    """Whether the file, or the folder that it is in, is named, or what restores it."""
    return str(path) in printed or str(path.parent) in printed


@pytest.mark.parametrize(("kind", "way"), few(CASES, every=9))
def test_commands_that_only_look_work_or_name_the_file(
    place: Place, capsys: pytest.CaptureFixture[str], kind: str, way: str
) -> None:
    path = damage(place, kind, way)
    name = place.files["executions/RUN/history.json"].parent.name
    for command in (
        ["history"],
        ["history", name, "--io"],
        ["history", name, "--json"],
        ["doctor", "--source", place.source, "--target", place.target],
        ["authorize", "--no-browser"],
    ):
        code = main(command)
        printed = "".join(capsys.readouterr())
        if command[0] == "authorize":
            assert code == 1  # nobody pastes an answer
        elif code or (kind == "executions/RUN/execution.json" and command == ["history"] and way in UNUSABLE):
            gone = way == GONE and "There is no execution" in printed
            assert told_of(path, printed) or gone or _to_be_authorized(kind, printed), printed


NEEDED = ("credentials.json", "secrets/AccessTokenSecret.ROTATED.json")
STOPPING = [
    *[(kind, "half") for kind in NEEDED],
    *[(kind, FOLDER) for kind in ("buckets/Bucket/latest/run.json", "lock", "logs/functions.log", *NEEDED)],
]
"""Damages that a run ends at before it adds."""


def _gets_by(shift: int) -> list[tuple[str, str]]:
    """A damage for every file that a run can do without, and from shift to shift another one."""
    ways = [way for way in WAYS if way != FOLDER]
    damages = [(kind, ways[(place + shift) % len(ways)]) for place, kind in enumerate(KINDS) if kind not in NEEDED]
    return [(kind, way if applies(kind, way) else GONE) for kind, way in damages]


@pytest.mark.parametrize("shift", [0, 4, 9] if SOAK else [0, 9])
def test_a_run_gets_by_without_everything_that_it_only_remembers(
    place: Place, capsys: pytest.CaptureFixture[str], shift: int
) -> None:
    """Many files are damaged at once; SOAK damages them one at a time too."""
    assert _run_with(place, _gets_by(shift)) == 0, "".join(capsys.readouterr())
    assert main(["history"]) == 0


@pytest.mark.parametrize(("kind", "way"), CASES if SOAK else STOPPING)
def test_a_run_does_all_or_names_the_file_before_it_adds(
    place: Place, capsys: pytest.CaptureFixture[str], kind: str, way: str
) -> None:
    if _run_with(place, [(kind, way)]) == 0:
        assert main(["history"]) == 0
    else:
        path, printed = place.home / place.files[kind], "".join(capsys.readouterr())
        assert told_of(path, printed) or path.name in printed or _to_be_authorized(kind, printed), printed


def _run_with(place: Place, damages: list[tuple[str, str]]) -> int:
    """The exit code of a run after the damages; it adds what is new where that is 0, and else nothing."""
    spotify = place.spotify
    before = spotify.uris(place.target)
    new = spotify.track(f"New {damages}")
    spotify.add(place.source, [new])
    for kind, way in damages:
        damage(place, kind, way)
    code = main(_run(place.source))
    after = spotify.uris(place.target)
    assert [one.name for one in spotify.playlists.values()].count(NAME) == 1
    assert len(after) == len(set(after))
    assert after[-1] == new["uri"] if code == 0 else after == before
    return code


def _to_be_authorized(kind: str, printed: str) -> bool:
    """Whether what is lost is told as what it is: the authorization, or the token that Spotify had replaced it by."""
    if kind == "credentials.json":
        return "are not set" in printed
    return kind == "secrets/AccessTokenSecret.ROTATED.json" and "no longer accepts the refresh token" in printed


@pytest.mark.parametrize("wrong", ["demo", "demo/lock"])
def test_a_demo_whose_own_home_is_in_the_way_names_it(
    place: Place, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    path = place.home / wrong
    if wrong == "demo":
        path.write_text("")
    else:
        (path / "inside").mkdir(parents=True)
    assert main(["demo"]) == 1
    assert str(place.home / "demo") in capsys.readouterr().err
