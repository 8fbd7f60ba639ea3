"""Tracks that stand in another playlist already, through the state machine."""

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

LINK = "https://open.spotify.com/playlist/{}"


def test_what_another_playlist_holds_is_not_added_and_is_counted(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(8)
    inbox, other = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Other", tracks[2:5])
    target = simulator.create_playlist("Archive", tracks[:1])
    execution = stack.run(inbox, target, not_in=[LINK.format(other)])
    assert simulator.uris(target) == [tracks[number]["uri"] for number in (0, 1, 5, 6, 7)]
    told = execution.output["pairs"][0]
    counts = [told[name] for name in ("offered", "already_there", "skipped", "already_elsewhere", "added")]
    assert counts == [8, 1, 3, 3, 4]
    left_out = stack.report(execution)["pairs"][0]["left_out"]
    assert {one["reason"] for one in left_out} == {"in another playlist already (not_in)"}


def test_another_playlist_is_read_once_and_then_from_memory(stack: Stack, simulator: Simulator) -> None:
    inbox = simulator.create_playlist("Inbox", simulator.tracks(3))
    other = simulator.create_playlist("Other", simulator.tracks(230, "Other"))
    target = simulator.create_playlist("Archive")
    stack.run(inbox, target, not_in=other)
    assert simulator.requests_count("GET", other) == 6
    simulator.forget_requests()
    simulator.replace(inbox, [*simulator.tracks(5), *simulator.tracks(1, "Other")])
    assert stack.run(inbox, target, not_in=other).output["pairs"][0]["added"] == 2
    assert simulator.requests_count("GET", other) == 1


def test_the_same_recording_elsewhere_counts_by_match(stack: Stack, simulator: Simulator) -> None:
    album, single = (simulator.track("Song", album=kind, isrc="GBAAA2600001") for kind in ("Album", "Single"))
    inbox, other = simulator.create_playlist("Inbox", [album]), simulator.create_playlist("Other", [single])
    target = simulator.create_playlist("Archive")
    assert stack.run(inbox, target, not_in=[other], match="isrc").output["pairs"][0]["already_elsewhere"] == 1
    assert stack.run(inbox, target, not_in=[other]).output["pairs"][0]["added"] == 1


def test_each_weeks_target_gets_what_is_new_in_it_beside_one_that_gets_all(stack: Stack, simulator: Simulator) -> None:
    inbox, everything = simulator.create_playlist("Inbox"), simulator.create_playlist("Everything")
    weeks: list[list[str | None]] = []
    for week in range(3):
        simulator.add(inbox, simulator.tracks(4, f"Week {week}"))
        name = f"Week {week}"
        pairs = [
            {"source": inbox, "target": everything},
            {"source": inbox, "target": {"create": name}, "not_in": [everything]},
        ]
        execution = stack.ended(stack.start({"pairs": pairs}))
        assert execution.status == "SUCCEEDED", execution.cause
        assert [pair["added"] for pair in execution.output["pairs"]] == [4, 4]
        weeks.append(simulator.uris(stack.report(execution)["pairs"][1]["target_id"]))
    assert simulator.uris(everything) == [uri for week in weeks for uri in week] == simulator.uris(inbox)


def test_a_playlist_of_not_in_that_is_gone_fails_the_pair_by_its_id(stack: Stack, simulator: Simulator) -> None:
    inbox, gone = simulator.create_playlist("Inbox", simulator.tracks(1)), "0" * 22
    execution = stack.ended(stack.start({"pairs": [{"source": inbox, "target": {"create": "Kept"}, "not_in": [gone]}]}))
    assert (execution.error, gone in str(execution.cause)) == ("PlaylistNotFound", True)
    assert "It was made for the target" not in str(execution.cause)


def test_a_limit_at_another_playlist_is_waited_for(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(3)
    inbox, other = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Other", tracks[:1])
    target = simulator.create_playlist("Archive")
    simulator.faults.add(Fault("rate_limited", path=other, retry_after=30))
    assert stack.run(inbox, target, not_in=[other]).output["pairs"][0]["added"] == 2
    assert simulator.uris(target) == [track["uri"] for track in tracks[1:]]
