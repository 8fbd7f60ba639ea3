"""What a run has done, in words."""

from typing import Any

from rediscover.results import lines

TRACK = {"uri": "spotify:track:1", "name": "Low Winter Sun", "artists": ["Fjordlights", "June"]}


def pair(**changes: Any) -> dict[str, Any]:
    return {
        "source_name": "Inbox",
        "target_name": "Archive",
        "outcome": "added",
        "offered": 3,
        "already_there": 1,
        "skipped": 1,
        "added": 1,
        "target_total": 856,
        "verified": True,
        "error": None,
        "added_tracks": [TRACK],
        "left_out": [{"uri": None, "name": None, "reason": "not available"}],
        **changes,
    }


def told(*pairs: dict[str, Any], until: str | None = None) -> list[str]:
    return list(lines({"pairs": list(pairs), "spotify_requests": 6, "reauthorize_by": until}))


def test_what_was_added_and_left_out_is_named_and_counted() -> None:
    assert told(pair(), until="2027-05-21") == [
        "Added 1 track from “Inbox” to “Archive”:",
        "    1. Low Winter Sun – Fjordlights, June",
        "  Left out: an item: not available",
        "  3 offered, 1 already there, 1 skipped. The target holds 856 tracks, verified.",
        "Spotify requests: 6. Spotify's authorization lasts until 2027-05-21.",
    ]


def test_what_is_not_verified_is_not_called_so() -> None:
    assert told(pair(verified=False))[3].endswith("The target holds 856 tracks.")


def test_a_dry_run_does_not_claim_to_have_added() -> None:
    shown = told(pair(outcome="dry_run", left_out=[], target_total=None))
    assert shown[0] == "Would add 1 track from “Inbox” to “Archive”:"
    assert shown[2] == "  3 offered, 1 already there, 1 skipped."


def test_nothing_new_is_said() -> None:
    shown = told(pair(outcome="nothing_new", added_tracks=[], left_out=[]))
    assert shown[0] == "Nothing new in “Inbox” for “Archive”."


def test_a_failed_pair_says_where_and_what_was_added_before() -> None:
    error = {"state": "AddTracks", "error": "PlaylistFull", "cause": "It is full."}
    shown = told(pair(outcome="failed", error=error, left_out=[]))
    assert shown[:2] == ["“Inbox” to “Archive” failed in AddTracks.", "Added 1 track from “Inbox” to “Archive”:"]


def test_a_pair_that_failed_before_anything_was_read_has_no_counts() -> None:
    error = {"state": "ReadSource", "error": "PlaylistNotFound", "cause": "There is none."}
    failed = pair(outcome="failed", error=error, offered=0, added_tracks=[], left_out=[], target_total=None)
    assert told(failed) == ["“Inbox” to “Archive” failed in ReadSource.", "Spotify requests: 6."]
