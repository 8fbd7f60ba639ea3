"""What a run comes to, in numbers and words."""

import json
from typing import Any

import pytest

from rediscover_archive.runs.state import Caught, PairState, StateError
from rediscover_archive.runs.summary import (
    error_of,
    failure_of,
    message_of,
    outcome_of_pair,
    output_of,
    subject_of,
    target_name,
    twin_warnings,
)
from tests.support.states import counts, outcome, pair, pair_state, reported_pair

PLAN = counts(offered=30, already_there=4, skipped=1, added=24, left_out=1)


def _caught(error: str, cause: str) -> Caught:
    return {"Error": error, "Cause": cause}


def _error_of(state: PairState) -> StateError:
    error = error_of(state)
    assert error
    return error


def _cause_of(state: PairState) -> str:
    error = outcome_of_pair(state)["error"]
    assert error
    return error["cause"]


def test_the_notification_says_how_many_tracks_left_the_source() -> None:
    cleared = reported_pair(outcome="added", added=1, cleared=2)
    assert "  2 tracks left “S”: what “T” was seen to hold." in message_of([cleared], None, None).splitlines()


def test_every_offered_track_is_counted_once() -> None:
    told = outcome_of_pair(pair_state(plan=PLAN, target_total=80, verified=True))
    assert told["offered"] == told["already_there"] + told["skipped"] + told["added"]
    assert (told["outcome"], told["target_total"], told["verified"], told["error"]) == ("added", 80, True, None)


def test_a_failure_after_some_batches_still_says_what_was_added() -> None:
    caught = _caught("PlaylistFull", json.dumps({"errorMessage": "It is full.", "errorType": "PlaylistFull"}))
    told = outcome_of_pair(pair_state(plan=PLAN, failure={"AddTracks": caught}))
    assert (told["outcome"], told["added"]) == ("failed", 24)
    assert told["error"] == {"state": "AddTracks", "error": "PlaylistFull", "cause": "It is full."}


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("plain words", "plain words"),
        ('"quoted"', '"quoted"'),
        ('{"other": 1}', '{"other": 1}'),
        ("", "States.Timeout: the state gave no reason. Start the run again."),
    ],
)
def test_a_cause_of_any_form_is_told(cause: str, told: str) -> None:
    assert _error_of(pair_state(failure={"ReadSource": _caught("States.Timeout", cause)}))["cause"] == told


def test_no_error_name_is_one_that_a_fail_state_may_not_use() -> None:
    assert _error_of(pair_state(failure={"A": _caught("States.Timeout", "x")}))["error"] == "Timeout"


def test_a_failure_while_reading_is_found_in_its_branch() -> None:
    branches = [pair_state(), pair_state(failure={"ReadTarget": _caught("PlaylistNotFound", "Gone.")})]
    assert _error_of(pair_state(read=branches))["state"] == "ReadTarget"


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["nothing_new", "added"], "added"),
        (["nothing_new", "failed"], "nothing_new"),
        (["dry_run", "dry_run"], "dry_run"),
        ([], "nothing_new"),
    ],
)
def test_the_outcome_of_a_run_is_the_most_that_happened(outcomes: list[str], expected: str) -> None:
    assert output_of([outcome(outcome=one) for one in outcomes], 3, None)["outcome"] == expected


def test_a_failed_pair_among_others_is_counted_in_the_cause() -> None:
    error = {"state": "ReadSource", "error": "PlaylistNotFound", "cause": "Gone."}
    told = failure_of(None, [outcome(), outcome(error=error)])
    assert told == {"error": "PlaylistNotFound", "cause": "1 of 2 pairs failed. ReadSource: Gone."}


def test_the_message_names_tracks_up_to_a_limit() -> None:
    shown = reported_pair(
        outcome="added",
        verified=False,
        added=40,
        target_total=9_500,
        added_tracks=[
            {"uri": f"spotify:track:{n:022}", "artists": ["A", "B"], "name": f"{n} " + "x" * 500} for n in range(40)
        ],
    )
    message = message_of([shown], None, "It lasts until 2027-05-21.")
    assert "  “0 xxx" in message
    assert "… and 10 more" in message
    assert "nearly full, with 9,500" in message
    assert f"xxx…” https://open.spotify.com/track/{0:022}\n" in message
    assert "\n\nNames and links are from Spotify.\n" in message
    assert "does not show all of them yet" in message
    assert message.endswith("lasts until 2027-05-21.\n")
    assert max(map(len, message.splitlines())) <= 140
    assert len(message_of([shown] * 40, None, None)) <= 8001


def test_a_track_is_told_with_its_title_before_its_artists_and_one_is_no_plural() -> None:
    track = {"uri": f"spotify:track:{0:022}", "artists": ["Fjordlights", "June"], "name": "Low Winter Sun"}
    message = message_of([reported_pair(outcome="added", added=1, added_tracks=[track], cleared=1)], None, None)
    assert message.splitlines()[0] == "“S” → “T”: 1 track added."
    assert "  1 track left “S”: what “T” was seen to hold." in message
    assert "  “Low Winter Sun – Fjordlights, June” https://open.spotify.com/track/" in message
    assert subject_of(None, 1) == "(re)Discover Weekly: 1 track added"
    error = {"state": "AddTracks", "error": "PlaylistFull", "cause": "It is full."}
    assert "It is full. (1 track was added.)" in message_of([reported_pair(added=1, error=error)], None, None)


def test_a_target_that_was_made_is_told_once_with_its_link_and_what_spotify_ignores() -> None:
    message = message_of([reported_pair(made=True), reported_pair(made=True), reported_pair()], None, None)
    assert message.startswith("New: “T”, https://open.spotify.com/playlist/id\nSpotify makes it public, ")
    assert message.count("New: ") == 1


def test_a_made_target_that_is_nearly_full_asks_nothing_of_the_listener() -> None:
    nearly_full = reported_pair(outcome="added", target={"create": "T"}, target_total=9_500)
    assert "The next run goes on in a new one." in message_of([nearly_full], None, None)


@pytest.mark.parametrize(
    ("more", "contents", "name"),
    [
        ({}, {}, "t"),
        ({"target_id": "id"}, {"target": {"name": "Archive"}}, "Archive"),
        ({"create": "Kept 2026"}, {}, "Kept 2026"),
        ({"create": "Kept", "volume": "Kept (2)", "target_id": ""}, {"target": {"name": "Kept"}}, "Kept (2)"),
        ({"create": "Kept", "volume": "Kept", "target_id": "id"}, {"target": {"name": "Renamed"}}, "Renamed"),
    ],
)
def test_a_target_is_called_by_the_best_name_there_is(more: Any, contents: Any, name: str) -> None:
    assert target_name(pair_state(pair=pair(**more), **contents)) == name


def test_a_made_target_that_is_gone_says_how_to_have_a_new_one() -> None:
    caught = {"ReadTarget": _caught("PlaylistNotFound", "Spotify finds no playlist id.")}
    made = pair(target={"create": "Kept {year}"}, create="Kept 2026", target_id="id")
    told = _cause_of(pair_state(pair=made, failure=caught))
    assert told.startswith("Spotify finds no playlist id. It was made for the target “Kept 2026”. ")
    assert "remove targets/kept-2026-" in told
    assert _cause_of(pair_state(failure=caught)) == "Spotify finds no playlist id."


def test_playlists_made_twice_are_told_with_their_links() -> None:
    (told,) = twin_warnings(pair(volume="Kept", twins=["id"]))
    assert "“Kept” more than once" in told
    assert told.endswith("https://open.spotify.com/playlist/id")


def test_what_is_told_ends_with_the_pages_address_however_long_it_is() -> None:
    address = "https://a.example/page"
    for pairs in ([reported_pair()], [reported_pair()] * 400):
        told = message_of(pairs, None, None, address)
        assert told.endswith(f"\n\nThe archive: {address}\n")
        assert len(told) <= 8001
    assert "The archive" not in message_of([], None, None)
