"""What is remembered of a playlist, so that an unchanged one is not read again."""

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from rediscover_archive.documents import Document, Documents, Readable
from rediscover_archive.spotify.items import Item

VERSION = 2
SNAPSHOTS_KEPT = 3
REMOVED_KEPT = 5_000
SENT_KEPT = 10_000
REFUSED_KEPT = 1_000

NEW = -2

Role = Literal["source", "target"]


@dataclass(frozen=True)
class Sent:
    """A track that was sent to a target, or stood there once, and that it does not show by this URI.

    `row` is the place among the items that is shown instead, -1 where none is known, NEW where it was sent after
    these were read, so that their total does not count it.
    """

    item: Item
    row: int = -1

    def lower(self, rows: int) -> "Sent":
        """The same where so many rows have come above."""
        return replace(self, row=self.row + rows) if self.row >= 0 else self


@dataclass(frozen=True)
class Memory:
    """The items of a playlist at a snapshot. `snapshot_ids` are all those seen with exactly these items.

    `removed` are those that the listener took out of a target, oldest first. `cursor` is the time (ISO 8601) of the
    latest play that was seen, for what was recently played. `unseen` is how many of `total` no row showed. `head_total`
    is what the head counted, -1 where it counted `total`. `newest` is the latest `added_at` (as Spotify writes it).
    `read_whole` is the day (UTC, ISO 8601) at which all of a playlist's rows were read last, "" where it is not known.

    Of a target, `sent` are tracks that count as there although no row shows them, `doubt` those of a request whose
    outcome is not known, and `refused` URIs that Spotify was seen to refuse alone. Of a source that is to be cleared,
    `owner` is the id of the listener, who was seen to own it.
    """

    playlist_id: str
    total: int
    items: list[Item]
    snapshot_ids: list[str] = field(default_factory=list)
    removed: list[Item] = field(default_factory=list)
    cursor: str = ""
    unseen: int = 0
    head_total: int = -1
    newest: str = ""
    read_whole: str = ""
    sent: list[Sent] = field(default_factory=list)
    doubt: list[Item] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    owner: str = ""

    @property
    def held(self) -> list[Item]:
        """All that counts as there."""
        return [*self.items, *(one.item for one in self.sent)]

    def is_of(self, snapshot_id: str, total: int) -> bool:
        """Whether a playlist that shows this snapshot_id and total still has these items."""
        counted = self.total if self.head_total < 0 else self.head_total
        is_settled = not self.doubt and self.total == len(self.items) + self.unseen
        return is_settled and bool(snapshot_id) and snapshot_id in self.snapshot_ids and total == counted


def memory_key(playlist_id: str, role: Role) -> str:
    """Where a playlist, or another source, is remembered. A target needs less, so the roles are kept apart."""
    return f"playlists/{playlist_id.replace(':', '-')}.{role}.json"


def remember(documents: Documents, where: str, memory: Memory, role: Role) -> None:
    """Write `memory` at the key `where`, whatever stood there."""
    documents.put(where, _document(memory, role))


def remember_since(documents: Documents, where: str, memory: Memory, role: Role, etag: str | None) -> bool:
    """Write `memory` while there still stands what was recalled with this ETag; False where another execution, or a
    pair that reads the same playlist, has written since: what that one knows would be lost.
    """
    return documents.replace(where, _document(memory, role), etag)


def _document(memory: Memory, role: Role) -> Document:
    items: list[Any] = [_brief(item) if role == "target" else item.document() for item in memory.items]
    return {
        "version": VERSION,
        "playlist_id": memory.playlist_id,
        "snapshot_ids": memory.snapshot_ids[:SNAPSHOTS_KEPT],
        "total": memory.total,
        "items": items,
        "added_at": _times(memory.items) if role == "target" else [],
        "removed": [_brief(item) for item in memory.removed[-REMOVED_KEPT:]],
        "cursor": memory.cursor,
        "unseen": memory.unseen,
        "head_total": memory.head_total,
        "newest": memory.newest or max((item.added_at for item in memory.items), default=""),
        "read_whole": memory.read_whole,
        "sent": [[_brief(one.item), one.row] for one in memory.sent[-SENT_KEPT:]],
        "doubt": [_brief(item) for item in memory.doubt],
        "refused": memory.refused[-REFUSED_KEPT:],
        "owner": memory.owner,
    }


def recall(documents: Readable, where: str, playlist_id: str) -> Memory | None:
    """What stands at the key `where`; None for anything that is not a whole memory of that playlist."""
    return _memory(documents.get(where), playlist_id)


def recall_with_etag(documents: Documents, where: str, playlist_id: str) -> tuple[Memory | None, str | None]:
    """As `recall`, with the ETag that `remember_since` wants."""
    document, etag = documents.get_with_etag(where)
    return _memory(document, playlist_id), etag


def _memory(document: Document | None, playlist_id: str) -> Memory | None:
    if not document or document.get("version") != VERSION or document.get("playlist_id") != playlist_id:
        return None
    try:
        memory = Memory(
            playlist_id=playlist_id,
            total=int(document["total"]),
            items=_timed(document["items"], document.get("added_at", [])),
            snapshot_ids=[str(one) for one in document["snapshot_ids"]],
            removed=[_item(one) for one in document["removed"]],
            cursor=str(document["cursor"]),
            unseen=int(document.get("unseen", 0)),
            head_total=int(document.get("head_total", -1)),
            newest=str(document.get("newest", "")),
            read_whole=str(document.get("read_whole", "")),
            sent=[Sent(_item(one), int(row)) for one, row in document.get("sent", [])],
            doubt=[_item(one) for one in document.get("doubt", [])],
            refused=[str(one) for one in document.get("refused", [])],
            owner=str(document.get("owner", "")),
        )
    except (KeyError, TypeError, ValueError):
        return None
    return memory if memory.total == len(memory.items) + memory.unseen else None


def _times(items: list[Item]) -> list[tuple[str, int]]:
    """When items came: each time with how many in a row have it, since a batch comes at once."""
    return [(time, len([*same])) for time, same in groupby(item.added_at for item in items)]


def _timed(items: list[Any], times: list[Any]) -> list[Item]:
    """Items with what `_times` wrote of them, if it did."""
    each = [str(time) for time, number in times for _ in range(int(number))]
    return [_item(one, at) for one, at in zip(items, each, strict=True)] if each else [_item(one) for one in items]


def _brief(item: Item) -> str | list[str | None] | None:
    return [item.uri, item.isrc] if item.isrc else item.uri


def _item(written: Any, added_at: str | None = None) -> Item:
    if isinstance(written, dict):
        item = Item.of_document(written)
        return item if added_at is None else replace(item, added_at=added_at)
    uri, isrc = written if isinstance(written, list) else (written, None)
    if not (isinstance(uri, str | None) and isinstance(isrc, str | None)):
        raise TypeError("a remembered uri or ISRC is text or null")
    return Item(uri=uri, isrc=isrc, added_at=added_at or "")
