"""Pages that have fewer rows than they count are read on; what is missing still is counted."""

from collections.abc import Callable

import pytest

from rediscover_archive.errors import PlaylistChanging
from rediscover_archive.spotify.client import PAGE, Page
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.pages import PARTS, READINGS, Pages, items_of, picture_of, read_on, whole_page


class Playlist:
    """Rows 0 to `size`, of which `hidden` are never shown, and at most `most` come at once."""

    def __init__(self, size: int, hidden: tuple[int, ...] = (), most: int = PAGE) -> None:
        self.size, self.hidden, self.most, self.asked = size, hidden, most, 0

    def __call__(self, offset: int, *, limit: int) -> Page:
        self.asked += 1
        end = min(offset + min(limit, self.most), self.size)
        rows = [Item(uri=str(place)) for place in range(offset, end) if place not in self.hidden]
        return Page(offset, self.size, rows, goes_on=end < self.size)

    @property
    def shown(self) -> list[str | None]:
        return [str(place) for place in range(self.size) if place not in self.hidden]


def _read(playlist: Playlist) -> Pages:
    pages: Pages = {}
    read_on(playlist, 0, playlist.size, pages)
    return pages


@pytest.mark.parametrize("size", [0, 1, 49, 50, 51, 130])
@pytest.mark.parametrize("most", [5, 7, 20, 49, 50])
def test_a_lowered_limit_is_read_through(size: int, most: int) -> None:
    playlist = Playlist(size, most=most)
    picture = picture_of(_read(playlist), "It")
    assert [item.uri for item in picture.items] == playlist.shown
    assert (picture.total, picture.unseen) == (size, 0)


@pytest.mark.parametrize("hidden", [(0,), (49,), (0, 1, 2), (10, 30, 49, 50, 129), tuple(range(130))])
@pytest.mark.parametrize("most", [20, 50])
def test_rows_that_are_never_shown_are_counted_and_no_other_comes_twice(hidden: tuple[int, ...], most: int) -> None:
    playlist = Playlist(130, hidden, most)
    picture = picture_of(_read(playlist), "It")
    assert [item.uri for item in picture.items] == playlist.shown
    assert (picture.total, picture.unseen) == (130, len(hidden))


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("alike", [2, 3, 60])
@pytest.mark.parametrize("most", [5, 7, 20, 49])
def test_rows_that_look_alike_all_count_where_a_lowered_limit_ends_between_them(
    most: int, alike: int, first: int
) -> None:
    rows = [Item(uri=str((place + first) // alike)) for place in range(120)]

    def fetch(offset: int, *, limit: int) -> Page:
        shown = rows[offset : offset + min(limit, most)]
        return Page(offset, len(rows), shown, goes_on=offset + len(shown) < len(rows))

    pages: Pages = {}
    read_on(fetch, 0, len(rows), pages)
    assert items_of(pages) == rows
    assert picture_of(pages, "It").unseen == 0


def test_rows_behind_many_hidden_ones_are_shown_though_the_first_answer_came_short() -> None:
    playlist = Playlist(50, hidden=tuple(range(16, 33)))
    answers = iter([16])

    def fetch(offset: int, *, limit: int) -> Page:
        page = playlist(offset, limit=limit)
        return Page(offset, page.total, page.items[: next(answers, limit)], page.goes_on)

    page = whole_page(fetch, 0)
    assert [item.uri for item in page.items] == playlist.shown
    assert page.unseen == 17


def test_a_whole_page_is_one_request() -> None:
    playlist = Playlist(130)
    whole_page(playlist, 50)
    assert playlist.asked == 1


def test_the_requests_for_a_page_are_bounded() -> None:
    playlist = Playlist(130, most=1)
    assert whole_page(playlist, 0).unseen == PAGE - PARTS - 1
    assert playlist.asked == 2 * (PARTS + 1)


@pytest.mark.parametrize("size", [50, 100, 120])
def test_a_total_that_is_the_pages_own_length_is_not_believed(size: int) -> None:
    def fetch(offset: int, *, limit: int) -> Page:
        page = Playlist(size)(offset, limit=limit)
        return Page(offset, len(page.items), page.items, page.goes_on)

    pages: Pages = {}
    read_on(fetch, 0, 50, pages)
    assert [item.uri for item in items_of(pages)] == Playlist(size).shown
    assert picture_of(pages, "It").total == size


def test_a_next_page_that_never_comes_ends_the_reading() -> None:
    def fetch(offset: int, *, limit: int) -> Page:
        page = Playlist(20)(offset, limit=limit)
        return Page(offset, page.total, page.items, goes_on=True)

    pages: Pages = {}
    read_on(fetch, 0, 20, pages)
    assert (picture_of(pages, "It").total, picture_of(pages, "It").unseen) == (20, 0)


def _shrinking(rows: list[Item], edits: tuple[int, ...]) -> tuple[Callable[..., Page], list[int]]:
    """Shows `rows` two at a time and loses the first just before each request in `edits`; the offsets asked for."""
    asked: list[int] = []

    def fetch(offset: int, *, limit: int) -> Page:
        asked.append(offset)
        if len(asked) in edits:
            del rows[0]
        shown = rows[offset : offset + min(limit, 2)]
        return Page(offset, len(rows), shown, goes_on=offset + len(shown) < len(rows))

    return fetch, asked


def test_a_page_that_is_edited_between_two_of_its_parts_is_read_again() -> None:
    rows = [Item(uri=str(place)) for place in range(7)]
    fetch, asked = _shrinking(rows, edits=(3,))
    page = whole_page(fetch, 0)
    assert [item.uri for item in page.items] == ["1", "2", "3", "4", "5", "6"]
    assert (page.total, page.unseen) == (6, 0)
    assert asked == [0, 2, 4, 0, 2, 4]


def test_a_page_that_is_edited_at_every_reading_is_not_believed() -> None:
    rows = [Item(uri=str(place)) for place in range(20)]
    fetch, asked = _shrinking(rows, edits=(2, 4, 6))
    with pytest.raises(PlaylistChanging, match="edited while it was being read"):
        whole_page(fetch, 0)
    assert len(asked) == 2 * READINGS
