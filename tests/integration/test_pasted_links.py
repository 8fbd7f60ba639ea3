"""Links that are pasted as a source, through the state machine."""

import json

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

LINK = "https://open.spotify.com/track/{}?si=0a1b2c"


def _links(tracks: list[dict[str, str]]) -> list[str]:
    return [LINK.format(track["uri"].split(":")[2]) for track in tracks]


def test_pasted_links_are_added_each_once_by_name_and_take_no_request(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(130)
    target = simulator.create_playlist("Archive", tracks[:2])
    source = {"tracks": [*_links(tracks), *_links(tracks[:3]), "Bye!"]}
    execution = stack.ended(stack.start({"pairs": [{"source": source, "target": target}]}))
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(target) == [track["uri"] for track in tracks]
    told = execution.output["pairs"][0]
    assert (told["source"], told["offered"], told["already_there"]) == ("133 pasted tracks", 133, 4)
    (pair,) = stack.report(execution)["pairs"]
    assert [track["name"] for track in pair["added_tracks"]] == [track["name"] for track in tracks[2:]]
    assert pair["added_tracks"][0]["artists"] == ["The Simulated"]
    assert pair["warnings"] == ["Left out of what was pasted, as no tracks: line of text (1)."]
    assert not [one for one in simulator.requests if target not in one.path and one.path != "/api/token"]


def test_what_was_pasted_does_not_travel_in_the_state(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(300)
    target = simulator.create_playlist("Archive")
    arn = stack.start({"pairs": [{"source": {"tracks": _links(tracks)}, "target": target}]})
    states = [one["stateEnteredEventDetails"] for one in stack.ended(arn).history if "stateEnteredEventDetails" in one]
    assert max(len(one["input"]) for one in states if one["name"] != "Prepare") < 10_000
    assert len(simulator.uris(target)) == 300


def test_pasted_links_stand_in_a_list_of_sources(stack: Stack, simulator: Simulator) -> None:
    one, two, three = simulator.tracks(3)
    inbox, target = simulator.create_playlist("Inbox", [one]), simulator.create_playlist("Archive")
    execution = stack.ended(
        stack.start(
            {"pairs": [{"source": [{"tracks": _links([three])}, inbox, {"tracks": _links([two])}], "target": target}]}
        )
    )
    assert simulator.uris(target) == [three["uri"], one["uri"], two["uri"]]
    assert stack.report(execution)["pairs"][0]["source_name"] == "1 pasted track, Inbox, 1 pasted track"


def test_pasted_episodes_are_added_where_that_is_chosen(stack: Stack, simulator: Simulator) -> None:
    episode = simulator.episode("Talk")
    link = episode["uri"].replace("spotify:episode:", "https://open.spotify.com/episode/")
    target = simulator.create_playlist("Archive")
    pair = {"source": {"tracks": [link]}, "target": target}
    assert stack.ended(stack.start({"pairs": [pair]})).output["pairs"][0]["skipped"] == 1
    assert stack.ended(stack.start({"pairs": [pair], "include_episodes": True})).output["pairs"][0]["added"] == 1


def test_a_pasted_track_that_spotify_refuses_is_left_out_alone(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(5)
    simulator.withdraw(tracks[2]["uri"])
    target = simulator.create_playlist("Archive")
    execution = stack.ended(stack.start({"pairs": [{"source": {"tracks": _links(tracks)}, "target": target}]}))
    assert simulator.uris(target) == [track["uri"] for number, track in enumerate(tracks) if number != 2]
    (left_out,) = stack.report(execution)["pairs"][0]["left_out"]
    assert left_out["uri"] == tracks[2]["uri"]


def test_names_are_read_on_top_and_where_a_track_is_shown_as_another_version(
    stack: Stack, simulator: Simulator
) -> None:
    tracks = simulator.tracks(3)
    target = simulator.create_playlist("Archive", simulator.tracks(2, "Old"))
    simulator.show_as(target, tracks[1]["uri"], simulator.track("Track 2 again"))
    pair = {"source": {"tracks": _links(tracks)}, "target": target, "position": "top"}
    execution = stack.ended(stack.start({"pairs": [pair]}))
    added = stack.report(execution)["pairs"][0]["added_tracks"]
    assert [track["name"] for track in added] == ["Track 1", "Track 2 again", "Track 3"]
    assert [track["uri"] for track in added] == [track["uri"] for track in tracks]


def test_a_lost_answer_does_not_add_pasted_links_twice(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(150)
    target = simulator.create_playlist("Archive")
    simulator.faults.add(Fault("lost_response", method="POST", path=f"/playlists/{target}/items"))
    execution = stack.ended(stack.start({"pairs": [{"source": {"tracks": _links(tracks)}, "target": target}]}))
    assert execution.status == "SUCCEEDED"
    assert simulator.uris(target) == [track["uri"] for track in tracks]


def test_a_recording_that_was_pasted_is_known_by_its_isrc_in_later_runs(stack: Stack, simulator: Simulator) -> None:
    album, single = (simulator.track("Song", album=kind, isrc="GBAAA2600001") for kind in ("Album", "Single"))
    target = simulator.create_playlist("Archive")
    stack.ended(stack.start({"pairs": [{"source": {"tracks": _links([album])}, "target": target}]}))
    inbox = simulator.create_playlist("Inbox", [single])
    assert stack.run(inbox, target, match="isrc").output["pairs"][0]["already_there"] == 1
    assert json.dumps(simulator.uris(target)) == json.dumps([album["uri"]])
