"""Which tracks are new."""

from hypothesis import given
from hypothesis import strategies as st

from archive.items import Item
from archive.selection import select


def _item(name: str) -> Item:
    return Item(uri=f"spotify:track:{name}", name=name)


def test_new_tracks_keep_the_order_of_the_source() -> None:
    selection = select([_item("c"), _item("a"), _item("b")], ["spotify:track:a"])
    assert [item.name for item in selection.new] == ["c", "b"]
    assert selection.already_there == 1


def test_a_track_that_stands_in_the_source_twice_is_added_once() -> None:
    selection = select([_item("a"), _item("b"), _item("a")], [])
    assert [item.name for item in selection.new] == ["a", "b"]
    assert [one.reason for one in selection.skipped] == ["stands in the source more than once"]


def test_what_cannot_be_archived_is_skipped_with_its_reason() -> None:
    local = Item(uri="spotify:local:::Demo:180", is_local=True)
    episode = Item(uri="spotify:episode:e", type="episode")
    chapter = Item(uri="spotify:chapter:c", type="chapter")
    greyed = Item(uri="spotify:track:g", is_playable=False)
    selection = select([Item(uri=None), local, episode, chapter, greyed], [])
    assert selection.new == []
    assert [one.reason for one in selection.skipped] == [
        "Spotify shows nothing at this place",
        "local file: Spotify adds none through its API",
        "podcast episode",
        "neither track nor episode, but chapter",
        "not playable",
    ]


_URIS = st.lists(st.sampled_from([*"abcdefgh"]), max_size=12)


@given(_URIS, _URIS)
def test_every_offered_item_is_accounted_for_and_nothing_comes_twice(source: list[str], target: list[str]) -> None:
    selection = select([_item(name) for name in source], [f"spotify:track:{name}" for name in target])
    names = [item.name for item in selection.new]
    assert selection.offered == selection.already_there + len(selection.skipped) + len(names)
    assert names == [name for name in dict.fromkeys(source) if name not in target]
