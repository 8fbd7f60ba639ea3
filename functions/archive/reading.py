"""Reading a playlist with as few requests as its memory allows."""

from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

from archive.documents import Documents
from archive.errors import ArchiveError, PlaylistChanging
from archive.items import TRACK_FIELDS, Item
from archive.memory import Memory, Role
from archive.spotify import PAGE, Head, Page, Spotify
from archive.transport import PARALLEL_REQUESTS

MEDIA_FIELDS: dict[Role, str] = {"source": TRACK_FIELDS, "target": "uri"}


@dataclass(frozen=True)
class Reading:
    """A playlist's head and items. `remembered` tells that no page was read."""

    head: Head
    memory: Memory
    remembered: bool


def read(spotify: Spotify, playlist_id: str, role: Role, memory: Memory | None, unfinished: "Unfinished") -> Reading:
    """Read `playlist_id`: one request where `memory` still holds, otherwise its pages, a few at a time.

    A source's first items come with its head. A target's never do: Spotify's heads lag behind a write for half a
    minute, its pages for less than a second (measured, news-bulletin-playlist#168), and a target that looks older
    than it is would be given tracks twice. Raises what Spotify's methods raise, and PlaylistChanging.
    """
    fields = MEDIA_FIELDS[role]
    head = spotify.head(playlist_id, fields if role == "source" else "")
    if memory and memory.is_of(head.snapshot_id, head.total):
        return Reading(head, memory, remembered=True)
    items = _items(spotify, head, fields, unfinished)
    snapshot_ids = [head.snapshot_id]
    if memory and memory.items == items:
        snapshot_ids += [one for one in memory.snapshot_ids if one != head.snapshot_id]
    return Reading(head, Memory(playlist_id, len(items), items, snapshot_ids), remembered=False)


class Unfinished:
    """Pages of a reading that was interrupted, kept at `where` so that the next attempt goes on from there."""

    def __init__(self, documents: Documents, where: str) -> None:
        self._documents = documents
        self._where = where
        self._kept = False

    @contextmanager
    def pages(self, head: Head) -> Iterator[dict[int, Page]]:
        """The pages read so far, by offset; what is added to them survives an error of ours."""
        pages = self._load(head)
        try:
            yield pages
        except ArchiveError:
            self._save(head, pages)
            raise
        if self._kept:
            self._documents.delete(self._where)

    def _load(self, head: Head) -> dict[int, Page]:
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

    def _save(self, head: Head, pages: dict[int, Page]) -> None:
        if not pages:
            return
        kept = [
            {"offset": page.offset, "total": page.total, "items": [item.document() for item in page.items]}
            for page in pages.values()
        ]
        document = {"snapshot_id": head.snapshot_id, "total": head.total, "pages": kept}
        self._documents.put(self._where, document)


def _items(spotify: Spotify, head: Head, fields: str, unfinished: Unfinished) -> list[Item]:
    if head.first and len(head.first) == head.total:
        return head.first
    offsets = range(len(head.first), max(head.total, 1), PAGE)
    with unfinished.pages(head) as pages:
        read_pages(spotify, head.playlist_id, offsets, fields, pages)
        totals = {page.total for page in pages.values()}
        last = max(totals)
        if len(totals) > 1 or (head.first and last != head.total):
            pages.clear()
            raise PlaylistChanging(
                f"Playlist {head.playlist_id} was edited while it was being read. It is tried again."
            )
        read_pages(spotify, head.playlist_id, range(offsets[-1] + PAGE, last, PAGE), fields, pages)
    return head.first + [item for offset in sorted(pages) for item in pages[offset].items]


def read_pages(spotify: Spotify, playlist_id: str, offsets: range, fields: str, pages: dict[int, Page]) -> None:
    """Add the pages at `offsets` that `pages` lacks, PARALLEL_REQUESTS at a time.

    At an error those under way are finished and kept, and no further one is asked for.
    """
    missing = [offset for offset in offsets if offset not in pages]
    if not missing:
        return
    with ThreadPoolExecutor(max_workers=PARALLEL_REQUESTS) as pool:
        futures = [pool.submit(spotify.page, playlist_id, offset, fields) for offset in missing]
        wait(futures, return_when=FIRST_EXCEPTION)
        pool.shutdown(cancel_futures=True)
    finished = [future for future in futures if not future.cancelled()]
    pages.update({page.offset: page for page in (one.result() for one in finished if not one.exception())})
    for future in finished:
        future.result()
