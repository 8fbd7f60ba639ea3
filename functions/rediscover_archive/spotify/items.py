"""Playlist items as the workflow needs them, out of Spotify's answers."""

import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from rediscover_archive.text import clean

LONGEST_URI = 2_000
"""Most characters of a URI; those of local files hold artist, album and title."""

LONGEST_TIME = 40
"""Most characters of a time; Spotify's have 20."""

_MEDIA = re.compile(r"spotify:(track|episode):([0-9A-Za-z]{22})")

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")

TRACK_FIELDS = "uri,type,name,is_local,is_playable,explicit,external_ids(isrc),artists(name),show(name)"
"""What is asked of each item of a source; `fields` syntax of Spotify's Get Playlist Items."""

KEY_FIELDS = "uri,external_ids(isrc)"
"""What is asked of each item of a target: what it is told apart by."""


@dataclass(frozen=True, slots=True)
class Item:
    """One place in a playlist. `uri` is None where Spotify shows no media; `added_at` is as Spotify writes it."""

    uri: str | None
    type: str = "track"
    name: str = ""
    artists: tuple[str, ...] = ()
    is_local: bool = False
    is_playable: bool = True
    explicit: bool = False
    isrc: str | None = None
    added_at: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "uri": self.uri,
            "type": self.type,
            "name": self.name,
            "artists": list(self.artists),
            "is_local": self.is_local,
            "is_playable": self.is_playable,
            "explicit": self.explicit,
            "isrc": self.isrc,
            "added_at": self.added_at,
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
            explicit=document["explicit"],
            isrc=document["isrc"],
            added_at=document.get("added_at", ""),
        )


def link_of(uri: str) -> str | None:
    """A track's or episode's page at Spotify; None for what has none, as a local file."""
    known = _MEDIA.fullmatch(uri)
    return f"https://open.spotify.com/{known[1]}/{known[2]}" if known else None


def playlist_link(playlist_id: str) -> str:
    """A playlist's page at Spotify."""
    return f"https://open.spotify.com/playlist/{playlist_id}"


def entry_fields(media: str) -> str:
    """`fields` for page entries, by the name of 2026 (`item`) and by the older one (`track`)."""
    return f"added_at,is_local,item({media}),track({media})"


def item_of(entry: Any) -> Item:
    """The item of one page entry; one without a URI where it is none, for one odd entry must not stop the others."""
    if not isinstance(entry, dict):
        return Item(uri=None)
    media = entry.get("item")
    return media_of(
        entry.get("track") if media is None else media,
        is_local=bool(entry.get("is_local")),
        added_at=clean(entry.get("added_at"), LONGEST_TIME),
    )


def media_of(media: Any, *, is_local: bool = False, added_at: str = "") -> Item:
    """The item of a track or episode object; one without a URI for what is none."""
    if not isinstance(media, dict):
        return Item(uri=None, is_local=is_local, added_at=added_at)
    uri = media.get("uri")
    artists = media.get("artists")
    people = artists if artists and isinstance(artists, list) else [media.get("show")]
    names = (clean(one.get("name")) for one in people if isinstance(one, dict))
    return Item(
        uri=uri if _is_uri(uri) else None,
        type=clean(media.get("type")) or "track",
        name=clean(media.get("name")),
        artists=tuple(name for name in names if name),
        is_local=bool(is_local or media.get("is_local") or str(uri).startswith("spotify:local:")),
        is_playable=media.get("is_playable") is not False,
        explicit=media.get("explicit") is True,
        isrc=_isrc(media),
        added_at=added_at,
    )


def _is_uri(uri: Any) -> TypeGuard[str]:
    """Whether it can be kept and sent; those of local files may hold anything that a file is named."""
    return isinstance(uri, str) and uri != "" and uri.isprintable() and len(uri) <= LONGEST_URI


def _isrc(media: dict[str, Any]) -> str | None:
    """The recording's code, in capitals and without hyphens (ISO 3901); None where Spotify gives none.

    Anything else in its place could be the same for many recordings, and keep all but one of them out.
    """
    ids = media.get("external_ids")
    given = ids.get("isrc") if isinstance(ids, dict) else None
    written = clean(given).replace("-", "").upper()
    return written if _ISRC.fullmatch(written) else None
