"""Reading a playlist with as few requests as its memory allows."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from archive.documents import Documents
from archive.errors import ArchiveError, PlaylistChanging
from archive.items import KEY_FIELDS, TRACK_FIELDS, Item
from archive.memory import Memory, Role
from archive.spotify import PAGE, Head, Page, Spotify
from archive.transport import PARALLEL_REQUESTS

MEDIA_FIELDS: dict[Role, str] = {"source": TRACK_FIELDS, "target": KEY_FIELDS}

Fetch = Callable[[int], Page]
"""Reads the page at an offset."""

Pages = dict[int, Page]
"""By offset."""


@dataclass(frozen=True)
class Reading:
    """A playlist's name, owner and items. `remembered` tells that nothing is to be written down."""

    name: str
    owner: str
    memory: Memory
    remembered: bool
    warnings: tuple[str, ...] = ()


def read(spotify: Spotify, playlist_id: str, role: Role, memory: Memory | None, unfinished: "Unfinished") -> Reading:
    """Read `playlist_id`: one request where `memory` still holds, otherwise its pages, a few at a time.

    A source's first items come with its head. A target's never do: Spotify's heads lag behind a write for half a
    minute, its pages for less than a second (measured, news-bulletin-playlist#168), and a target that looks older
    than it is would be given tracks twice. Raises what Spotify's methods raise, and PlaylistChanging.
    """
    fields = MEDIA_FIELDS[role]
    head = spotify.head(playlist_id, fields if role == "source" else "")
    if memory and memory.is_of(head.snapshot_id, head.total):
        return Reading(head.name, head.owner, memory, remembered=True)
    fetch = partial(spotify.page, playlist_id, media_fields=fields)
    items = all_items(fetch, head, unfinished)
    snapshot_ids = [head.snapshot_id]
    removed: list[Item] = []
    if memory:
        if [item.uri for item in memory.items] == [item.uri for item in items]:
            snapshot_ids += [one for one in memory.snapshot_ids if one != head.snapshot_id]
        removed = memory.removed_in(items) if role == "target" else []
    latest = Memory(playlist_id, len(items), items, snapshot_ids, removed)
    return Reading(head.name, head.owner, latest, remembered=False)


class Unfinished:
    """Pages of a reading that was interrupted, kept at `where` so that the next attempt goes on from there."""

    def __init__(self, documents: Documents, where: str) -> None:
        self._documents = documents
        self._where = where
        self._kept = False

    @contextmanager
    def pages(self, head: Head) -> Iterator[Pages]:
        """The pages read so far, by offset; what is added to them survives an error of ours."""
        pages = self._load(head)
        try:
            yield pages
        except ArchiveError:
            self._save(head, pages)
            raise
        if self._kept:
            self._documents.delete(self._where)

    def _load(self, head: Head) -> Pages:
        document = self._documents.get(self._where)
        if document is None:
            return {}
        self._kept = True
        if document.get("snapshot_id") != head.snapshot_id or document.get("total") != head.total:
            return {}
        pages = [
            Page(one["offset"], one["total"], [Item.of_document(item) for item in one["items"]])
            for one in document["pages"]
        ]
        return {page.offset: page for page in pages}

    def _save(self, head: Head, pages: Pages) -> None:
        if not pages:
            return
        kept = [
            {"offset": page.offset, "total": page.total, "items": [item.document() for item in page.items]}
            for page in pages.values()
        ]
        document = {"snapshot_id": head.snapshot_id, "total": head.total, "pages": kept}
        self._documents.put(self._where, document)


def all_items(fetch: Fetch, head: Head, unfinished: Unfinished) -> list[Item]:
    """`head.first` and the items on the pages behind it. Raises PlaylistChanging and what `fetch` raises."""
    if head.first and len(head.first) == head.total:
        return head.first
    with unfinished.pages(head) as pages:
        total = read_on(fetch, len(head.first), head.total, pages)
        if len({page.total for page in pages.values()}) > 1 or (head.first and total != head.total):
            pages.clear()
            raise PlaylistChanging(f"{head.playlist_id} was edited while it was being read. Start again when it rests.")
    return head.first + items_of(pages)


def items_of(pages: Pages) -> list[Item]:
    """The items on `pages`, in order."""
    return [item for offset in sorted(pages) for item in pages[offset].items]


def uris_of(pages: Pages) -> list[str | None]:
    """The URIs on `pages`, in order."""
    return [item.uri for item in items_of(pages)]


def read_on(fetch: Fetch, start: int, expected: int, pages: Pages) -> int:
    """Add the pages from `start` to the end, which is `expected` there but may have moved; the total that was found."""
    read_pages(fetch, range(start, max(expected, start + 1), PAGE), pages)
    total = max(page.total for page in pages.values())
    read_pages(fetch, range(max(pages) + PAGE, total, PAGE), pages)
    return total


def read_pages(fetch: Fetch, offsets: range, pages: Pages) -> None:
    """Add the pages at `offsets` that `pages` lacks, PARALLEL_REQUESTS at a time.

    At an error those under way are finished and kept, and no further one is asked for.
    """
    missing = [offset for offset in offsets if offset not in pages]
    if not missing:
        return
    with ThreadPoolExecutor(max_workers=PARALLEL_REQUESTS) as pool:
        futures = [pool.submit(fetch, offset) for offset in missing]
        wait(futures, return_when=FIRST_EXCEPTION)
        pool.shutdown(cancel_futures=True)
    finished = [future for future in futures if not future.cancelled()]
    pages.update({page.offset: page for page in (one.result() for one in finished if not one.exception())})
    for future in finished:
        future.result()
