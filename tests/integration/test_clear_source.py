"""A source that empties itself, through the state machine: what leaves it stands in the target."""

import json
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick


def _uris(tracks: list[dict[str, Any]]) -> list[str]:
    return [str(track["uri"]) for track in tracks]


def _run(stack: Stack, *pairs: dict[str, Any], **given: Any) -> Execution:
    return stack.ended(stack.start({"pairs": list(pairs), **given}))


def test_what_was_added_and_what_was_there_leaves_the_source(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(130)
    inbox, target = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Archive", tracks[:5])
    execution = stack.run(inbox, target, clear_source=True)
    assert execution.status == "SUCCEEDED", execution.cause
    assert (simulator.uris(target), simulator.uris(inbox)) == (_uris(tracks), [])
    assert execution.output["pairs"][0]["cleared"] == 130
    assert simulator.requests_count("DELETE") == 2


def test_what_is_skipped_or_refused_or_left_for_later_stays(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(6)
    explicit, talk = simulator.track("Rude", explicit=True), simulator.episode("Talk")
    inbox = simulator.create_playlist("Inbox", [explicit, tracks[0], talk, *tracks[1:], None])
    target = simulator.create_playlist("Archive")
    simulator.withdraw(tracks[1]["uri"])
    execution = stack.run(inbox, target, clear_source=True, exclude_explicit=True, limit_added=4)
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(target) == _uris([tracks[0], *tracks[2:4]])
    assert simulator.uris(inbox) == [explicit["uri"], talk["uri"], tracks[1]["uri"], *_uris(tracks[4:]), None]


def test_every_place_of_a_track_that_stands_twice_is_cleared(stack: Stack, simulator: Simulator) -> None:
    one, two = simulator.tracks(2)
    inbox, target = simulator.create_playlist("Inbox", [one, two, one]), simulator.create_playlist("Archive")
    stack.run(inbox, target, clear_source=True)
    assert (simulator.uris(inbox), simulator.uris(target)) == ([], _uris([one, two]))


def test_what_the_listener_adds_to_the_source_meanwhile_stays(stack: Stack, simulator: Simulator) -> None:
    one, two, late = simulator.tracks(3)
    inbox, target = simulator.create_playlist("Inbox", [one, two]), simulator.create_playlist("Archive")
    simulator.faults.add(
        Fault("delay_before", method="DELETE", path=inbox, meanwhile=lambda: simulator.add(inbox, [late, one]))
    )
    stack.run(inbox, target, clear_source=True)
    assert simulator.uris(inbox) == _uris([late, one])
    stack.run(inbox, target, clear_source=True)
    assert (simulator.uris(inbox), simulator.uris(target)) == ([], _uris([one, two, late]))


@pytest.mark.parametrize("shown", ["as another version", "as an empty place", "not at all"])
def test_what_the_target_does_not_show_as_it_is_stays(stack: Stack, simulator: Simulator, shown: str) -> None:
    tracks = simulator.tracks(4)
    inbox, target = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Archive")
    if shown == "not at all":
        simulator.hide(target, tracks[1]["uri"])
    else:
        simulator.show_as(target, tracks[1]["uri"], simulator.track("Another") if "version" in shown else None)
    for _ in range(2):
        stack.run(inbox, target, clear_source=True)
        assert tracks[1]["uri"] in simulator.uris(inbox)
    assert simulator.uris(target) == _uris(tracks)
    assert simulator.uris(inbox) == _uris(tracks[1:2])


def test_a_dry_run_clears_nothing(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(3)
    inbox, target = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Archive", tracks[:1])
    execution = stack.run(inbox, target, clear_source=True, dry_run=True)
    assert "ClearSource" not in execution.states
    assert simulator.uris(inbox) == _uris(tracks)


def test_somebody_elses_source_is_refused_before_anything_is_added(stack: Stack, simulator: Simulator) -> None:
    inbox = simulator.create_playlist("Theirs", simulator.tracks(3), owner="anna", collaborative=True)
    target = simulator.create_playlist("Archive")
    execution = stack.run(inbox, target, clear_source=True)
    assert execution.error == "PlaylistNotWritable"
    assert f"ReadSource: clear_source removes tracks from playlist {inbox}, which is not your own" in str(
        execution.cause
    )
    assert (simulator.uris(target), len(simulator.uris(inbox))) == ([], 3)


@pytest.mark.parametrize("source", ["liked", "recently-played", {"tracks": ["spotify:track:" + "1" * 22]}])
def test_what_is_no_playlist_is_never_cleared(stack: Stack, simulator: Simulator, source: Any) -> None:
    pair = {"source": source, "target": simulator.create_playlist("Archive"), "clear_source": True}
    execution = _run(stack, pair)
    assert execution.error == "InvalidInput"
    assert "clear_source: a playlist of your own can be cleared, and not" in str(execution.cause)


def test_a_week_takes_one_request_more_and_whose_playlist_it_is_is_asked_once(
    stack: Stack, simulator: Simulator
) -> None:
    inbox, target = simulator.create_playlist("Inbox"), simulator.create_playlist("Archive", simulator.tracks(230))
    requests = []
    for week in range(4):
        simulator.add(inbox, simulator.tracks(30, f"Week {week}"))
        requests.append(stack.run(inbox, target, clear_source=True).output["spotify_requests"])
    assert requests[1:] == [6, 6, 6]
    assert simulator.requests_count("GET", "/me") == 1
    assert (simulator.uris(inbox), len(simulator.uris(target))) == ([], 350)


def test_a_track_that_was_cleared_is_not_taken_for_one_that_was_removed(stack: Stack, simulator: Simulator) -> None:
    one, two = simulator.tracks(2)
    inbox, target = simulator.create_playlist("Inbox", [one]), simulator.create_playlist("Archive")
    stack.run(inbox, target, clear_source=True)
    simulator.add(inbox, [one, two])
    execution = stack.run(inbox, target, clear_source=True)
    counts = execution.output["pairs"][0]
    assert (counts["already_there"], counts["added"], counts["skipped"], counts["cleared"]) == (1, 1, 0, 2)
    assert simulator.uris(target) == _uris([one, two])


def test_a_source_of_two_pairs_is_cleared_of_what_both_targets_have(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(5)
    inbox = simulator.create_playlist("Inbox", tracks)
    first, second = simulator.create_playlist("First"), simulator.create_playlist("Second")
    pairs = (
        {"source": inbox, "target": first, "clear_source": True},
        {"source": inbox, "target": second, "limit_added": 2},
    )
    execution = _run(stack, *pairs)
    assert execution.status == "SUCCEEDED", execution.cause
    assert (simulator.uris(first), simulator.uris(second)) == (_uris(tracks), _uris(tracks[:2]))
    assert simulator.uris(inbox) == _uris(tracks[2:])
    _run(stack, *pairs)
    _run(stack, *pairs)
    assert (simulator.uris(first), simulator.uris(second), simulator.uris(inbox)) == (_uris(tracks), _uris(tracks), [])


def test_a_source_stays_whole_while_one_of_its_pairs_fails(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(3)
    inbox, first = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("First")
    gone = "0" * 22
    for targets in ((first, gone), (gone, first)):
        _run(stack, *({"source": inbox, "target": target} for target in targets), clear_source=True)
        assert simulator.uris(inbox) == _uris(tracks)


def test_what_is_new_each_week_leaves_the_inbox_though_one_target_goes_without_it(
    stack: Stack, simulator: Simulator
) -> None:
    tracks = simulator.tracks(4)
    inbox = simulator.create_playlist("Inbox", tracks)
    everything, week = simulator.create_playlist("Everything", tracks[:1]), simulator.create_playlist("Week")
    _run(
        stack,
        {"source": inbox, "target": everything},
        {"source": inbox, "target": week, "not_in": [everything]},
        clear_source=True,
    )
    assert (simulator.uris(everything), simulator.uris(week)) == (_uris(tracks), _uris(tracks[1:]))
    assert simulator.uris(inbox) == []


def test_a_snapshot_that_lags_behind_what_is_shown_hinders_nothing(stack: Stack, simulator: Simulator) -> None:
    simulator.settings.update(snapshot_lag_seconds=600)
    old, new = simulator.tracks(2, "Old"), simulator.tracks(2, "New")
    liked = simulator.create_playlist("Liked", new)
    inbox, target = simulator.create_playlist("Inbox", old), simulator.create_playlist("Archive")
    stack.run(liked, inbox)
    execution = stack.run(inbox, target, clear_source=True)
    assert execution.status == "SUCCEEDED", execution.cause
    assert (simulator.uris(inbox), simulator.uris(target)) == ([], _uris([*old, *new]))


def test_a_limit_while_clearing_is_waited_for_and_goes_on_where_it_was(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(250)
    inbox, target = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Archive", tracks)
    simulator.faults.add(Fault("rate_limited", method="DELETE", path=inbox, nth=2, retry_after=40))
    execution = stack.run(inbox, target, clear_source=True)
    assert ("WaitToClear" in execution.states, simulator.uris(inbox)) == (True, [])
    assert execution.output["pairs"][0]["cleared"] == 250
    assert simulator.requests_count("DELETE") == 4


def test_a_run_that_lost_its_claim_clears_nothing(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(3)
    inbox, target = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Archive")

    def another_run_begins() -> None:
        stack.keep("claims/run.json", json.dumps({"execution": "another"}).encode())

    read_back = Fault("delay_after", method="GET", path=f"{target}/items", nth=2, meanwhile=another_run_begins)
    simulator.faults.add(read_back)
    execution = stack.run(inbox, target, clear_source=True)
    assert (execution.error, read_back.struck) == ("ClaimLost", 1)
    assert (simulator.uris(inbox), simulator.uris(target)) == (_uris(tracks), _uris(tracks))
