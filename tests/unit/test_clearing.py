"""Emptying a source."""

from dataclasses import replace

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.errors import Contradiction, PlaylistNotFound, PlaylistNotWritable, RequestRefused
from rediscover_archive.inbox.clearing import Clearer, may_leave
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.pairs.plan import Plan
from rediscover_archive.spotify.client import BATCH, Spotify
from rediscover_archive.spotify.items import Item

PLAN = Plan("T" * 22, 0, [], [])


def _source(*uris: str | None) -> Memory:
    return Memory("S" * 22, len(uris), [Item(uri) for uri in uris])


def _plan(*, there: str = "", verified: str = "", elsewhere: str = "") -> Plan:
    return replace(PLAN, there=[*there], verified=[*verified], elsewhere=[*elsewhere])


@pytest.mark.parametrize(
    ("source", "plans", "leaving"),
    [
        ("abcd", [_plan(there="b", verified="cx")], "bc"),
        ("aba", [_plan(there="a")], "a"),
        ("abc", [_plan(there="ab"), _plan(verified="bc")], "b"),
        ("abc", [_plan(there="a"), None], ""),
        ("abc", [_plan(elsewhere="a")], ""),
        ("abc", [_plan(elsewhere="ab", there="c"), _plan(there="ac")], "ac"),
        ("abc", [], ""),
    ],
)
def test_what_all_targets_were_seen_to_hold_may_leave(source: str, plans: list[Plan | None], leaving: str) -> None:
    assert may_leave(_source(*source, None), plans) == [*leaving]


def test_tracks_leave_in_batches_and_what_is_left_is_kept_after_each(simulator: Simulator, spotify: Spotify) -> None:
    tracks = [str(track["uri"]) for track in simulator.tracks(BATCH + 3)]
    inbox = simulator.create_playlist("Inbox", [*tracks, tracks[0]])
    read = replace(_source(*tracks, tracks[0]), playlist_id=inbox, snapshot_ids=[simulator.snapshot_id(inbox)])
    kept: list[Memory] = []
    assert list(Clearer(spotify, read, kept.append).clear(tracks[:-1])) == [BATCH, 2]
    assert simulator.uris(inbox) == tracks[-1:]
    assert [(memory.total, len(memory.items), memory.snapshot_ids) for memory in kept] == [
        (3, 3, read.snapshot_ids),
        (1, 1, []),
    ]


def test_nothing_to_clear_asks_nothing(spotify: Spotify) -> None:
    assert list(Clearer(spotify, _source("a"), lambda _: None).clear([])) == []
    assert spotify.sent == 0


def test_a_snapshot_that_spotify_does_not_take_is_left_out(simulator: Simulator, spotify: Spotify) -> None:
    track = simulator.tracks(1)[0]
    inbox = simulator.create_playlist("Inbox", [track])
    read = replace(_source(track["uri"]), playlist_id=inbox, snapshot_ids=["unknown"])
    assert list(Clearer(spotify, read, lambda _: None).clear([track["uri"]])) == [1]
    assert (simulator.uris(inbox), spotify.sent) == ([], 2)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, RequestRefused), (403, PlaylistNotWritable), (404, PlaylistNotFound)],
)
def test_a_refusal_is_told_in_words(
    simulator: Simulator, spotify: Spotify, status: int, error: type[Exception]
) -> None:
    inbox = simulator.create_playlist("Inbox", simulator.tracks(1))
    body = {"error": {"status": status, "message": "No."}}
    simulator.faults.add(Fault("status", method="DELETE", status=status, body=body, count=-1))
    with pytest.raises(error, match=inbox):
        spotify.remove(inbox, [str(simulator.uris(inbox)[0])])


def test_a_source_that_was_read_and_is_not_found_is_a_contradiction(simulator: Simulator) -> None:
    inbox = simulator.create_playlist("Inbox", simulator.tracks(1))
    simulator.faults.add(Fault("status", method="DELETE", status=404, body={"error": {"status": 404}}))
    shown = Spotify(simulator.api_url, "a token", [inbox])
    with pytest.raises(Contradiction):
        shown.remove(inbox, [str(simulator.uris(inbox)[0])])
