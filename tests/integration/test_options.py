"""What a listener may choose, through the state machine."""

from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.stack import Stack

pytestmark = pytest.mark.quick


def _uris(tracks: list[dict[str, Any]]) -> list[str]:
    return [str(track["uri"]) for track in tracks]


def test_a_track_that_was_removed_from_the_target_stays_away(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(5))
    target = simulator.create_playlist("Archive")
    stack.run(source, target)
    gone, *kept = simulator.uris(target)
    simulator.remove(target, [str(gone)])
    execution = stack.run(source, target)
    assert simulator.uris(target) == kept
    (left_out,) = stack.report(execution)["pairs"][0]["left_out"]
    assert (left_out["uri"], left_out["reason"]) == (gone, "you removed it from the target")
    assert execution.output["pairs"][0]["skipped"] == 1
    stack.run(source, target, bring_back_removed=True)
    assert simulator.uris(target) == [*kept, gone]


def test_a_removal_is_remembered_over_later_runs(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(3))
    target = simulator.create_playlist("Archive")
    stack.run(source, target)
    gone = simulator.uris(target)[1]
    simulator.remove(target, [str(gone)])
    for week in ("Two", "Three"):
        simulator.replace(source, [*simulator.tracks(3), *simulator.tracks(2, week)])
        stack.run(source, target)
    assert gone not in simulator.uris(target)
    assert len(simulator.uris(target)) == 6


def test_what_a_disturbed_run_added_stays_away_too_once_it_is_removed(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(3))
    target = simulator.create_playlist("Archive", simulator.tracks(2, "Old"))
    simulator.faults.add(
        Fault(
            "delay_before",
            method="POST",
            path="/items",
            meanwhile=lambda: simulator.add(target, simulator.tracks(1, "Theirs")),
        )
    )
    stack.run(source, target)
    gone = _uris(simulator.tracks(3))[0]
    assert gone in simulator.uris(target)
    simulator.remove(target, [gone])
    stack.run(source, target)
    assert gone not in simulator.uris(target)


def test_the_same_recording_is_archived_once_by_isrc(stack: Stack, simulator: Simulator) -> None:
    album = simulator.track("Song", album="Album", isrc="DEUM71507284")
    single = simulator.track("Song", album="Single", isrc="DEUM71507284")
    source = simulator.create_playlist("Inbox", [single, simulator.track("Other")])
    target = simulator.create_playlist("Archive", [album])
    assert stack.run(source, target, match="isrc").output["pairs"][0]["already_there"] == 1
    assert single["uri"] not in simulator.uris(target)
    assert stack.run(source, target, match="isrc").output["pairs"][0]["already_there"] == 2
    stack.run(source, target)
    assert single["uri"] in simulator.uris(target)


@pytest.mark.parametrize(("include", "added"), [(False, 1), (True, 2)])
def test_episodes_are_archived_when_they_are_asked_for(
    stack: Stack, simulator: Simulator, include: bool, added: int
) -> None:
    source = simulator.create_playlist("Inbox", [simulator.track("Song"), simulator.episode("Talk")])
    target = simulator.create_playlist("Archive")
    execution = stack.run(source, target, include_episodes=include)
    assert execution.output["pairs"][0]["added"] == added
    assert execution.output["pairs"][0]["verified"]
    assert simulator.uris(target) == simulator.uris(source)[:added]


def test_explicit_tracks_can_be_left_out(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", [simulator.track("Loud", explicit=True), simulator.track("Soft")])
    target = simulator.create_playlist("Archive")
    execution = stack.run(source, target, exclude_explicit=True)
    assert simulator.uris(target) == simulator.uris(source)[1:]
    assert stack.report(execution)["pairs"][0]["left_out"][0]["reason"] == "marked as explicit"


def test_new_tracks_go_to_the_top_in_order_batch_by_batch(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(230))
    target = simulator.create_playlist("Archive", simulator.tracks(130, "Old"))
    old = simulator.uris(target)
    execution = stack.run(source, target, position="top")
    assert simulator.uris(target) == simulator.uris(source) + old
    assert execution.output["pairs"][0]["verified"]
    simulator.replace(source, simulator.tracks(30, "Week two"))
    simulator.forget_requests()
    second = stack.run(source, target, position="top")
    assert simulator.uris(target)[:30] == simulator.uris(source)
    assert second.output["spotify_requests"] == simulator.requests_count() == 5
    assert stack.run(source, target, position="top").output["spotify_requests"] == 3


def test_what_is_over_the_limit_comes_with_the_next_runs(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(5))
    target = simulator.create_playlist("Archive")
    counts = [stack.run(source, target, limit_added=2).output["pairs"][0] for _ in range(4)]
    assert [one["added"] for one in counts] == [2, 2, 1, 0]
    assert counts[0]["offered"] == counts[0]["already_there"] + counts[0]["skipped"] + counts[0]["added"] == 5
    assert simulator.uris(target) == simulator.uris(source)


def test_a_surprising_number_of_new_tracks_needs_confirmation(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(501))
    target = simulator.create_playlist("Archive")
    stopped = stack.run(source, target)
    assert (stopped.status, stopped.error) == ("FAILED", "TooManyNew")
    assert "501 tracks would be added" in str(stopped.cause)
    assert '{"max_new": 501}' in str(stopped.cause)
    assert simulator.requests_count("POST", "/items") == 0
    assert stack.run(source, target, dry_run=True).status == "SUCCEEDED"
    assert stack.run(source, target, max_new=501).output["pairs"][0]["added"] == 501


def test_the_stacks_defaults_hold_unless_the_input_says_otherwise(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Inbox", simulator.tracks(3))
    target = simulator.create_playlist("Archive", simulator.tracks(2, "Old"))
    with stack.environment_of("PrepareFunction", OPTIONS='{"position": "top", "limit_added": 1}'):
        stack.run(source, target)
        assert simulator.uris(target)[0] == simulator.uris(source)[0]
        stack.run(source, target, position="bottom", limit_added=9)
    assert simulator.uris(target)[-2:] == simulator.uris(source)[1:]
