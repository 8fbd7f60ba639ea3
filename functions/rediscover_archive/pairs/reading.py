"""Reading a playlist with as few requests as its memory allows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from rediscover_archive.documents import Documents
from rediscover_archive.errors import ArchiveError, PlaylistIncomplete, PlaylistNotWritable
from rediscover_archive.pairs.growing import grown, today
from rediscover_archive.pairs.memory import Memory, Role
from rediscover_archive.pairs.standing import may_be_hidden, reconciled
from rediscover_archive.spotify.client import PAGE, Head, Page, Spotify
from rediscover_archive.spotify.items import KEY_FIELDS, TRACK_FIELDS, Item
from rediscover_archive.spotify.pages import Fetch, Pages, Picture, changing, has_twice, picture_of, read_on
from rediscover_archive.text import counted

MEDIA_FIELDS: dict[Role, str] = {"source": TRACK_FIELDS, "target": KEY_FIELDS}


@dataclass(frozen=True)
class Reading:
    """A playlist's name, owner and items. `remembered` tells that nothing is to be written down."""

    name: str
    owner: str
    memory: Memory
    remembered: bool
    warnings: tuple[str, ...] = ()
    owner_id: str = ""


def read(
    spotify: Spotify,
    playlist_id: str,
    role: Role,
    memory: Memory | None,
    unfinished: "Unfinished",
    *,
    brings_back: bool = False,
) -> Reading:
    """Read `playlist_id`: one request where `memory` still holds, otherwise its pages, a few at a time.

    A source's first items come with its head, and of a long one that has grown only the last ones are read besides. A
    target's never do: Spotify's heads lag behind a write for half a minute, its pages for less than a second (measured,
    news-bulletin-playlist#168), and a target that looks older than it is would be given tracks twice. `brings_back`
    tells that what was removed from it is added again. Raises what Spotify's methods raise, PlaylistChanging, and
    PlaylistIncomplete for a target.
    """
    fields = MEDIA_FIELDS[role]
    head = spotify.head(playlist_id, fields if role == "source" else "")
    if memory and memory.is_of(head.snapshot_id, head.total):
        return Reading(head.name, head.owner, memory, remembered=True, owner_id=head.owner_id)
    fetch = partial(spotify.page, playlist_id, media_fields=fields)
    picture, read_whole = grown(fetch, head, memory) if role == "source" and memory else None, today()
    if picture and memory:
        read_whole = memory.read_whole
    else:
        picture = all_items(fetch, head, unfinished)
    latest = Memory(
        playlist_id,
        picture.total,
        picture.items,
        [head.snapshot_id],
        unseen=picture.unseen,
        head_total=head.total,
        read_whole=read_whole,
    )
    if role == "target":
        if has_twice(picture.items) and all_items(fetch, head, unfinished).items != picture.items:
            raise changing(playlist_id)
        latest = reconciled(memory, latest)
        refuse_partial(playlist_id, latest.unseen, may_be_hidden(memory, latest, brings_back=brings_back))
    if memory and [item.uri for item in memory.items] == [item.uri for item in latest.items]:
        latest.snapshot_ids.extend(one for one in memory.snapshot_ids if one != head.snapshot_id)
    if not is_hidden(latest, memory):
        latest.snapshot_ids.clear()
    warnings = unseen_warnings(head.name, latest, memory)
    return Reading(head.name, head.owner, latest, remembered=False, warnings=warnings, owner_id=head.owner_id)


def read_own(spotify: Spotify, playlist_id: str, memory: Memory | None, unfinished: "Unfinished") -> Reading:
    """As `read`, of a source that is to be cleared. Raises PlaylistNotWritable where it is not the listener's own.

    Whose it is takes one request, once.
    """
    known = memory.owner if memory else ""
    listener = known or spotify.me().id
    reading = read(spotify, playlist_id, "source", memory, unfinished)
    if reading.owner_id != listener:
        raise PlaylistNotWritable(
            f"clear_source removes tracks from playlist {playlist_id}, which is not your own, so nothing was archived. "
            "Leave clear_source out for it, or copy its songs into a playlist of your own and archive that."
        )
    return replace(
        reading, memory=replace(reading.memory, owner=listener), remembered=reading.remembered and bool(known)
    )


def is_hidden(latest: Memory, before: Memory | None) -> bool:
    """Whether what a playlist counts and does not show is hidden, and not left out by chance: so it was before, too."""
    return latest.unseen <= (before.unseen if before else 0)


def unseen_warnings(name: str, latest: Memory, before: Memory | None) -> tuple[str, ...]:
    """What is told of a source's items that are counted and not shown: once, and again when they become more."""
    if is_hidden(latest, before):
        return ()
    return (
        f"Spotify counts {counted(latest.total, 'item')} in {name} and shows {len(latest.items)}: what it does not "
        "show cannot be archived.",
    )


def refuse_partial(playlist_id: str, unseen: int, known: int) -> None:
    """Raise PlaylistIncomplete where a target has more items that no row shows than the `known` ones sent there.

    To add what may be among them would be to add it twice.
    """
    if unseen > known:
        raise PlaylistIncomplete(
            f"Spotify counts {counted(unseen - known, 'item')} in playlist {playlist_id} that it does not show, so "
            "what is there cannot be known, and nothing is added. Look at the playlist in Spotify's app: it may show "
            "tracks that are no longer available; remove those. If all looks right there, give the pair a new target."
        )


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
        is_same = document.get("snapshot_id") == head.snapshot_id and document.get("total") == head.total
        if not is_same or not head.snapshot_id:  # without one, an edit since would not be noticed
            return {}
        pages = [
            Page(
                one["offset"],
                one["total"],
                [Item.of_document(item) for item in one["items"]],
                one.get("goes_on", False),
                one.get("unseen", 0),
            )
            for one in document["pages"]
        ]
        return {page.offset: page for page in pages}

    def _save(self, head: Head, pages: Pages) -> None:
        if not pages:
            return
        kept = [
            {
                "offset": page.offset,
                "total": page.total,
                "items": [item.document() for item in page.items],
                "goes_on": page.goes_on,
                "unseen": page.unseen,
            }
            for page in pages.values()
        ]
        document = {"snapshot_id": head.snapshot_id, "total": head.total, "pages": kept}
        self._documents.put(self._where, document)


def all_items(fetch: Fetch, head: Head, unfinished: Unfinished) -> Picture:
    """`head.first` and the items on the pages behind it. Raises PlaylistChanging and what `fetch` raises.

    A head that has fewer rows than it could, or another total than the pages, is not believed: the pages are read
    from the first on. Where the two differ for good, that is what a reading costs each time the playlist changes.
    """
    if head.first and len(head.first) == head.total and not head.goes_on:
        return Picture(head.first, head.total, 0)
    start = len(head.first) if len(head.first) % PAGE == 0 else 0
    with unfinished.pages(head) as pages:
        if any(offset < start for offset in pages):
            start = 0
        total = read_on(fetch, start, head.total, pages)
        if start and total != head.total:
            start = 0
            read_on(fetch, 0, max(total, len(head.first)), pages)
        try:
            picture = picture_of(pages, head.playlist_id)
        except ArchiveError:
            pages.clear()
            raise
    first = head.first[:start]
    return Picture(first + picture.items, picture.total, picture.unseen)
