"""`rediscover` as it is typed: usage, expected errors, exit codes. None of these starts the engine."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from rediscover.cli import main
from rediscover.places.home import Home
from tests.cli.recordings import load
from tests.support.command import rediscover

PAIR = ("--source", "37i9dQZF1DXcBWIGoYBM5M", "--target", "5ieJqeLJjjI8iJWaxeBLuK")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SPOTIFY_")}
    return {**kept, "REDISCOVER_HOME": str(tmp_path / "home")}


def test_help_names_every_command(environment: dict[str, str]) -> None:
    done = rediscover(environment, "--help")
    assert done.returncode == 0
    for command in ("demo", "authorize", "doctor", "run", "history", "schedule", "up"):
        assert re.search(rf"\n    {command}\s", done.stdout)


def test_loading_is_not_interrupted_a_thousand_times_to_look_for_garbage(environment: dict[str, str]) -> None:
    asked = """
import atexit, gc, sys
from rediscover.__main__ import main
atexit.register(lambda: print("looked", sum(generation["collections"] for generation in gc.get_stats()) - before))
before = sum(generation["collections"] for generation in gc.get_stats())
sys.argv = ["rediscover", "run", "--help"]
main()
"""
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True).stdout
    assert int(told.rpartition("looked ")[2]) < 10


def test_ending_is_not_held_up_by_a_last_look_for_garbage(environment: dict[str, str]) -> None:
    asked = """
import atexit, gc, sys
from rediscover.__main__ import main
atexit.register(lambda: print("looks through", len(gc.get_objects())))
sys.argv = ["rediscover", "run", "--help"]
main()
"""
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True).stdout
    assert int(told.rpartition("looks through ")[2]) < 1000


@pytest.mark.parametrize("asked", [["--help"], ["history"], ["authorize"], ["doctor"]])
def test_what_needs_neither_an_engine_nor_aws_loads_none(environment: dict[str, str], asked: list[str]) -> None:
    program = f"""if True:
        import contextlib, sys
        from rediscover.cli import main
        with contextlib.suppress(SystemExit):
            main({asked})
        print("loaded:", *sorted({{"boto3", "moto", "werkzeug"}} & sys.modules.keys()))
    """
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("loaded:\n"), done.stdout + done.stderr


def test_the_version_is_the_packages(environment: dict[str, str]) -> None:
    assert rediscover(environment, "--version").stdout == f"rediscover {version('rediscover-weekly')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("pairs", "add"),
        ("run", "--source", "x"),
        ("run", *PAIR, "--wet"),
        ("run", *PAIR, "--input", "{}"),
        ("run", "--input", "{pairs}"),
        ("run", "--input", "[]"),
        ("run", "--input", '{"dry_run": true, "dry_run": false}'),
        ("run", "--input", "{}", "--input", "{}"),
        ("run", *PAIR, "--target", "3cEYpjA9oz9GiPac4AsH4n"),
        ("run", "--aws", "--source", "", "--target", ""),
        ("doctor", "--aws", "--source", " "),
        ("doctor", "--target", "a", "--target", "b"),
        ("run", *PAIR, "--stack", "mine"),
        ("authorize", "--stack", "mine"),
        ("history", "a", "b"),
        ("history", "--stack", "mine"),
        ("up", "--show", "--every", "day"),
        ("schedule", "--source", "x"),
        ("schedule", "--at", "25:00"),
        ("schedule", "--every", "month"),
        ("schedule", "--show", "--remove"),
        ("schedule", "--remove", "--every", "day"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.setattr("os.environ", environment)
    with pytest.raises(SystemExit, match=r"^2$"):
        main(arguments)
    out, err = capsys.readouterr()
    assert "usage: rediscover" in err
    assert out == ""


def test_a_wrong_command_line_exits_with_2(environment: dict[str, str]) -> None:
    done = rediscover(environment, "nonsense")
    assert (done.returncode, done.stdout, "usage: rediscover" in done.stderr) == (2, "", True)


def test_a_run_without_an_account_says_what_is_missing(environment: dict[str, str]) -> None:
    done = rediscover({**environment, "SPOTIFY_CLIENT_ID": "id"}, "run", *PAIR)
    assert done.returncode == 1
    assert "SPOTIFY_CLIENT_SECRET and SPOTIFY_REFRESH_TOKEN are not set." in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_run_that_did_not_start_is_a_json_object_too(environment: dict[str, str]) -> None:
    done = rediscover(environment, "run", *PAIR, "--json")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert (result["execution"], result["status"], result["output"]) == (None, "FAILED", None)
    assert result["error"] == "MissingCredentials"
    assert "SPOTIFY_REFRESH_TOKEN" in result["cause"]


def test_a_home_that_cannot_be_used_is_said(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = rediscover({**environment, "REDISCOVER_HOME": str(tmp_path / "file")}, "history")
    assert done.returncode == 1
    assert "set REDISCOVER_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_history_reads_what_was_saved_without_an_engine(environment: dict[str, str]) -> None:
    recording = load("caught-then-failed")
    Home.of(environment).executions.save(recording["execution"], recording["events"])
    listed = rediscover(environment, "history")
    assert listed.returncode == 0
    assert "FAILED: PlaylistNotFound" in listed.stdout
    one = rediscover(environment, "history", "fail")
    assert "PlaylistNotFound: There is no playlist zz. Caught." in one.stdout
    unknown = rediscover(environment, "history", "nothing")
    assert unknown.returncode == 1
    assert "There is no execution nothing." in unknown.stderr


def test_a_terminal_that_knows_no_unicode_is_no_reason_to_crash(environment: dict[str, str]) -> None:
    recording = load("caught-then-failed")
    Home.of(environment).executions.save(recording["execution"], recording["events"])
    done = rediscover({**environment, "PYTHONIOENCODING": "ascii"}, "history", "failed")
    assert done.returncode == 0
    assert "failed  Failed " in done.stdout
