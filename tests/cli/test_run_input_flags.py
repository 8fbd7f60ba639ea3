"""The input that `rediscover run` makes of flags and files, and what it refuses before anything is started."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rediscover import cli
from rediscover.commands import run as command
from rediscover.commands.run import RunArguments
from tests.cli.session import OUTPUT, Session

A, B = "A" * 22, "B" * 22
PAIR = ("--source", A, "--target", B)
ACCOUNT = {"spotify_client_id": "id", "spotify_client_secret": "secret", "refresh_token": "token"}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The inputs that runs were started with."""
    inputs: list[dict[str, Any]] = []

    def run(arguments: RunArguments, *_: object) -> int:
        inputs.append(arguments.input)
        return 0

    monkeypatch.setattr("rediscover.commands.run.run", run)
    return inputs


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which no engine and no stack may be reached."""

    def too_far(*_: object) -> None:
        raise AssertionError("something was started")

    monkeypatch.setattr(command, "on_this_machine", too_far)
    monkeypatch.setattr(command, "on_aws", too_far)
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.delenv(f"SPOTIFY_{name}", raising=False)
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def usage_error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["run", *arguments])
    return " ".join(capsys.readouterr().err.split())


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    assert cli.main(["run", *arguments]) == code
    told = capsys.readouterr()
    assert told.out == ""
    return " ".join(told.err.split())


def test_flags_stand_in_the_pair(started: list[dict[str, Any]]) -> None:
    chosen = ("--max-new", "600", "--match", "isrc", "--position", "top", "--limit-added", "5", "--exclude-explicit")
    assert cli.main(["run", *PAIR, *chosen, "--no-include-episodes"]) == 0
    options = {"match": "isrc", "include_episodes": False, "exclude_explicit": True, "position": "top"}
    assert started == [{"pairs": [{"source": A, "target": B, **options, "limit_added": 5, "max_new": 600}]}]


def test_what_is_not_chosen_is_left_to_the_stack_and_the_defaults(started: list[dict[str, Any]]) -> None:
    assert cli.main(["run", "--source", A, "--source", "liked", "--target", B, "--dry-run"]) == 0
    assert started == [{"pairs": [{"source": [A, "liked"], "target": B}], "dry_run": True}]


def test_playlists_to_leave_alone_may_be_several(started: list[dict[str, Any]]) -> None:
    assert cli.main(["run", *PAIR, "--not-in", A, "--not-in", f"{B}, {A}"]) == 0
    assert started == [{"pairs": [{"source": A, "target": B, "not_in": [A, f"{B}, {A}"]}]}]


def test_a_target_can_be_made(started: list[dict[str, Any]]) -> None:
    assert cli.main(["run", "--source", A, "--create", "Kept {year}"]) == 0
    assert started == [{"pairs": [{"source": A, "target": {"create": "Kept {year}"}}]}]


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (PAIR, {"pairs": [{"source": A, "target": B, "max_new": 600}]}),
        ((), {"max_new": 600}),
    ],
)
def test_options_go_to_a_stack_with_a_pair_or_for_its_own(
    session: Session, typed: tuple[str, ...], given: dict[str, Any]
) -> None:
    session.has_stack()
    session.runs(json.dumps(given), output=json.dumps(OUTPUT))
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws", *typed, "--max-new", "600", "--json"]) == 0


def test_an_input_may_stand_in_a_file_or_come_from_standard_input(
    started: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"pairs": [{"source": A, "target": B}]}
    (tmp_path / "pairs.json").write_text("\ufeff" + json.dumps(given), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(given)))
    assert cli.main(["run", "--input", f"@{tmp_path / 'pairs.json'}"]) == 0
    assert cli.main(["run", "--input", "-"]) == 0
    assert started == [given, given]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (lambda _: None, "cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_text("{pairs}"), "is not JSON: Expecting property name"),
        (lambda path: path.write_bytes(b"\xff\xfe{}"), "is not UTF-8 text"),
        (lambda path: path.write_text("[]"), "is JSON, but not an object such as {}"),
    ],
)
def test_a_file_without_an_input_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, file: Callable[[Path], object], told: str
) -> None:
    path = tmp_path / "pairs.json"
    file(path)
    assert f"rediscover run: error: argument --input: {path} {told}" in usage_error(capsys, "--input", f"@{path}")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            ("--input", "{}", "--max-new", "9", "--match", "uri"),
            "write match, max_new into it, in place of --match, --max",
        ),
        (("--input", "{}", "--create", "Kept"), "give --input, or --source and --target"),
        ((*PAIR, "--create", "Kept"), "give --target, or --create for one that is made"),
        (("--create", "Kept"), "give --source and --target (or --create)"),
        ((*PAIR, "--max-new", "many"), "argument --max-new: many is not a whole number"),
        ((*PAIR, "--max-new", "1", "--max-new", "2"), "--max-new is given twice"),
        ((*PAIR, "--position", "middle"), "argument --position: invalid choice: 'middle' (choose from"),
    ],
)
def test_flags_that_contradict_are_a_usage_error(
    capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], told: str
) -> None:
    assert told in usage_error(capsys, *typed)


@pytest.mark.parametrize("place", [(), ("--aws",)])
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            ("--source", A, "--target", B, "--max-new", "0"),
            "--max-new must be a whole number from 1 to 10,000; it is 0.",
        ),
        (("--source", "x", "--target", B), "--source: 'x' is not a playlist's URL"),
        (("--source", A, "--target", f"{A} {B}"), "--target: a target is one playlist"),
        (("--source", A, "--create", "{day}"), "--create: '{day}' has {day} in it"),
        (("--source", A, "--target", A), "rediscover: source and target are the same playlist"),
        (("--input", '{"dryrun": true}'), "input has no option 'dryrun'. Its options are pairs, dry_run, match,"),
        (("--input", f'{{"pairs": [{{"source": "{A}", "target": "x"}}]}}'), "pairs[0].target: 'x' is not a playlist's"),
    ],
)
def test_an_input_that_cannot_be_run_is_refused_before_anything_is_started(
    home: Path, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], told: str, place: tuple[str, ...]
) -> None:
    assert told in refused(capsys, *place, *typed)
    assert not home.exists()


def test_only_a_stack_has_a_pair_of_its_own(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "The input names no pairs" in refused(capsys, "--input", "{}")
    assert not home.exists()


def test_a_refused_input_is_a_json_object_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--source", "x", "--target", B, "--json"]) == 2
    result = json.loads(capsys.readouterr().out)
    assert (result["execution"], result["status"], result["error"]) == (None, "FAILED", "InvalidInput")
    assert result["cause"].startswith("--source: 'x' ")
    assert not home.exists()


def test_a_source_that_the_authorization_does_not_cover_says_what_to_type(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir(mode=0o700)
    (home / "credentials.json").write_text(json.dumps({**ACCOUNT, "scope": "playlist-read-private"}))
    told = refused(capsys, "--source", "liked", "--source", f"recently-played:{A}", "--target", B, code=1)
    assert "does not cover liked and recently-played" in told
    assert "`rediscover authorize --with liked --with recently-played`" in told


@pytest.mark.parametrize("known", [{}, {"scope": "user-library-read"}])
def test_a_source_that_may_be_covered_is_run(home: Path, known: dict[str, str]) -> None:
    home.mkdir(mode=0o700)
    (home / "credentials.json").write_text(json.dumps({**ACCOUNT, **known}))
    with pytest.raises(AssertionError, match="something was started"):
        cli.main(["run", "--source", "liked", "--target", B])
