"""Which tracks are new."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rediscover_archive.pairs.options import Options
from rediscover_archive.pairs.selection import Selection, select
from rediscover_archive.spotify.items import Item


def _item(name: str) -> Item:
    return Item(uri=f"spotify:track:{name}", name=name)


def _select(
    source: list[Item], target: list[Item] | None = None, removed: list[Item] | None = None, **options: Any
) -> Selection:
    return select(source, target or [], removed or [], Options(**options))


def _reasons(selection: Selection) -> list[str]:
    return [one.reason for one in selection.skipped]


def test_new_tracks_keep_the_order_of_the_source() -> None:
    selection = _select([_item("c"), _item("a"), _item("b")], [_item("a")])
    assert [item.name for item in selection.new] == ["c", "b"]
    assert selection.already_there == 1


def test_a_track_that_stands_in_the_source_twice_is_added_once() -> None:
    selection = _select([_item("a"), _item("b"), _item("a")])
    assert [item.name for item in selection.new] == ["a", "b"]
    assert [one.reason for one in selection.skipped] == ["stands in the source more than once"]


def test_what_cannot_be_archived_is_skipped_with_its_reason() -> None:
    local = Item(uri="spotify:local:::Demo:180", is_local=True)
    episode = Item(uri="spotify:episode:e", type="episode")
    chapter = Item(uri="spotify:chapter:c", type="chapter")
    greyed = Item(uri="spotify:track:g", is_playable=False)
    selection = _select([Item(uri=None), local, episode, chapter, greyed])
    assert selection.new == []
    assert [one.reason for one in selection.skipped] == [
        "Spotify shows nothing at this place",
        "local file: Spotify adds none through its API",
        "podcast episode",
        "neither track nor episode, but “chapter”",
        "not playable",
    ]


_URIS = st.lists(st.sampled_from([*"abcdefgh"]), max_size=12)


@given(_URIS, _URIS)
def test_every_offered_item_is_accounted_for_and_nothing_comes_twice(source: list[str], target: list[str]) -> None:
    selection = _select([_item(name) for name in source], [_item(name) for name in target])
    names = [item.name for item in selection.new]
    assert selection.offered == selection.already_there + len(selection.skipped) + len(names)
    assert names == [name for name in dict.fromkeys(source) if name not in target]


def test_the_same_recording_on_another_album_counts_as_there_by_isrc_only() -> None:
    album, single = Item(uri="spotify:track:a", isrc="X1"), Item(uri="spotify:track:s", isrc="X1")
    assert _select([single], [album]).new == [single]
    by_isrc = _select([single, album], [album], match="isrc")
    assert (by_isrc.new, by_isrc.already_there) == ([], 2)
    twice = _select([single, album], match="isrc")
    assert (twice.new, _reasons(twice)) == ([single], ["stands in the source more than once"])


def test_without_an_isrc_the_uri_decides() -> None:
    nameless = _item("a")
    assert _select([nameless, _item("b")], [nameless], match="isrc").new == [_item("b")]


def test_what_the_listener_removed_stays_away_unless_it_is_to_be_brought_back() -> None:
    gone = _item("a")
    kept_away = _select([gone, _item("b")], removed=[gone])
    assert kept_away.new == [_item("b")]
    assert _reasons(kept_away) == ["you removed it from the target"]
    assert _select([gone], removed=[gone], bring_back_removed=True).new == [gone]
    assert _select([gone], [gone], [gone]).already_there == 1


def test_a_recording_that_was_removed_stays_away_by_isrc_too() -> None:
    album, single = Item(uri="spotify:track:a", isrc="X1"), Item(uri="spotify:track:s", isrc="X1")
    assert _select([single], removed=[album], match="isrc").new == []
    assert _select([single], removed=[album]).new == [single]


def test_episodes_come_when_they_are_asked_for() -> None:
    episode = Item(uri="spotify:episode:e", type="episode")
    assert _select([episode], include_episodes=True).new == [episode]


def test_explicit_tracks_are_left_out_when_that_is_asked_for() -> None:
    explicit = Item(uri="spotify:track:x", explicit=True)
    assert _select([explicit]).new == [explicit]
    assert _reasons(_select([explicit], exclude_explicit=True)) == ["marked as explicit"]


def test_no_more_than_the_limit_is_added_and_the_rest_is_said() -> None:
    limited = _select([_item("a"), _item("b"), _item("c"), _item("d")], [_item("b")], limit_added=2)
    assert [item.name for item in limited.new] == ["a", "c"]
    assert _reasons(limited) == ["left for the next run: at most 2 are added in one"]
