"""What `rediscover doctor` says of sources and targets."""

import pytest

from rediscover.simulator import Fault
from tests.cli.patient import DISCOVER_WEEKLY, Patient, marks
from tests.support.foreign import NAME, found_in, is_there


def test_playlists_that_are_not_given_are_not_checked_and_no_failure(patient: Patient) -> None:
    patient.source = patient.target = None
    code, lines = patient.examine()
    assert (code, marks(lines)) == (0, "✓✓✓✓✓––")


def test_of_several_sources_each_is_looked_at(patient: Patient) -> None:
    code, lines = patient.examine_lines(f"{patient.source}, liked,recently-played")
    assert code == 1
    assert [line[:2] for line in lines if "Source" in line] == ["✓ ", "– ", "– "]
    (scopes,) = (line for line in lines if "Scopes" in line)
    assert "user-library-read, user-read-recently-played not granted." in scopes
    assert "Run `rediscover authorize --with liked --with recently-played` and agree to all." in scopes


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


def test_a_hostile_playlist_name_stays_on_its_line(patient: Patient) -> None:
    assert patient.source
    patient.spotify.rename(patient.source, "[red]In\n✓ box\x1b[2J")
    _, lines = patient.examine()
    assert lines["Source"] == "✓ “[red]In ✓ box[2J” is readable, 3 items."


def test_names_that_read_like_ours_are_quoted_and_lead_nowhere(patient: Patient) -> None:
    owner = {"id": "friend", "display_name": NAME}
    head = {"name": NAME, "owner": owner, "items": {"total": 1}, "snapshot_id": "s"}
    patient.spotify.faults.add(Fault("status", path="/v1/playlists", status=200, body=head, count=-1))
    patient.spotify.faults.add(Fault("status", path="/v1/me", status=200, body=owner, count=-1))
    _, lines = patient.examine()
    assert sum(map(is_there, lines.values())) == 3
    assert [line for line in lines.values() if found_in(line)] == []
