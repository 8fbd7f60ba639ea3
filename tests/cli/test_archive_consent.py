"""An archive as a source needs no consent of its own, wherever a source's is asked for."""

from datetime import date

from rediscover.commands.arguments.input_check import check_input, check_scopes
from rediscover.commands.setup.playlists import kinds_of
from rediscover_archive.authorization.credentials import Credentials
from rediscover_archive.spotify.scopes import SCOPES
from tests.cli.patient import Patient

ARCHIVE = f"archive:{'T' * 22}"
KEYS = ("spotify_client_id", "spotify_client_secret", "refresh_token")


def test_neither_a_run_nor_setup_asks_for_more() -> None:
    stored = {**dict.fromkeys(KEYS, "x"), "authorized_at": date(2026, 11, 1).isoformat(), "scope": " ".join(SCOPES)}
    pairs = check_input({"pairs": [{"source": ARCHIVE, "target": "U" * 22}]}, on_stack=False, from_flags=True)
    check_scopes(pairs, Credentials.of(stored, "here"))
    assert kinds_of(f"{ARCHIVE},liked") == ["liked"]


def test_the_doctor_says_that_spotify_is_not_asked(patient: Patient) -> None:
    patient.source = ARCHIVE
    code, lines = patient.examine()
    assert (code, lines["Scopes"]) == (0, "✓ all that are needed.")
    assert lines["Source"] == f"– {ARCHIVE} is what is kept, and takes no request to Spotify."
