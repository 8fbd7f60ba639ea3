"""The folder between runs: account, lock, saved executions."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rediscover.errors import Busy, HomeUnusable, MissingCredentials
from rediscover.places.home import Home
from rediscover_archive.errors import InvalidCredentials
from tests.cli.recordings import load

ENVIRONMENT = {"SPOTIFY_CLIENT_ID": "id", "SPOTIFY_CLIENT_SECRET": "hush", "SPOTIFY_REFRESH_TOKEN": "token"}
ACCOUNT = {"spotify_client_id": "id", "spotify_client_secret": "hush", "refresh_token": "token"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_home_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = Home.of({"REDISCOVER_HOME": str(tmp_path / "deep" / "home")})
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable, match="set REDISCOVER_HOME"):
        Home(tmp_path / "file" / "home")


def test_the_account_comes_from_the_environment(home: Home) -> None:
    assert home.account(ENVIRONMENT).stored == ACCOUNT


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_the_missing_variable_is_named_and_no_other(home: Home, variable: str) -> None:
    partial = {**ENVIRONMENT, variable: ""}
    with pytest.raises(MissingCredentials) as raised:
        home.account(partial)
    assert str(raised.value).startswith(f"{variable} is not set.")
    assert "hush" not in str(raised.value)


def test_without_an_account_the_way_to_one_is_told(home: Home) -> None:
    with pytest.raises(MissingCredentials) as raised:
        home.account({})
    told = str(raised.value)
    assert "SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and SPOTIFY_REFRESH_TOKEN are not set." in told
    for needed in (
        "https://developer.spotify.com/dashboard",
        "http://127.0.0.1:8080/callback",
        "`rediscover authorize`",
    ):
        assert needed in told


def test_the_account_comes_from_the_home_when_the_environment_has_none(home: Home) -> None:
    stored = {**ACCOUNT, "authorized_at": "2026-11-02", "note": "mine"}
    (home.path / "credentials.json").write_text(json.dumps(stored))
    assert home.account({}).stored == {**ACCOUNT, "authorized_at": "2026-11-02"}
    assert home.account({**ENVIRONMENT, "SPOTIFY_CLIENT_ID": "other"}).client_id == "other"
    with pytest.raises(MissingCredentials, match="SPOTIFY_CLIENT_SECRET and SPOTIFY_REFRESH_TOKEN are not set"):
        home.account({"SPOTIFY_CLIENT_ID": "other"})


def test_an_incomplete_environment_that_says_what_is_stored_is_no_mistake(home: Home) -> None:
    (home.path / "credentials.json").write_text(json.dumps(ACCOUNT))
    agreeing = {**ENVIRONMENT, "SPOTIFY_REFRESH_TOKEN": ""}
    assert home.account(agreeing).stored == ACCOUNT
    with pytest.raises(MissingCredentials, match="SPOTIFY_REFRESH_TOKEN is not set"):
        home.account({**agreeing, "SPOTIFY_CLIENT_SECRET": "other"})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not a JSON object"),
        ("[]", "not a JSON object"),
        (
            '{"spotify_client_id": "id", "refresh_token": 3}',
            "spotify_client_secret is missing, refresh_token is empty or no text",
        ),
    ],
)
def test_an_unusable_stored_account_is_said(home: Home, content: str, told: str) -> None:
    (home.path / "credentials.json").write_text(content)
    with pytest.raises(InvalidCredentials, match=told):
        home.account({})


def test_a_home_has_one_user_at_a_time(home: Home) -> None:
    program = f"""
from pathlib import Path
from rediscover.places.home import Home
with Home(Path({str(home.path)!r})).locked():
    print("locked", flush=True)
    input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(Busy), home.locked():
            pass
        other.communicate("\n")
    with home.locked():
        pass


def test_an_execution_is_kept_with_its_history(home: Home) -> None:
    recording = load("caught-then-failed")
    recording["execution"]["startDate"] = datetime.now(UTC)
    home.executions.save(recording["execution"], recording["events"])
    (kept,) = home.executions.all()
    assert kept["name"] == "failed"
    assert home.executions.events(kept) == recording["events"]


def keep(home: Home, name: str, started: datetime, **changes: str) -> None:
    recording = load("caught-then-failed")
    home.executions.save({**recording["execution"], "name": name, "startDate": started, **changes}, recording["events"])


def test_no_clock_that_jumped_drops_an_execution(home: Home) -> None:
    for name, year in (("old", 2025), ("jumped", 2036), ("back", 1970), ("now", 2026)):
        keep(home, name, datetime(year, 11, 26, tzinfo=UTC))
    assert [execution["name"] for execution in home.executions.all()] == ["jumped", "now", "old", "back"]


def test_the_earliest_executions_are_dropped_when_they_are_too_many(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rediscover.executions.kept.KEPT", 2)
    for name, year in (("first", 2024), ("second", 2025), ("third", 2026), ("of a clock that is wrong", 1970)):
        keep(home, name, datetime(year, 11, 26, tzinfo=UTC))
    assert [execution["name"] for execution in home.executions.all()] == ["third", "of a clock that is wrong"]


def test_an_execution_whose_folder_was_renamed_is_told_as_damaged(home: Home) -> None:
    """By its name another folder would be removed."""
    keep(home, "mine", datetime(2026, 11, 26, tzinfo=UTC))
    kept = next(home.path.rglob("mine"))
    kept.rename(kept.with_name("a copy"))
    executions = home.executions
    assert executions.all() == []
    assert executions.damaged == [kept.with_name("a copy") / "execution.json"]


def test_a_run_that_was_killed_is_known_as_such_by_the_next_command(home: Home) -> None:
    keep(home, "killed", datetime.now(UTC), status="RUNNING")
    assert (home.executions.running or {})["name"] == "killed"
    home.settle()
    (killed,) = home.executions.all()
    assert (killed["status"], killed["error"]) == ("ABORTED", "Killed")
    assert datetime.now(UTC) - datetime.fromisoformat(killed["stopDate"]) < timedelta(minutes=1)
    assert home.executions.running is None
    assert home.executions.events(killed) == load("caught-then-failed")["events"]


def test_a_run_that_is_at_work_is_left_alone(home: Home) -> None:
    with home.locked():
        keep(home, "at work", datetime.now(UTC), status="RUNNING")
        home.settle()
        assert (home.executions.running or {})["name"] == "at work"


def test_a_home_is_waited_for_and_that_is_said_once(home: Home) -> None:
    said: list[str] = []
    held = home.locked()
    held.__enter__()

    def say() -> None:
        said.append("waits")
        held.__exit__(None, None, None)

    with home.locked(60, say):
        pass
    with home.locked(), pytest.raises(Busy), home.locked(0.01, lambda: said.append("waits")):
        pass
    assert said == ["waits", "waits"]


def test_emptying_keeps_nothing(home: Home) -> None:
    (home.path / "bucket").mkdir()
    (home.path / "bucket" / "object").write_text("")
    (home.path / "secrets.json").write_text("")
    with home.locked():
        home.empty()
    assert {entry.name for entry in home.path.iterdir()} <= {"lock"}
