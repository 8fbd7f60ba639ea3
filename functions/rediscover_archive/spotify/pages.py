"""The pages of a playlist: all of their rows, or how many of them Spotify counts and does not show."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event
from typing import Protocol

from rediscover_archive.errors import PlaylistChanging
from rediscover_archive.spotify.client import PAGE, Page
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.limits import MOST
from rediscover_archive.spotify.transport import PARALLEL_REQUESTS

PARTS = 10
"""Most requests for the rows of one page, so that a limit lowered to five is read through."""

READINGS = 3
"""How often a page is read of whose parts one counts another total than the first."""


class Fetch(Protocol):
    """Reads the page at an offset."""

    def __call__(self, offset: int, *, limit: int) -> Page:
        """At most `limit` items."""


Pages = dict[int, Page]
"""By offset."""


@dataclass(frozen=True)
class Picture:
    """The items from some place to the end, the total that counts them, and how many of them no row shows."""

    items: list[Item]
    total: int
    unseen: int


def picture_of(pages: Pages, what: str) -> Picture:
    """What the `pages` of `what` show together. Raises PlaylistChanging where their totals contradict each other.

    Totals that can be none are not believed: then the end is where Spotify names no next page.
    """
    items, unseen = items_of(pages), sum(page.unseen for page in pages.values())
    if not all(page.counts for page in pages.values()):
        return Picture(items, min(pages) + len(items) + unseen, unseen)
    totals = {page.total for page in pages.values()}
    if len(totals) > 1:
        raise changing(what)
    return Picture(items, totals.pop(), unseen)


def items_of(pages: Pages) -> list[Item]:
    """The items on `pages`, in order."""
    return [item for offset in sorted(pages) for item in pages[offset].items]


def has_twice(items: list[Item]) -> bool:
    """Whether a track comes more than once: so one does where rows were moved between the reading of two pages."""
    uris = [item.uri for item in items if item.uri]
    return len(uris) != len(set(uris))


def changing(what: str) -> PlaylistChanging:
    """What is raised for `what` where its pages contradict each other."""
    return PlaylistChanging(f"{what} was edited while it was being read. Start again when it rests.")


def read_on(fetch: Fetch, start: int, expected: int, pages: Pages) -> int:
    """Add the pages from `start` to the end, which is `expected` there but may have moved; the total that was found."""
    read_pages(fetch, range(start, max(expected, start + 1), PAGE), pages)
    total = max(page.total for page in pages.values())
    read_pages(fetch, range(max(pages) + PAGE, total, PAGE), pages)
    while (last := pages[max(pages)]).goes_on and last.items and max(pages) < MOST:
        read_pages(fetch, range(max(pages) + PAGE, max(pages) + PAGE + 1), pages)
    return total


def read_pages(fetch: Fetch, offsets: range, pages: Pages) -> None:
    """Add the pages at `offsets` that `pages` lacks, PARALLEL_REQUESTS at a time.

    At an error those under way are finished and kept, and no further one is asked for.
    """
    missing = [offset for offset in offsets if offset not in pages]
    if not missing:
        return
    failed = Event()

    def page_at(offset: int) -> Page | None:
        if failed.is_set():
            return None
        try:
            return whole_page(fetch, offset)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(max_workers=PARALLEL_REQUESTS) as pool:
        futures = [pool.submit(page_at, offset) for offset in missing]
    pages.update({page.offset: page for one in futures if not one.exception() and (page := one.result())})
    for future in futures:
        future.result()


def whole_page(fetch: Fetch, offset: int) -> Page:
    """The page at `offset` with all of its rows: one request, and more where fewer rows come than are counted.

    What is missing is asked for from where the rows ended, as if the limit had been lowered. Where something still is,
    all is asked for once more, so many rows at a time as came at first: of what comes in full, none is hidden. What is
    missing then is `unseen`. Raises PlaylistChanging where it is edited at every reading.
    """
    page, came = _at_rest(fetch, offset, PAGE)
    least = -(-PAGE // PARTS)  # with fewer at a time, the parts would not reach the page's end
    return _at_rest(fetch, offset, max(came, least))[0] if page.unseen else page


def _at_rest(fetch: Fetch, offset: int, most: int) -> tuple[Page, int]:
    """The page, asked for by at most so many rows, and how many came at first."""
    for _ in range(READINGS):
        page = fetch(offset, limit=most)
        with suppress(PlaylistChanging):
            return _with_its_rest(fetch, page, most), len(page.items)
    raise changing("The playlist")


def _with_its_rest(fetch: Fetch, page: Page, most: int) -> Page:
    """`page` with the rows that its first request, for `most`, left out.

    Raises PlaylistChanging where their total is another one: rows were moved, and one may have been on no part.
    """
    counted = min(page.offset + PAGE, page.total)
    end = counted if page.counts else page.offset + PAGE
    items, at, goes_on = page.items, page.offset + len(page.items), page.goes_on
    is_full = len(items) == most
    for _ in range(PARTS):
        if at >= end:
            break
        wanted = min(most, end - at) if is_full else end - at
        part = fetch(at, limit=wanted)
        if page.counts and part.counts and part.total != page.total:
            raise changing("The page")
        if not part.items and wanted == end - at:
            break
        items = items + part.items[0 if is_full else _overlap(items, part.items) :]
        is_full = is_full and len(part.items) == wanted
        at, goes_on = at + len(part.items), part.goes_on
    unseen = max(0, counted - page.offset - len(items))
    return replace(page, items=items, goes_on=goes_on, unseen=unseen)


def _overlap(before: list[Item], after: list[Item]) -> int:
    """How many rows at the end of `before` come once more: those that rows which are not shown have moved up.

    It is a guess: of rows that look alike, some may be others.
    """
    longest = range(min(len(before), len(after)), 0, -1)
    return next((length for length in longest if before[-length:] == after[:length]), 0)
