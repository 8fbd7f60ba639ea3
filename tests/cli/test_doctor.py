"""`rediscover doctor` on this machine, against the simulated Spotify."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from archive.authorization.consent import today
from archive.authorization.credentials import LIFETIME
from rediscover.commands.doctor import DoctorArguments, doctor
from rediscover.errors import Busy
from rediscover.places.home import Home
from rediscover.simulator import Fault, Simulator
from rediscover.simulator.world.identities import SCOPES
from tests.support.foreign import NAME, found_in, is_there

DISCOVER_WEEKLY = "37i9dQZEVXcJZyENOWUFo7"
LINES = ("Credentials", "Accepted", "Scopes", "Authorization", "Account", "Source", "Target")


class Patient:
    """A home with credentials, a source, a target, and what the doctor says of them."""

    def __init__(self, path: Path, spotify: Simulator) -> None:
        self.spotify = spotify
        self.environment = {
            "REDISCOVER_HOME": str(path),
            "SPOTIFY_API_URL": spotify.api_url,
            "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
        }
        self.home = Home.of(self.environment)
        self.source: str | None = spotify.create_playlist("Inbox", spotify.tracks(3))
        self.target: str | None = spotify.create_playlist("Archive")
        self.printed = ""
        self.store()

    def store(self, **changed: Any) -> None:
        self.home.credentials.write_text(json.dumps({**self.spotify.credentials, **changed}))

    def examine_lines(self, source: str | list[str] | None) -> tuple[int, list[str]]:
        """The exit code, and each line."""
        out = io.StringIO()
        console = Console(file=out, highlight=False, markup=False)
        code = doctor(DoctorArguments(source, self.target, None), self.environment, console)
        self.printed += out.getvalue()
        return code, out.getvalue().splitlines()

    def examine(self) -> tuple[int, dict[str, str]]:
        """The exit code, and each line by its name: mark and sentence."""
        code, told = self.examine_lines(self.source)
        lines = [line.split(maxsplit=2) for line in told]
        assert [name for _, name, _ in lines] == list(LINES)
        return code, {name: f"{mark} {told}" for mark, name, told in lines}


@pytest.fixture
def patient(tmp_path: Path, simulator: Simulator) -> Iterator[Patient]:
    patient = Patient(tmp_path / "home", simulator)
    yield patient
    assert [secret for secret in simulator.secrets() if secret in patient.printed] == []


def marks(lines: dict[str, str]) -> str:
    return "".join(line[0] for line in lines.values())


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


def test_playlists_that_are_not_given_are_not_checked_and_no_failure(patient: Patient) -> None:
    patient.source = patient.target = None
    code, lines = patient.examine()
    assert (code, marks(lines)) == (0, "✓✓✓✓✓––")


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
    account = patient.spotify.credentials
    patient.store(refresh_token="none")
    patient.environment |= {
        "SPOTIFY_CLIENT_ID": account["spotify_client_id"],
        "SPOTIFY_CLIENT_SECRET": account["spotify_client_secret"],
        "SPOTIFY_REFRESH_TOKEN": account["refresh_token"],
    }
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
    ("source", "scope", "option"),
    [
        ("liked", "user-library-read", "liked"),
        (f"recently-played:spotify:playlist:{DISCOVER_WEEKLY}", "user-read-recently-played", "recently-played"),
    ],
)
def test_a_source_that_is_no_playlist_needs_its_scope_and_nothing_of_it_is_read(
    patient: Patient, source: str, scope: str, option: str
) -> None:
    patient.source = source
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✓✓✗✓✓–✓")
    assert lines["Scopes"] == f"✗ {scope} not granted. Run `rediscover authorize --with {option}` and agree to all."
    patient.spotify.authorize([*SCOPES, scope])
    patient.store()
    code, lines = patient.examine()
    assert (code, marks(lines)) == (0, "✓✓✓✓✓–✓")
    assert {one.path for one in patient.spotify.requests} == {"/api/token", "/v1/me", f"/v1/playlists/{patient.target}"}


def test_of_several_sources_each_is_looked_at(patient: Patient) -> None:
    code, lines = patient.examine_lines(f"{patient.source}, liked,recently-played")
    assert code == 1
    assert [line[:2] for line in lines if "Source" in line] == ["✓ ", "– ", "– "]
    (scopes,) = (line for line in lines if "Scopes" in line)
    assert "user-library-read, user-read-recently-played not granted." in scopes
    assert "Run `rediscover authorize --with liked --with recently-played` and agree to all." in scopes


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
    "reference", ["{}", "spotify:playlist:{}", "https://open.spotify.com/intl-de/playlist/{}?si=1"]
)
@pytest.mark.parametrize("status", [404, 403, 200])
def test_discover_weekly_is_tried_and_explained(patient: Patient, reference: str, status: int) -> None:
    body = {"name": "Discover Weekly", "owner": {"id": "spotify"}} if status == 200 else {"error": {"message": "No"}}
    patient.spotify.faults.add(Fault("status", path=f"/playlists/{DISCOVER_WEEKLY}", status=status, body=body))
    patient.source = reference.format(DISCOVER_WEEKLY)
    code, lines = patient.examine()
    assert (code, marks(lines)) == (1, "✓✓✓✓✓✗✓")
    assert patient.spotify.requests_count("GET", DISCOVER_WEEKLY) == 1
    assert "the playlists it makes itself, such as Discover Weekly" in lines["Source"]
    assert "Copy its songs into a playlist of your own" in lines["Source"]


def test_a_discover_weekly_that_spotify_does_show_is_fine(patient: Patient) -> None:
    body = {"name": "Discover Weekly", "owner": {"id": "spotify"}, "items": {"total": 30}, "snapshot_id": "s"}
    patient.spotify.faults.add(Fault("status", path=DISCOVER_WEEKLY, status=200, body=body))
    patient.source = DISCOVER_WEEKLY
    code, lines = patient.examine()
    assert (code, lines["Source"]) == (0, "✓ “Discover Weekly” is readable, 30 items.")


def test_a_source_that_is_not_the_listeners_cannot_be_read(patient: Patient) -> None:
    patient.source = patient.spotify.create_playlist("Theirs", patient.spotify.tracks(1), owner="friend", public=True)
    code, lines = patient.examine()
    assert code == 1
    assert "does not show this app the contents of playlist" in lines["Source"]
    assert f"playlist {patient.source}:" in lines["Source"]


def test_a_source_that_is_gone_is_said(patient: Patient) -> None:
    patient.source = "5ieJqeLJjjI8iJWaxeBLuK"
    code, lines = patient.examine()
    assert code == 1
    assert lines["Source"] == f"✗ Spotify finds no playlist {patient.source}. Check the link; was it deleted?"


def test_what_is_no_playlist_is_said_without_asking_spotify(patient: Patient) -> None:
    patient.source = "https://open.spotify.com/album/5ieJqeLJjjI8iJWaxeBLuK"
    code, lines = patient.examine()
    assert code == 1
    assert "is a Spotify album, not a playlist" in lines["Source"]
    assert patient.spotify.requests_count("GET", "/playlists") == 1


def test_a_target_that_is_not_the_listeners_cannot_be_added_to(patient: Patient) -> None:
    patient.target = patient.spotify.create_playlist("Theirs", owner="friend", public=True)
    code, lines = patient.examine()
    assert code == 1
    assert f"playlist {patient.target}:" in lines["Target"]
    assert "Use a playlist of your own" in lines["Target"]


def test_a_collaborative_target_can_be_added_to(patient: Patient) -> None:
    patient.target = patient.spotify.create_playlist("Ours", owner="friend", collaborative=True)
    code, lines = patient.examine()
    assert code == 0
    assert lines["Target"].startswith("✓ “Ours” belongs to “friend”, and as a collaborator it is yours to add to")


def test_a_target_whose_contents_are_not_shown_cannot_be_kept_free_of_duplicates(patient: Patient) -> None:
    body = {"name": "Ours", "owner": {"id": "friend"}, "collaborative": True}
    patient.spotify.faults.add(Fault("status", path=str(patient.target), status=200, body=body))
    code, lines = patient.examine()
    assert code == 1
    assert lines["Target"].startswith("✗ Spotify does not show this app the contents of playlist")
    assert f"playlist {patient.target}:" in lines["Target"]


def test_a_playlist_that_needs_a_missing_scope_is_told_with_the_way_out(patient: Patient) -> None:
    patient.spotify.authorize(["playlist-modify-public", "playlist-modify-private"])
    patient.store()
    _, lines = patient.examine()
    assert "(“Insufficient client scope”)" in lines["Source"]
    assert lines["Source"].endswith(" Run `rediscover authorize` and agree to all.")


def test_a_target_that_is_the_source_is_said(patient: Patient) -> None:
    patient.target = f"spotify:playlist:{patient.source}"
    code, lines = patient.examine()
    assert code == 1
    assert "is the source as well" in lines["Target"]


@pytest.mark.parametrize(
    ("total", "code", "told"), [(9_499, 0, "9,499 items of"), (9_500, 0, "nearly full"), (10_000, 1, "full")]
)
def test_how_full_the_target_is_is_told(patient: Patient, total: int, code: int, told: str) -> None:
    assert patient.target
    patient.spotify.replace(patient.target, [patient.spotify.track("Again")["uri"]] * total)
    ended, lines = patient.examine()
    assert ended == code
    assert told in lines["Target"]
    assert ("nearly" in lines["Target"]) == (total == 9_500)


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


def test_a_hostile_playlist_name_stays_on_its_line(patient: Patient) -> None:
    assert patient.source
    patient.spotify.rename(patient.source, "[red]In\n✓ box\x1b[2J")
    _, lines = patient.examine()
    assert lines["Source"] == "✓ “[red]In ✓ box[2J” is readable, 3 items."


def test_beside_a_run_no_refresh_token_is_touched(patient: Patient) -> None:
    with patient.home.locked(), pytest.raises(Busy):
        patient.examine()
    assert patient.spotify.requests == []


def test_names_that_read_like_ours_are_quoted_and_lead_nowhere(patient: Patient) -> None:
    owner = {"id": "friend", "display_name": NAME}
    head = {"name": NAME, "owner": owner, "items": {"total": 1}, "snapshot_id": "s"}
    patient.spotify.faults.add(Fault("status", path="/v1/playlists", status=200, body=head, count=-1))
    patient.spotify.faults.add(Fault("status", path="/v1/me", status=200, body=owner, count=-1))
    _, lines = patient.examine()
    assert sum(map(is_there, lines.values())) == 3
    assert [line for line in lines.values() if found_in(line)] == []
