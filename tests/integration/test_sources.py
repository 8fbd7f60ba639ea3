"""What may be a source, through the state machine."""

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.scopes import SCOPES_ALL
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

DISCOVER_WEEKLY = "spotify:playlist:37i9dQZEVXcJZyENOWUFo7"


@pytest.fixture(autouse=True)
def scopes(simulator: Simulator) -> None:
    """The listener agreed to what these sources need."""
    simulator.authorize(SCOPES_ALL)


def test_liked_songs_are_archived_newest_first_and_then_only_what_is_new(stack: Stack, simulator: Simulator) -> None:
    target = simulator.create_playlist("Archive")
    simulator.save(simulator.tracks(120))
    first = stack.run("liked", target)
    assert first.output["pairs"][0]["added"] == 120
    assert simulator.uris(target) == [track["uri"] for track in reversed(simulator.tracks(120))]
    new = simulator.tracks(2, "New")
    simulator.save(new)
    simulator.forget_requests()
    second = stack.run("liked", target)
    assert second.output["pairs"][0]["added"] == 2
    assert simulator.uris(target)[120:] == [new[1]["uri"], new[0]["uri"]]
    assert simulator.requests_count() == second.output["spotify_requests"] == 5


def test_what_was_heard_of_discover_weekly_is_archived(stack: Stack, simulator: Simulator) -> None:
    target = simulator.create_playlist("Archive")
    heard = simulator.tracks(12, "Heard")
    for number, track in enumerate(heard):
        simulator.play(track, DISCOVER_WEEKLY if number % 3 else None)
    execution = stack.run(f"recently-played:{DISCOVER_WEEKLY}", target)
    assert execution.status == "SUCCEEDED"
    assert simulator.uris(target) == [track["uri"] for number, track in enumerate(heard) if number % 3]
    (warning,) = stack.report(execution)["pairs"][0]["warnings"]
    assert warning.startswith("Of 4 plays Spotify does not say")


def test_plays_are_not_lost_when_the_run_that_saw_them_fails(stack: Stack, simulator: Simulator) -> None:
    target = simulator.create_playlist("Archive")
    early = simulator.tracks(10, "Early")
    for track in early:
        simulator.play(track)
    refusal = {"error": {"status": 403, "message": "Forbidden"}}
    simulator.faults.add(Fault("status", method="POST", path="/items", status=403, body=refusal))
    assert stack.run("recently-played", target).error == "PlaylistNotWritable"
    for track in simulator.tracks(50, "Late"):
        simulator.play(track)
    execution = stack.run("recently-played", target)
    assert simulator.uris(target)[:10] == [track["uri"] for track in early]
    assert len(simulator.uris(target)) == 60
    assert stack.report(execution)["pairs"][0]["warnings"] != []


def test_a_gap_is_told_even_when_nothing_is_new(stack: Stack, simulator: Simulator) -> None:
    target = simulator.create_playlist("Archive", simulator.tracks(50))
    simulator.play(simulator.tracks(1)[0])
    stack.run("recently-played", target)
    for track in simulator.tracks(50):
        simulator.play(track)
    execution = stack.run("recently-played", target)
    assert execution.output["outcome"] == "nothing_new"
    assert "More than 50 tracks were played" in stack.report(execution)["message"]
    assert "Notify" in execution.states


def test_several_sources_go_into_one_target_in_their_order(stack: Stack, simulator: Simulator) -> None:
    shared, one, two = (simulator.tracks(3, name) for name in ("Shared", "One", "Two"))
    first = simulator.create_playlist("First", [*one, *shared])
    second = simulator.create_playlist("Second", [*shared, *two])
    simulator.save(simulator.tracks(1, "Liked"))
    target = simulator.create_playlist("Archive")
    pair = {"source": [first, second, "liked"], "target": target}
    execution = stack.ended(stack.start({"pairs": [pair]}))
    assert simulator.uris(target) == [t["uri"] for t in (*one, *shared, *two, *simulator.tracks(1, "Liked"))]
    told = execution.output["pairs"][0]
    assert (told["source"], told["offered"], told["skipped"], told["added"]) == ([first, second, "liked"], 13, 3, 10)
    assert stack.report(execution)["pairs"][0]["source_name"] == "First, Second, Liked Songs"


def test_one_source_that_waits_does_not_make_the_others_be_read_twice(stack: Stack, simulator: Simulator) -> None:
    first = simulator.create_playlist("First", simulator.tracks(260, "One"))
    second = simulator.create_playlist("Second", simulator.tracks(2, "Two"))
    target = simulator.create_playlist("Archive")
    simulator.faults.add(Fault("rate_limited", path=second, retry_after=1))
    execution = stack.ended(stack.start({"pairs": [{"source": [first, second], "target": target}]}))
    assert execution.status == "SUCCEEDED"
    assert len(simulator.uris(target)) == 262
    assert simulator.requests_count("GET", first) == 6


def test_a_missing_scope_stops_the_pair_and_names_the_scope(stack: Stack, simulator: Simulator) -> None:
    refusal = {"error": {"status": 403, "message": "Insufficient client scope"}}
    simulator.faults.add(Fault("status", path="/me/tracks", status=403, body=refusal))
    execution = stack.run("liked", simulator.create_playlist("Archive"))
    assert execution.error == "MissingScope"
    assert "user-library-read" in str(execution.cause)


def test_a_dry_run_leaves_what_is_remembered_of_plays_as_it_was(stack: Stack, simulator: Simulator) -> None:
    target = simulator.create_playlist("Archive")
    simulator.play(simulator.tracks(1)[0])
    execution = stack.run("recently-played", target, dry_run=True)
    assert stack.report(execution)["pairs"][0]["added_tracks"][0]["uri"] == simulator.tracks(1)[0]["uri"]
    assert stack.documents("playlists/") == {}
    assert simulator.uris(target) == []


def test_every_link_that_was_pasted_together_is_archived(stack: Stack, simulator: Simulator) -> None:
    tracks = simulator.tracks(5)
    first = simulator.create_playlist("First", tracks[:3])
    second = simulator.create_playlist("Second", tracks[2:])
    target = simulator.create_playlist("Archive")
    pasted = (
        f"<https://open.spotify.com/intl-de/playlist/{first}?si=0a&amp;pi=b>,\n"
        f"“https://open.spotify.com/playlist/{second}?si=0123456789abcdef”"
    )
    ended = stack.run(pasted, f'"spotify:user:someone:playlist:{target}"')
    assert ended.status == "SUCCEEDED", ended.cause
    assert simulator.uris(target) == [track["uri"] for track in tracks]


def test_of_two_links_the_wrong_one_is_named_and_nothing_is_added(stack: Stack, simulator: Simulator) -> None:
    source, target = simulator.create_playlist("Inbox", simulator.tracks(1)), simulator.create_playlist("Archive")
    ended = stack.run(f"https://open.spotify.com/playlist/{source}?si=1,https://spotify.link/aBcD", target)
    assert (ended.status, ended.error) == ("FAILED", "InvalidInput")
    assert "'https://spotify.link/aBcD' is a short link" in str(ended.cause)
    assert simulator.uris(target) == []
