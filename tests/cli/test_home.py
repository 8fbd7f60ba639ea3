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


def test_executions_older_than_90_days_are_dropped(home: Home) -> None:
    recording = load("caught-then-failed")
    for name, days in (("new", 1), ("old", 91), ("newest", 0)):
        started = datetime.now(UTC) - timedelta(days=days)
        home.executions.save({**recording["execution"], "name": name, "startDate": started}, [])
    assert [execution["name"] for execution in home.executions.all()] == ["newest", "new"]


def test_emptying_keeps_nothing(home: Home) -> None:
    (home.path / "bucket").mkdir()
    (home.path / "bucket" / "object").write_text("")
    (home.path / "secrets.json").write_text("")
    with home.locked():
        home.empty()
    assert {entry.name for entry in home.path.iterdir()} <= {"lock"}
