"""One track that Spotify refuses in whatever words does not keep the others out, through the state machine."""

from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.errors import Contradiction
from rediscover_archive.pairs.adding import MOST_REFUSALS
from rediscover_archive.runs.waiting import AT_LEAST
from tests.support.few import paired
from tests.support.stack import Stack

pytestmark = pytest.mark.quick

WORDS: dict[str, dict[str, Any]] = {
    "400 without a word of URIs": {"status": 400, "body": {"error": {"status": 400, "message": "Bad request"}}},
    "400 in HTML": {"status": 400, "body": "<html>Bad Request</html>"},
    "404": {"status": 404, "body": {"error": {"status": 404, "message": "Not found."}}},
    "422": {"status": 422, "body": {"error": {"status": 422, "message": "Unprocessable"}}},
    "500": {"status": 500, "body": {"error": {"status": 500, "message": "Server error."}}},
    "502 in HTML": {"status": 502, "body": "<html>Bad Gateway</html>"},
}
ONE_GONE = [
    *((words, 30, 17, "bottom") for words in WORDS),
    *(
        (words, new, gone, position)
        for words, (new, gone, position) in paired(
            ("400 without a word of URIs", "500"),
            [(2, 0, "top"), (2, 1, "bottom"), (130, 99, "bottom"), (101, 0, "top")],
        )
    ),
]


def _refuse(simulator: Simulator, uri: str, words: str) -> Fault:
    """As long as `uri` is in."""
    return simulator.faults.add(Fault("status", "POST", "/items", containing=uri, count=-1, **WORDS[words]))


def _pair(simulator: Simulator, new: int, old: int = 3) -> tuple[str, str, list[str]]:
    tracks = [str(track["uri"]) for track in simulator.tracks(new, "New")]
    target = simulator.create_playlist("Archive", simulator.tracks(old, "Old"))
    return simulator.create_playlist("Inbox", tracks), target, tracks


@pytest.mark.parametrize(("words", "new", "gone", "position"), ONE_GONE)
def test_one_gone_track_is_left_out_and_the_others_are_added(
    stack: Stack, simulator: Simulator, words: str, new: int, gone: int, position: str
) -> None:
    source, target, tracks = _pair(simulator, new)
    refused = _refuse(simulator, tracks[gone], words)
    execution = stack.run(source, target, position=position)
    assert execution.status == "SUCCEEDED", execution.cause
    told = execution.output["pairs"][0]
    assert (told["added"], told["skipped"], told["verified"]) == (new - 1, 1, True)
    (left_out,) = stack.report(execution)["pairs"][0]["left_out"]
    assert left_out["uri"] == tracks[gone]
    assert left_out["reason"].startswith("Spotify refuses it: ")
    assert [uri for uri in simulator.uris(target) if uri in tracks] == [uri for uri in tracks if uri != tracks[gone]]
    assert refused.struck <= 12
    # It stands in the source alone now, and is refused alone: no failure in every week.
    again = stack.run(source, target, position=position)
    assert (again.status, again.output["outcome"]) == ("SUCCEEDED", "nothing_new"), again.cause
    simulator.faults.clear()
    assert stack.run(source, target, position=position).output["pairs"][0]["added"] == 1


@pytest.mark.parametrize(("words", "gone"), paired(["400 without a word of URIs", "500"], [[0, 1, 2], [5, 50, 95]]))
def test_several_gone_tracks_are_left_out_too(stack: Stack, simulator: Simulator, words: str, gone: list[int]) -> None:
    source, target, tracks = _pair(simulator, 100)
    for place in gone:
        _refuse(simulator, tracks[place], words)
    for _ in range(2):
        stack.run(source, target)
    assert simulator.uris(target)[3:] == [uri for place, uri in enumerate(tracks) if place not in gone]


@pytest.mark.parametrize(("words", "new"), paired(["400 without a word of URIs", "404", "500"], [1, 30, 130]))
def test_when_everything_is_refused_the_run_fails_in_words_after_a_bounded_number_of_requests(
    stack: Stack, simulator: Simulator, words: str, new: int
) -> None:
    source, target, tracks = _pair(simulator, new)
    simulator.faults.add(Fault("status", "POST", "/items", count=-1, **WORDS[words]))
    execution = stack.run(source, target)
    assert execution.status == "FAILED"
    assert execution.error in ("RequestRefused", "PlaylistNotFound", "SpotifyUnavailable")
    assert simulator.requests_count("POST", "/items") <= MOST_REFUSALS + 1 + len(AT_LEAST[Contradiction])
    simulator.faults.clear()
    assert stack.run(source, target).status == "SUCCEEDED"
    assert simulator.uris(target)[3:] == tracks


def test_a_target_that_is_gone_is_not_taken_for_its_tracks(stack: Stack, simulator: Simulator) -> None:
    source, target, _ = _pair(simulator, 30)
    gone = Fault("delay_before", "POST", "/items", meanwhile=lambda: simulator.playlists.pop(target))
    simulator.faults.add(gone)
    execution = stack.run(source, target)
    assert execution.error == "PlaylistNotFound"
    assert simulator.requests_count("POST", "/items") == 1


@pytest.mark.parametrize("words", ["400 without a word of URIs", "500"])
def test_a_wait_in_the_middle_of_a_refused_batch_loses_nothing(stack: Stack, simulator: Simulator, words: str) -> None:
    source, target, tracks = _pair(simulator, 60)
    _refuse(simulator, tracks[33], words)
    simulator.faults.add(Fault("rate_limited", "POST", "/items", nth=2, retry_after=1))
    simulator.faults.add(Fault("lost_response", "POST", "/items", nth=3))
    execution = stack.run(source, target)
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(target)[3:] == [uri for uri in tracks if uri != tracks[33]]
