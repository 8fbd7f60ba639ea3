"""What is remembered of a playlist, so that an unchanged one is not read again."""

from dataclasses import dataclass, field
from typing import Any, Literal

from archive.documents import Documents
from archive.items import Item

VERSION = 1
SNAPSHOTS_KEPT = 3

Role = Literal["source", "target"]


@dataclass(frozen=True)
class Memory:
    """The items of a playlist at a snapshot. `snapshot_ids` are all those seen with exactly these items."""

    playlist_id: str
    total: int
    items: list[Item]
    snapshot_ids: list[str] = field(default_factory=list)

    def is_of(self, snapshot_id: str, total: int) -> bool:
        """Whether a playlist that shows this snapshot_id and total still has these items."""
        return bool(snapshot_id) and snapshot_id in self.snapshot_ids and total == self.total == len(self.items)


def key(playlist_id: str, role: Role) -> str:
    """Where a playlist is remembered. A target needs only its URIs, so the roles are kept apart."""
    return f"playlists/{playlist_id}.{role}.json"


def remember(documents: Documents, where: str, memory: Memory, role: Role) -> None:
    """Write `memory` at the key `where`."""
    items: list[Any] = [item.uri if role == "target" else item.document() for item in memory.items]
    documents.put(
        where,
        {
            "version": VERSION,
            "playlist_id": memory.playlist_id,
            "snapshot_ids": memory.snapshot_ids[:SNAPSHOTS_KEPT],
            "total": memory.total,
            "items": items,
        },
    )


def recall(documents: Documents, where: str, playlist_id: str) -> Memory | None:
    """What stands at the key `where`; None for anything that is not a whole memory of that playlist."""
    document = documents.get(where)
    if not document or document.get("version") != VERSION or document.get("playlist_id") != playlist_id:
        return None
    try:
        items = [one if isinstance(one, dict) else _bare(one) for one in document["items"]]
        memory = Memory(
            playlist_id=playlist_id,
            total=int(document["total"]),
            items=[Item.of_document(one) if isinstance(one, dict) else one for one in items],
            snapshot_ids=[str(one) for one in document["snapshot_ids"]],
        )
    except (KeyError, TypeError, ValueError):
        return None
    return memory if memory.total == len(memory.items) else None


def _bare(uri: Any) -> Item:
    if uri is not None and not isinstance(uri, str):
        raise TypeError("a remembered uri is text or null")
    return Item(uri=uri)
