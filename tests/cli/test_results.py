"""What a run has done, in words."""

from typing import Any

from rediscover.commands.results import lines, without_report
from rediscover_archive.pairs.selection import ELSEWHERE

TRACK = {"uri": "spotify:track:1", "name": "Low Winter Sun", "artists": ["Fjordlights", "June"]}


def pair(**changes: Any) -> dict[str, Any]:
    return {
        "source": "https://open.spotify.com/playlist/inbox",
        "target": "https://open.spotify.com/playlist/archive",
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
        "    1. “Low Winter Sun – Fjordlights, June”",
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


def test_a_target_that_was_made_is_shown_with_its_link() -> None:
    assert told(pair(made=True, target_id="id"))[0] == "Made “Archive”: https://open.spotify.com/playlist/id"


def test_a_long_list_of_what_was_left_out_is_cut() -> None:
    shown = told(pair(left_out=[{"uri": f"u{n}", "name": f"n{n}", "reason": "marked as explicit"} for n in range(23)]))
    assert len([line for line in shown if "Left out" in line]) == 20
    assert "  … and 3 more." in shown


def test_a_warning_is_shown_beside_what_was_added() -> None:
    assert "  Of 2 plays …" in told(pair(warnings=["Of 2 plays …"]))


def test_a_result_without_a_report_names_sources_and_targets_as_they_were_given() -> None:
    given = {"source": ["liked", "A"], "target": {"create": "Kept"}, "outcome": "nothing_new", "added": 0}
    assert list(without_report({"pairs": [given]})) == ["liked, A to Kept: nothing new, 0 added."]


def test_a_pasted_track_without_a_name_is_shown_by_its_uri() -> None:
    pasted = {**TRACK, "name": "", "artists": []}
    assert told(pair(outcome="dry_run", added_tracks=[pasted]))[1] == "    1. spotify:track:1"


def test_what_is_elsewhere_is_counted_and_not_listed() -> None:
    left_out = [{**TRACK, "reason": ELSEWHERE}, {**TRACK, "reason": "not playable"}]
    shown = told(pair(skipped=2, already_elsewhere=1, left_out=left_out))
    assert [line for line in shown if "Left out" in line] == ["  Left out: “Low Winter Sun”: not playable"]
    assert "1 already there, 2 skipped, 1 of them already elsewhere." in shown[3]


def test_what_left_the_source_is_counted() -> None:
    assert told(pair(cleared=2))[3].endswith(" The target holds 856 tracks, verified. 2 tracks left the source.")
