"""A long source that grows costs as much as a short one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.pairs import growing, memory
from rediscover_archive.pairs.reading import Reading, Unfinished, read
from rediscover_archive.spotify.client import Spotify
from tests.support.few import SOAK

SIZE = 400
WHOLE = 1 + 6
"""Requests of a whole reading: the first hundred with the head, then pages of fifty."""

Edit = Callable[[Simulator, str], None]


class Later:
    """Stands in for datetime: now is `days` later."""

    def __init__(self, days: int) -> None:
        self._days = timedelta(days)

    def now(self, zone: Any) -> datetime:
        return datetime.now(zone) + self._days


def _read(documents: Documents, spotify: Spotify, playlist: str) -> tuple[Reading, int]:
    """The source as it is read, and the requests it took."""
    where, sent = memory.memory_key(playlist, "source"), spotify.sent
    known = memory.recall(documents, where, playlist)
    reading = read(spotify, playlist, "source", known, Unfinished(documents, "plans/unfinished.json"))
    memory.remember(documents, where, reading.memory, "source")
    return reading, spotify.sent - sent


def _at_the_end(simulator: Simulator, playlist: str) -> None:
    simulator.add(playlist, simulator.tracks(30, "New"))


def _on_top(simulator: Simulator, playlist: str) -> None:
    simulator.add(playlist, simulator.tracks(30, "New"), 0)


def _at_both_ends(simulator: Simulator, playlist: str) -> None:
    _on_top(simulator, playlist)
    simulator.add(playlist, simulator.tracks(5, "Newer"))


def _a_page_more(simulator: Simulator, playlist: str) -> None:
    simulator.add(playlist, simulator.tracks(45, "New"))


def _nothing(simulator: Simulator, playlist: str) -> None:
    simulator.add(playlist, simulator.tracks(1, "New"))
    simulator.remove(playlist, [str(simulator.uris(playlist)[-1])])


def _a_third_down(simulator: Simulator, playlist: str) -> None:
    simulator.add(playlist, simulator.tracks(3, "New"), 130)


def _in_the_middle_and_at_the_end(simulator: Simulator, playlist: str) -> None:
    _a_third_down(simulator, playlist)
    _at_the_end(simulator, playlist)


def _removed_in_the_middle(simulator: Simulator, playlist: str) -> None:
    _at_the_end(simulator, playlist)
    simulator.remove(playlist, [str(simulator.uris(playlist)[200])])


def _all_else(simulator: Simulator, playlist: str) -> None:
    simulator.replace(playlist, simulator.tracks(SIZE + 30, "Others"))


def _more_than_it_had(simulator: Simulator, playlist: str) -> None:
    simulator.add(playlist, simulator.tracks(SIZE, "New"))


@pytest.mark.parametrize(
    ("edit", "requests"),
    [(_at_the_end, 2), (_on_top, 2), (_at_both_ends, 2), (_a_page_more, 3), (_nothing, 2)],
)
def test_what_is_new_at_an_end_is_read_alone(
    simulator: Simulator, spotify: Spotify, documents: Documents, edit: Edit, requests: int
) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(SIZE))
    assert _read(documents, spotify, playlist)[1] == WHOLE
    edit(simulator, playlist)
    reading, sent = _read(documents, spotify, playlist)
    assert [item.uri for item in reading.memory.items] == simulator.uris(playlist)
    assert sent == requests
    again, sent = _read(documents, spotify, playlist)
    assert (again.remembered, sent) == (True, 1)


@pytest.mark.parametrize(
    "edit", [_a_third_down, _in_the_middle_and_at_the_end, _removed_in_the_middle, _all_else, _more_than_it_had]
)
def test_where_the_rest_is_not_what_is_remembered_it_is_read_whole(
    simulator: Simulator, spotify: Spotify, documents: Documents, edit: Edit
) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(SIZE))
    _read(documents, spotify, playlist)
    edit(simulator, playlist)
    reading, sent = _read(documents, spotify, playlist)
    assert [item.uri for item in reading.memory.items] == simulator.uris(playlist)
    assert sent >= WHOLE


@pytest.mark.parametrize("size", [1_000, *([9_000] if SOAK else [])])
def test_a_longer_source_costs_no_more(simulator: Simulator, spotify: Spotify, documents: Documents, size: int) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(size))
    _read(documents, spotify, playlist)
    for _ in range(3):
        _at_the_end(simulator, playlist)
        reading, sent = _read(documents, spotify, playlist)
        assert sent == 2
    assert [item.uri for item in reading.memory.items] == simulator.uris(playlist)


@pytest.mark.parametrize("days", [30, -1])
def test_what_took_anothers_place_is_seen_after_thirty_days_or_by_a_clock_that_went_wrong(
    simulator: Simulator, spotify: Spotify, documents: Documents, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(SIZE))
    _read(documents, spotify, playlist)
    simulator.remove(playlist, [str(simulator.uris(playlist)[200])])
    simulator.add(playlist, simulator.tracks(1, "In its place"), 200)
    unseen, sent = _read(documents, spotify, playlist)
    assert sent == 2
    assert [item.uri for item in unseen.memory.items] != simulator.uris(playlist)
    _at_the_end(simulator, playlist)
    monkeypatch.setattr(growing, "datetime", Later(days))
    reading, sent = _read(documents, spotify, playlist)
    assert sent > WHOLE
    assert [item.uri for item in reading.memory.items] == simulator.uris(playlist)


def test_the_thirty_days_are_counted_from_the_last_whole_reading(
    simulator: Simulator, spotify: Spotify, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(SIZE))
    day = _read(documents, spotify, playlist)[0].memory.read_whole
    assert day == datetime.now(UTC).date().isoformat()
    for days in (14, 28):
        monkeypatch.setattr(growing, "datetime", Later(days))
        _at_the_end(simulator, playlist)
        reading, sent = _read(documents, spotify, playlist)
        assert (reading.memory.read_whole, sent) == (day, 2)
    monkeypatch.setattr(growing, "datetime", Later(42))
    _at_the_end(simulator, playlist)
    reading, _ = _read(documents, spotify, playlist)
    assert reading.memory.read_whole > day


def test_rows_that_are_not_shown_make_it_read_whole(
    simulator: Simulator, spotify: Spotify, documents: Documents
) -> None:
    playlist = simulator.create_playlist("Inbox", simulator.tracks(SIZE))
    reading, _ = _read(documents, spotify, playlist)
    known = reading.memory
    hidden = memory.Memory(playlist, SIZE + 1, known.items, ["older"], unseen=1, read_whole=known.read_whole)
    memory.remember(documents, memory.memory_key(playlist, "source"), hidden, "source")
    assert _read(documents, spotify, playlist)[1] == WHOLE
