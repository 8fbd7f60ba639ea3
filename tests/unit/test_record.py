"""The archive's own record."""

from datetime import UTC, datetime

import pytest

from rediscover_archive.documents import Documents
from rediscover_archive.errors import InvalidInput
from rediscover_archive.ledger.record import Track, brought_up_to_date, record_key, record_of
from rediscover_archive.ledger.restoring import read_archive
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.spotify.items import Item

NOW = datetime(2026, 11, 27, 6, 0, 9, tzinfo=UTC)
TARGET = "1Target00000000000Kept"


def test_what_a_run_put_on_top_in_two_batches_is_offered_in_the_order_of_its_source(documents: Documents) -> None:
    """The second batch is sent first, and so came first; what the next pair added went above both."""
    seconds = {"e": 5, "f": 5, "a": 2, "b": 2, "c": 1, "d": 1}
    rows = [Item(uri=uri, added_at=f"2026-11-27T06:00:0{at}Z") for uri, at in seconds.items()]
    ours: dict[str, Track] = {uri: {"uri": uri, "name": uri, "artists": [], "source": "s"} for uri in "abcdef"}
    tracks = brought_up_to_date([], Memory(TARGET, len(rows), rows), ours, lambda _: None, NOW)
    documents.put(record_key(TARGET), record_of(TARGET, tracks))
    archive = read_archive(documents, f"archive:{TARGET}")
    assert "".join(str(item.uri) for item in archive.memory.items) == "abcdef"


def test_the_archive_of_a_playlist_into_which_nothing_ran_is_refused(documents: Documents) -> None:
    with pytest.raises(InvalidInput, match=rf"there is no archives/tracks/{TARGET}\.json, which every run into it"):
        read_archive(documents, f"archive:{TARGET}")


def test_a_damaged_record_is_named(documents: Documents) -> None:
    documents.put(record_key(TARGET), {"version": 1, "tracks": [{"uri": "a"}]})
    with pytest.raises(InvalidInput, match=rf"The record of playlist {TARGET} is damaged"):
        read_archive(documents, f"archive:{TARGET}")
