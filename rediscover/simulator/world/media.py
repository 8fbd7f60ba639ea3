"""Tracks, episodes and local files as a development-mode app receives them.

The shapes are TrackObject and EpisodeObject of Spotify's OpenAPI schema, without the fields that
Spotify's changes of February 2026 took from development mode (`available_markets`, `linked_from`,
`popularity`, a show's `publisher`). Treat an object as immutable: playlists share it.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from rediscover.simulator.world.ids import make_id

Media = dict[str, Any]


def track(
    name: str,
    artists: Sequence[str] = ("The Simulated",),
    *,
    id: str | None = None,
    album: str | None = None,
    duration_ms: int = 200_000,
    explicit: bool = False,
    playable: bool | None = True,
    isrc: str | None = "",
) -> Media:
    """A full track. Without an `id`, the same name and artists (and `album`, if given) are the same track.

    `playable=None` leaves `is_playable` out, as Spotify does when it relinks nothing. Every track has an `isrc` of its
    own unless one is given: the same recording on two albums shares it. `isrc=None` is a track without.
    """
    kind = ("track",) if album is None else ("track on", album)
    track_id = id or make_id(*kind, name, *artists)
    playability = {} if playable is None else {"is_playable": playable}
    return {
        "album": _album(album or name, tuple(artists)),
        "artists": [_artist(artist) for artist in artists],
        "disc_number": 1,
        "duration_ms": duration_ms,
        "explicit": explicit,
        "external_ids": {} if isrc is None else {"isrc": isrc or _isrc(track_id)},
        **_identity("track", track_id),
        "is_local": False,
        **playability,
        "name": name,
        "preview_url": None,
        "track_number": 1,
    }


def episode(name: str, show: str = "A Simulated Podcast", *, id: str | None = None, explicit: bool = False) -> Media:
    """A full podcast episode with its show."""
    return {
        "audio_preview_url": None,
        "description": f"About {name}.",
        "html_description": f"<p>About {name}.</p>",
        "duration_ms": 1_800_000,
        "explicit": explicit,
        **_identity("episode", id or make_id("episode", show, name)),
        "images": _images(show),
        "is_externally_hosted": False,
        "is_playable": True,
        "language": "en",
        "languages": ["en"],
        "name": name,
        "release_date": "2026-11-02",
        "release_date_precision": "day",
        "show": _show(show),
    }


def local_track(name: str, artist: str = "", album: str = "", duration_ms: int = 127_000) -> Media:
    """A file of the user's own computer: no id, no links, a `spotify:local:` URI.

    Shape: Spotify's documentation, concepts/playlists, "Local Files".
    """
    parts = ":".join(quote_plus(part) for part in (artist, album, name))
    nothing: Media = {"external_urls": {}, "href": None, "id": None, "uri": None}
    return {
        "album": {
            **nothing,
            "album_type": None,
            "artists": [],
            "images": [],
            "name": album,
            "release_date": None,
            "release_date_precision": None,
            "type": "album",
        },
        "artists": [{**nothing, "name": artist, "type": "artist"}],
        "disc_number": 0,
        "duration_ms": duration_ms,
        "explicit": False,
        "external_ids": {},
        **nothing,
        "is_local": True,
        "name": name,
        "preview_url": None,
        "track_number": 0,
        "type": "track",
        "uri": f"spotify:local:{parts}:{duration_ms // 1000}",
    }


def _identity(kind: str, id: str) -> Media:
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{id}"},
        "href": f"https://api.spotify.com/v1/{kind}s/{id}",
        "id": id,
        "type": kind,
        "uri": f"spotify:{kind}:{id}",
    }


@lru_cache(maxsize=256)
def _artist(name: str) -> Media:
    return {**_identity("artist", make_id("artist", name)), "name": name}


@lru_cache(maxsize=1024)
def _album(name: str, artists: tuple[str, ...]) -> Media:
    return {
        "album_type": "single",
        "artists": [_artist(artist) for artist in artists],
        **_identity("album", make_id("album", name, *artists)),
        "images": _images(name),
        "is_playable": True,
        "name": name,
        "release_date": "2026-10-30",
        "release_date_precision": "day",
        "total_tracks": 1,
    }


def _show(name: str) -> Media:
    return {
        "copyrights": [],
        "description": name,
        "explicit": False,
        "html_description": f"<p>{name}</p>",
        **_identity("show", make_id("show", name)),
        "images": _images(name),
        "is_externally_hosted": False,
        "languages": ["en"],
        "media_type": "audio",
        "name": name,
        "total_episodes": 1,
    }


def _images(name: str) -> list[Media]:
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return [
        {"url": f"https://i.scdn.co/image/{digest}{side}", "height": side, "width": side} for side in (640, 300, 64)
    ]


@lru_cache(maxsize=1024)
def _isrc(track_id: str) -> str:
    digest = hashlib.sha256(track_id.encode()).hexdigest()
    return f"QZ{digest[:3].upper()}{int(digest[3:], 16) % 10**7:07}"
