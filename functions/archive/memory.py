"""What is remembered of a playlist, so that an unchanged one is not read again."""

from dataclasses import dataclass, field
from typing import Any, Literal

from archive.documents import Documents
from archive.items import Item

VERSION = 2
SNAPSHOTS_KEPT = 3
REMOVED_KEPT = 5_000

Role = Literal["source", "target"]


@dataclass(frozen=True)
class Memory:
    """The items of a playlist at a snapshot. `snapshot_ids` are all those seen with exactly these items.

    `removed` are those that the listener took out of a target, oldest first. `cursor` is the time (ISO 8601) of the
    latest play that was seen, for what was recently played.
    """

    playlist_id: str
    total: int
    items: list[Item]
    snapshot_ids: list[str] = field(default_factory=list)
    removed: list[Item] = field(default_factory=list)
    cursor: str = ""

    def is_of(self, snapshot_id: str, total: int) -> bool:
        """Whether a playlist that shows this snapshot_id and total still has these items."""
        return bool(snapshot_id) and snapshot_id in self.snapshot_ids and total == self.total == len(self.items)

    def removed_in(self, items: list[Item]) -> list[Item]:
        """What the listener has removed, now that the playlist holds `items`."""
        there = {item.uri for item in items}
        gone = {item.uri: item for item in (*self.removed, *self.items) if item.uri and item.uri not in there}
        return list(gone.values())[-REMOVED_KEPT:]


def key(playlist_id: str, role: Role) -> str:
    """Where a playlist, or another source, is remembered. A target needs less, so the roles are kept apart."""
    return f"playlists/{playlist_id.replace(':', '-')}.{role}.json"


def remember(documents: Documents, where: str, memory: Memory, role: Role) -> None:
    """Write `memory` at the key `where`."""
    items: list[Any] = [_brief(item) if role == "target" else item.document() for item in memory.items]
    documents.put(
        where,
        {
            "version": VERSION,
            "playlist_id": memory.playlist_id,
            "snapshot_ids": memory.snapshot_ids[:SNAPSHOTS_KEPT],
            "total": memory.total,
            "items": items,
            "removed": [_brief(item) for item in memory.removed],
            "cursor": memory.cursor,
        },
    )


def recall(documents: Documents, where: str, playlist_id: str) -> Memory | None:
    """What stands at the key `where`; None for anything that is not a whole memory of that playlist."""
    document = documents.get(where)
    if not document or document.get("version") != VERSION or document.get("playlist_id") != playlist_id:
        return None
    try:
        memory = Memory(
            playlist_id=playlist_id,
            total=int(document["total"]),
            items=[_item(one) for one in document["items"]],
            snapshot_ids=[str(one) for one in document["snapshot_ids"]],
            removed=[_item(one) for one in document["removed"]],
            cursor=str(document["cursor"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    return memory if memory.total == len(memory.items) else None


def _brief(item: Item) -> str | list[str | None] | None:
    return [item.uri, item.isrc] if item.isrc else item.uri


def _item(written: Any) -> Item:
    if isinstance(written, dict):
        return Item.of_document(written)
    uri, isrc = written if isinstance(written, list) else (written, None)
    if not all(one is None or isinstance(one, str) for one in (uri, isrc)):
        raise TypeError("a remembered uri or ISRC is text or null")
    return Item(uri=uri, isrc=isrc)
