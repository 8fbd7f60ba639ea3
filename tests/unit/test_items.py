"""Items out of Spotify's entries."""

from typing import Any

import pytest

from rediscover_archive.spotify.items import Item, item_of

TRACK = {"uri": "spotify:track:1", "type": "track", "name": "One", "artists": [{"name": "A"}, {"name": "B"}]}


@pytest.mark.parametrize("entry", [{"item": TRACK}, {"track": TRACK}, {"item": None, "track": TRACK}])
def test_an_entry_is_understood_by_its_new_and_its_old_name(entry: Any) -> None:
    assert item_of(entry) == Item(uri="spotify:track:1", name="One", artists=("A", "B"))


@pytest.mark.parametrize("entry", [{"item": None}, {"item": {"uri": None}}, {"item": {}}, {}, {"track": True}])
def test_an_entry_without_media_is_an_item_without_uri(entry: Any) -> None:
    assert item_of(entry).uri is None


@pytest.mark.parametrize(
    "entry",
    [
        {"is_local": True, "item": {"uri": "spotify:local:a"}},
        {"item": {"uri": "spotify:local:a", "is_local": True}},
        {"item": {"uri": "spotify:local:a"}},
    ],
)
def test_a_local_file_is_known_by_any_of_its_signs(entry: Any) -> None:
    assert item_of(entry).is_local


def test_an_episode_has_its_show_for_an_artist() -> None:
    item = item_of({"item": {"uri": "spotify:episode:e", "type": "episode", "name": "E", "show": {"name": "S"}}})
    assert (item.type, item.artists) == ("episode", ("S",))


@pytest.mark.parametrize("entry", [None, "track", [], {"item": {"uri": 7}}, {"track": {"uri": "a\u00a0b"}}])
def test_what_cannot_be_an_entry_is_an_item_without_uri(entry: Any) -> None:
    assert item_of(entry).uri is None


@pytest.mark.parametrize("isrc", ["", "0", "UNKNOWN", "GBAAA260000", "GBAAA26000011", "x" * 600, 7, None])
def test_what_is_no_isrc_makes_no_two_recordings_the_same(isrc: Any) -> None:
    assert item_of({"item": {**TRACK, "external_ids": {"isrc": isrc}}}).isrc is None


def test_an_item_survives_its_document() -> None:
    item = item_of({"is_local": True, "item": {**TRACK, "is_playable": False}})
    assert Item.of_document(item.document()) == item
