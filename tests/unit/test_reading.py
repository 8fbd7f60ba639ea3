"""Reading playlists with few requests."""

from dataclasses import replace

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.errors import PlaylistChanging, RateLimited
from rediscover_archive.pairs import memory
from rediscover_archive.pairs.reading import Reading, Unfinished, read
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.transport import PARALLEL_REQUESTS


def _read(documents: Documents, spotify: Spotify, playlist: str, role: memory.Role) -> Reading:
    remembered = memory.recall(documents, memory.memory_key(playlist, role), playlist)
    reading = read(spotify, playlist, role, remembered, Unfinished(documents, "plans/unfinished.json"))
    memory.remember(documents, memory.memory_key(playlist, role), reading.memory, role)
    return reading


def _uris(reading: Reading) -> list[str | None]:
    return [item.uri for item in reading.memory.items]


@pytest.mark.parametrize(
    ("role", "size", "requests"),
    [("source", 0, 2), ("source", 30, 1), ("source", 100, 1), ("source", 260, 5), ("target", 0, 2), ("target", 260, 7)],
)
def test_a_first_reading_takes_its_head_and_its_pages(
    simulator: Simulator, spotify: Spotify, documents: Documents, role: memory.Role, size: int, requests: int
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(size))
    reading = _read(documents, spotify, playlist, role)
    assert _uris(reading) == simulator.uris(playlist)
    assert not reading.remembered
    assert spotify.sent == requests
    assert simulator.most_in_flight <= 4


@pytest.mark.parametrize("role", ["source", "target"])
def test_an_unchanged_playlist_is_read_by_one_request(
    simulator: Simulator, spotify: Spotify, documents: Documents, role: memory.Role
) -> None:
    playlist = simulator.create_playlist("Mine", [*simulator.tracks(260), None])
    first = _read(documents, spotify, playlist, role)
    sent = spotify.sent
    again = _read(documents, spotify, playlist, role)
    assert again.remembered
    assert _uris(again) == _uris(first)
    assert spotify.sent == sent + 1


def test_what_a_target_hides_is_believed_at_the_second_reading(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(5))
    known = _read(documents, spotify, playlist, "target").memory
    sent = simulator.track("Sent")["uri"]
    simulator.add(playlist, [sent])
    simulator.hide(playlist, sent)
    where = memory.memory_key(playlist, "target")
    memory.remember(documents, where, replace(known, sent=[memory.Sent(Item(uri=sent), memory.NEW)]), "target")
    readings = [_read(documents, spotify, playlist, "target") for _ in range(3)]
    assert [(one.memory.unseen, one.remembered) for one in readings] == [(1, False), (1, False), (1, True)]


def test_a_changed_playlist_is_read_again(simulator: Simulator, spotify: Spotify, documents: Documents) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(5))
    _read(documents, spotify, playlist, "target")
    simulator.remove(playlist, ["spotify:track:gone", str(simulator.uris(playlist)[0])])
    reading = _read(documents, spotify, playlist, "target")
    assert not reading.remembered
    assert _uris(reading) == simulator.uris(playlist)


def test_a_snapshot_that_only_lags_does_not_cost_a_second_reading(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    """After a write, heads show older snapshot_ids for a while although the items are the new ones."""
    playlist = simulator.create_playlist("Mine", simulator.tracks(5))
    simulator.settings.update(snapshot_lag_seconds=60)
    old = spotify.head(playlist).snapshot_id
    new = spotify.add(playlist, [simulator.track("Six")["uri"]])
    assert spotify.head(playlist).snapshot_id == old
    items = spotify.page(playlist, 0, "uri").items
    written = memory.Memory(playlist, 6, items, [new])
    memory.remember(documents, memory.memory_key(playlist, "target"), written, "target")
    lagging = _read(documents, spotify, playlist, "target")
    assert not lagging.remembered
    assert lagging.memory.snapshot_ids == [old, new]


def test_an_interrupted_reading_goes_on_where_it_was(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(1000))
    simulator.faults.add(Fault("rate_limited", path="/items", nth=12, count=-1, retry_after=30))
    with pytest.raises(RateLimited):
        _read(documents, spotify, playlist, "target")
    assert simulator.requests_count("GET", "/items$") <= 11 + PARALLEL_REQUESTS
    simulator.faults.clear()
    simulator.forget_requests()
    reading = _read(documents, spotify, playlist, "target")
    assert _uris(reading) == simulator.uris(playlist)
    assert simulator.requests_count("GET", "/items$") == 20 - 11
    assert documents.get("plans/unfinished.json") is None


def test_pages_of_an_older_snapshot_are_not_mixed_in(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(300))
    simulator.faults.add(Fault("rate_limited", path="/items", nth=4, count=-1, retry_after=30))
    with pytest.raises(RateLimited):
        _read(documents, spotify, playlist, "target")
    simulator.faults.clear()
    simulator.replace(playlist, simulator.tracks(300, "Other"))
    assert _uris(_read(documents, spotify, playlist, "target")) == simulator.uris(playlist)


def test_a_head_that_lags_behind_a_targets_pages_is_made_up_for(
    simulator: Simulator, spotify: Spotify, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(40))
    lagging = spotify.head(playlist)
    simulator.add(playlist, simulator.tracks(80, "Newer"))
    monkeypatch.setattr(spotify, "head", lambda *_: lagging)
    assert _uris(_read(documents, spotify, playlist, "target")) == simulator.uris(playlist)


def test_a_source_that_changes_while_it_is_read_is_read_anew(
    simulator: Simulator, spotify: Spotify, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(180))
    stale = spotify.head(playlist, "uri")
    simulator.add(playlist, simulator.tracks(1, "Newer"), position=0)
    monkeypatch.setattr(spotify, "head", lambda *_: stale)
    assert _uris(_read(documents, spotify, playlist, "source")) == simulator.uris(playlist)


def test_a_playlist_that_changes_between_its_pages_is_read_again_later(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(480))
    more = simulator.tracks(1, "Newer")
    simulator.faults.add(
        Fault("delay_before", path="/items", nth=6, meanwhile=lambda: simulator.add(playlist, more, position=0))
    )
    with pytest.raises(PlaylistChanging, match="edited while it was being read"):
        _read(documents, spotify, playlist, "target")
    assert _uris(_read(documents, spotify, playlist, "target")) == simulator.uris(playlist)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"version": 2},
        {"playlist_id": "B" * 22},
        {"items": ["spotify:track:x"]},
        {"items": [7, 7]},
        {"items": [{"uri": "spotify:track:x"}, None]},
        {"total": "many"},
        {"snapshot_ids": None},
    ],
)
def test_a_memory_that_is_not_right_is_ignored_and_rewritten(
    simulator: Simulator, spotify: Spotify, documents: Documents, spoiled: dict[str, object]
) -> None:
    playlist = simulator.create_playlist("Mine", simulator.tracks(2))
    _read(documents, spotify, playlist, "target")
    where = memory.memory_key(playlist, "target")
    documents.put(where, {**(documents.get(where) or {}), **spoiled})
    assert _uris(_read(documents, spotify, playlist, "target")) == simulator.uris(playlist)
    assert _read(documents, spotify, playlist, "target").remembered


def test_what_the_listener_removed_is_remembered_until_it_is_back(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    playlist = simulator.create_playlist("Archive", simulator.tracks(5))
    first, second, *_ = simulator.uris(playlist)
    _read(documents, spotify, playlist, "target")
    simulator.remove(playlist, [str(first)])
    assert [item.uri for item in _read(documents, spotify, playlist, "target").memory.removed] == [first]
    simulator.remove(playlist, [str(second)])
    assert [item.uri for item in _read(documents, spotify, playlist, "target").memory.removed] == [first, second]
    simulator.add(playlist, [str(first)])
    assert [item.uri for item in _read(documents, spotify, playlist, "target").memory.removed] == [second]


def test_nothing_is_removed_from_a_source(simulator: Simulator, spotify: Spotify, documents: Documents) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(2))
    _read(documents, spotify, playlist, "source")
    simulator.replace(playlist, simulator.tracks(2, "Next week"))
    assert _read(documents, spotify, playlist, "source").memory.removed == []


@pytest.mark.parametrize("role", ["source", "target"])
def test_the_recordings_code_is_read_and_remembered(
    simulator: Simulator, spotify: Spotify, documents: Documents, role: memory.Role
) -> None:
    playlist = simulator.create_playlist(
        "Mine", [simulator.track("One", isrc="DEUM71507284"), simulator.track("Two", isrc=None)]
    )
    _read(documents, spotify, playlist, role)
    again = _read(documents, spotify, playlist, role)
    assert [item.isrc for item in again.memory.items] == ["DEUM71507284", None]
