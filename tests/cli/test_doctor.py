"""`rediscover doctor` on this machine, against the simulated Spotify."""

from datetime import timedelta
from typing import Any

import pytest

from rediscover.errors import Busy
from rediscover.simulator import Fault
from rediscover.simulator.world.identities import SCOPES
from rediscover_archive.authorization.consent import today
from rediscover_archive.authorization.credentials import LIFETIME
from tests.cli.patient import DISCOVER_WEEKLY, Patient, marks
from tests.support.command import account_of


def test_a_healthy_set_up_has_a_tick_everywhere(patient: Patient) -> None:
    code, lines = patient.examine()
    assert (code, marks(lines)) == (0, "✓✓✓✓✓✓✓")
    assert lines["Credentials"] == f"✓ from {patient.home.credentials}."
    assert lines["Account"] == "✓ “The Listener”."
    assert lines["Source"] == "✓ “Inbox” is readable, 3 items."
    assert lines["Target"] == "✓ “Archive” is yours to add to, 0 items of at most 10,000."


def test_an_examination_changes_nothing_and_asks_little(patient: Patient) -> None:
    before = {path: path.read_bytes() for path in patient.home.path.rglob("*") if path.is_file()}
    patient.examine()
    asked = [(one.method, one.path.rsplit("/", 1)[0]) for one in patient.spotify.requests]
    assert asked == [("POST", "/api"), ("GET", "/v1"), ("GET", "/v1/playlists"), ("GET", "/v1/playlists")]
    after = {path: path.read_bytes() for path in patient.home.path.rglob("*") if path.is_file()}
    assert {path.name for path in after.keys() - before.keys()} <= {"lock"}
    assert all(after[path] == content for path, content in before.items())


def test_without_credentials_the_way_to_them_is_told(patient: Patient) -> None:
    patient.home.credentials.unlink()
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✗––––––")
    assert lines["Credentials"].endswith("are not set. Run `rediscover authorize`.")
    assert patient.spotify.requests == []


def test_credentials_that_cannot_be_used_are_said(patient: Patient) -> None:
    patient.home.credentials.write_text('{"spotify_client_id": "hush')
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✗––––––")
    assert "not a JSON object" in lines["Credentials"]
    assert "hush" not in patient.printed


def test_credentials_of_the_environment_come_first(patient: Patient) -> None:
    patient.store(refresh_token="none")
    patient.environment |= account_of(patient.spotify)
    code, lines = patient.examine()
    assert (code, marks(lines)) == (0, "✓✓✓–✓✓✓")
    assert lines["Credentials"] == "✓ from the environment."
    assert "the day it was given is not known" in lines["Authorization"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"spotify_client_secret": "x"},
            "does not accept the app's client id and client secret (“Invalid client secret”).",
        ),
        ({"spotify_client_id": "x"}, "does not accept the app's client id and client secret (“Invalid client”)."),
        ({"refresh_token": "x"}, "no longer accepts the refresh token"),
    ],
)
def test_what_spotify_does_not_accept_is_told_with_the_way_out(
    patient: Patient, changed: dict[str, str], told: str
) -> None:
    patient.store(**changed)
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✓✗–✓–––")
    assert told in lines["Accepted"]
    assert "un `rediscover authorize`." in lines["Accepted"]


def test_a_missing_scope_is_named(patient: Patient) -> None:
    patient.spotify.authorize([scope for scope in SCOPES if scope != "playlist-modify-public"])
    patient.store()
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✓✓✗✓✓✓✓")
    assert lines["Scopes"].startswith("✗ playlist-modify-public not granted. Run `rediscover authorize`")


@pytest.mark.parametrize(
    ("source", "scope", "option", "read"),
    [
        ("liked", "user-library-read", "liked", set()),
        (
            f"recently-played:spotify:playlist:{DISCOVER_WEEKLY}",
            "user-read-recently-played",
            "recently-played",
            {"/v1/me/player/recently-played"},
        ),
    ],
)
def test_a_source_that_is_no_playlist_needs_its_scope_and_of_it_only_the_latest_plays_are_read(
    patient: Patient, source: str, scope: str, option: str, read: set[str]
) -> None:
    patient.source = source
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✓✓✗✓✓–✓")
    assert lines["Scopes"] == f"✗ {scope} not granted. Run `rediscover authorize --with {option}` and agree to all."
    patient.spotify.authorize([*SCOPES, scope])
    patient.store()
    code, lines = patient.examine()
    assert (code, marks(lines)) == (0, "✓✓✓✓✓–✓")
    always = {"/api/token", "/v1/me", f"/v1/playlists/{patient.target}"}
    assert {one.path for one in patient.spotify.requests} == always | read


@pytest.mark.parametrize(
    ("age", "mark", "told"),
    [(10, "✓", "in 1"), (170, "✓", "Renew it with `rediscover authorize`"), (190, "✗", "ended on")],
)
def test_the_authorizations_age_and_end_are_told(patient: Patient, age: int, mark: str, told: str) -> None:
    patient.store(authorized_at=(today() - timedelta(days=age)).isoformat())
    code, lines = patient.examine()
    assert lines["Authorization"].startswith(f"{mark} given on {today() - timedelta(days=age)}")
    assert told in lines["Authorization"]
    assert ("Renew" in lines["Authorization"]) == (age == 170)
    assert code == (1 if mark == "✗" else 0)


def test_the_day_an_authorization_ends_is_a_day_without_one(patient: Patient) -> None:
    patient.store(authorized_at=(today() - LIFETIME).isoformat())
    assert patient.examine()[1]["Authorization"][0] == "✗"


def test_a_day_that_is_none_is_said_before_a_run_fails_by_it(patient: Patient) -> None:
    patient.store(authorized_at="last week")
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✗––––––")
    assert "authorized_at is not an ISO date" in lines["Credentials"]


@pytest.mark.parametrize(
    ("setting", "words", "advice"),
    [
        ("owner_has_premium", "“Active premium subscription required for the owner of the app.”", "Renew it"),
        ("user_is_registered", "the user may not be registered.”", "under User Management"),
    ],
)
def test_the_apps_problems_are_told_in_spotifys_words(patient: Patient, setting: str, words: str, advice: str) -> None:
    patient.spotify.settings.update(**{setting: False})
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✓✓✓✓✗––")
    assert words in lines["Account"]
    assert advice in lines["Account"]


@pytest.mark.parametrize(
    ("fault", "line", "told"),
    [
        ({"kind": "unavailable", "path": "/api/token"}, "Accepted", "Spotify answered 503"),
        ({"kind": "reset", "path": "/me"}, "Account", "did not answer"),
        ({"kind": "quota", "path": "/playlists", "retry_after": 50_000}, "Source", "wait 50000 s"),
        ({"kind": "malformed", "path": "/playlists"}, "Source", "not a JSON object"),
        ({"kind": "unauthorized", "path": "/me"}, "Account", "rejected the access token"),
    ],
)
def test_trouble_at_spotify_fails_its_line_only(patient: Patient, fault: dict[str, Any], line: str, told: str) -> None:
    patient.spotify.faults.add(Fault(**fault))
    code, lines = patient.examine()
    assert code == 1
    assert [name for name, found in lines.items() if found[0] == "✗"] == [line]
    assert told in lines[line]


def test_beside_a_run_no_refresh_token_is_touched(patient: Patient) -> None:
    with patient.home.locked(), pytest.raises(Busy):
        patient.examine()
    assert patient.spotify.requests == []
