"""What `rediscover doctor` says of plays: whether what was heard of a list can be kept for this account."""

import pytest

from tests.cli.patient import DISCOVER_WEEKLY, Patient
from tests.support.scopes import SCOPES_ALL

LIST = f"spotify:playlist:{DISCOVER_WEEKLY}"
SOURCE = f"recently-played:https://open.spotify.com/playlist/{DISCOVER_WEEKLY}?si=1"


@pytest.fixture
def listening(patient: Patient) -> Patient:
    """A listener who agreed to what this source needs, and has played nothing yet."""
    patient.spotify.authorize(SCOPES_ALL)
    patient.store()
    patient.source = SOURCE
    return patient


def _play(patient: Patient, *contexts: str | None) -> None:
    for track, context in zip(patient.spotify.tracks(len(contexts)), contexts, strict=True):
        patient.spotify.play(track, context)


@pytest.mark.parametrize(
    ("contexts", "code", "mark", "told"),
    [
        ([], 0, "–", "Spotify shows no plays of this account yet."),
        (
            [LIST, None, LIST, "spotify:album:" + "A" * 22],
            0,
            "✓",
            "Of the last 4 plays, 3 came with a word where from, 2 ",
        ),
        ([LIST] * 60, 0, "✓", "Of the last 50 plays, 50 came with a word where from, 50 of them from "),
        (["spotify:album:" + "A" * 22, None], 0, "–", "1 came with a word where from, 0 of them from "),
        ([None, None], 1, "✗", "0 came with a word where from, 0 of them from "),
    ],
    ids=["none", "some", "more than are shown", "elsewhere", "without a word"],
)
def test_it_is_told_whether_what_was_heard_of_a_list_can_be_kept(
    listening: Patient, contexts: list[str | None], code: int, mark: str, told: str
) -> None:
    _play(listening, *contexts)
    ended, lines = listening.examine()
    assert (ended, lines["Source"][0]) == (code, mark)
    assert told in lines["Source"]
    assert listening.spotify.requests_count("GET", "/recently-played") == 1


def test_without_its_scope_plays_are_not_asked_for(patient: Patient) -> None:
    patient.source = SOURCE
    code, lines = patient.examine()
    assert (code, lines["Source"][0]) == (1, "–")
    assert patient.spotify.requests_count("GET", "/recently-played") == 0


def test_of_all_plays_none_has_to_say_where_from(listening: Patient) -> None:
    _play(listening, None)
    listening.source = "recently-played"
    _, lines = listening.examine()
    assert lines["Source"] == "✓ Of the one play that Spotify shows, all can be archived."
