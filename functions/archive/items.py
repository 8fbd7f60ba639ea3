"""Playlist items as the workflow needs them, out of Spotify's answers."""

from dataclasses import dataclass
from typing import Any

from archive.errors import MalformedAnswer

TRACK_FIELDS = "uri,type,name,is_local,is_playable,artists(name),show(name)"
"""What is asked of each item; `fields` syntax of Spotify's Get Playlist Items."""


@dataclass(frozen=True, slots=True)
class Item:
    """One place in a playlist. `uri` is None where Spotify shows no media."""

    uri: str | None
    type: str = "track"
    name: str = ""
    artists: tuple[str, ...] = ()
    is_local: bool = False
    is_playable: bool = True

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "uri": self.uri,
            "type": self.type,
            "name": self.name,
            "artists": list(self.artists),
            "is_local": self.is_local,
            "is_playable": self.is_playable,
        }

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Item":
        """The item that `document()` wrote. Raises KeyError or TypeError for anything else."""
        return cls(
            uri=document["uri"],
            type=document["type"],
            name=document["name"],
            artists=tuple(document["artists"]),
            is_local=document["is_local"],
            is_playable=document["is_playable"],
        )


def entry_fields(media: str) -> str:
    """`fields` for page entries, by the name of 2026 (`item`) and by the older one (`track`)."""
    return f"is_local,item({media}),track({media})"


def item_of(entry: Any) -> Item:
    """The item of one page entry. Raises MalformedAnswer for what cannot be one."""
    if not isinstance(entry, dict):
        raise MalformedAnswer(f"Spotify's playlist entry is no object but {type(entry).__name__}. It is tried again.")
    media = entry.get("item")
    if media is None:
        media = entry.get("track")
    if not isinstance(media, dict):
        return Item(uri=None)
    uri = media.get("uri")
    if uri is not None and not isinstance(uri, str):
        raise MalformedAnswer(f"Spotify's item uri is no text but {type(uri).__name__}. It is tried again.")
    people = media.get("artists") or [media.get("show")]
    return Item(
        uri=uri or None,
        type=str(media.get("type") or "track"),
        name=str(media.get("name") or ""),
        artists=tuple(str(one["name"]) for one in people if isinstance(one, dict) and one.get("name")),
        is_local=bool(entry.get("is_local") or media.get("is_local") or str(uri).startswith("spotify:local:")),
        is_playable=media.get("is_playable") is not False,
    )
