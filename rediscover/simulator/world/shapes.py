"""Users, playlists and pages as the Web API writes them for a development-mode app."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from rediscover.simulator.world.identities import User
from rediscover.simulator.world.listening import Play, Saved
from rediscover.simulator.world.playlists import Entry, Playlist

Json = dict[str, Any]


def private_user(user: User, api_url: str) -> Json:
    """`GET /me`, without what development mode lost: country, email, followers, product, …"""
    return {
        "account_id": user.account_id,
        "display_name": user.display_name,
        "images": [],
        **public_user(user.id, api_url),
    }


def public_user(user_id: str, api_url: str) -> Json:
    """The user of an entry's `added_by`."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/user/{user_id}"},
        "href": f"{api_url}/users/{user_id}",
        "id": user_id,
        "type": "user",
        "uri": f"spotify:user:{user_id}",
    }


def playlist(found: Playlist, owner: User, snapshot_id: str, api_url: str) -> Json:
    """What full and simplified playlists have in common: everything but items and followers.

    The description is escaped for HTML, slashes too (spotify/web-api#980, crmne/fastpotify#65 of August 2026).
    """
    return {
        "collaborative": found.collaborative,
        "description": escape(found.description).replace("/", "&#x2F;"),
        "external_urls": {"spotify": f"https://open.spotify.com/playlist/{found.id}"},
        "href": f"{api_url}/playlists/{found.id}",
        "id": found.id,
        "images": [],
        "name": found.name,
        "owner": {"display_name": owner.display_name, **public_user(owner.id, api_url)},
        "primary_color": None,
        "public": found.public,
        "snapshot_id": snapshot_id,
        "type": "playlist",
        "uri": f"spotify:playlist:{found.id}",
    }


def entry(found: Entry, *, item_key: str, episodes: bool, api_url: str) -> Json:
    """One entry of a playlist. Without `episodes`, the media of an episode is missing."""
    media = found.media
    local = media is not None and media.get("is_local", False)
    if media is not None and media["type"] == "episode" and not episodes:
        media = None
    return {
        "added_at": found.added_at,
        "added_by": None if found.added_by is None else public_user(found.added_by, api_url),
        "is_local": local,
        "primary_color": None,
        "video_thumbnail": {"url": None},
        item_key: media,
    }


def saved(found: Saved) -> Json:
    """One entry of the saved tracks, whose media kept the name `track`."""
    return {"added_at": timestamp(found.at), "track": found.media}


def play(found: Play, api_url: str) -> Json:
    """One entry of the play history."""
    return {
        "track": found.media,
        "played_at": timestamp(found.at / 1000, "milliseconds"),
        "context": None if found.context is None else _context(found.context, api_url),
    }


def timestamp(at: float, precision: str = "seconds") -> str:
    """A Unix time as Spotify writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _context(uri: str, api_url: str) -> Json:
    kind, _, id = uri.removeprefix("spotify:").partition(":")
    return {
        "type": kind,
        "href": f"{api_url}/{kind}s/{id}",
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{id}"},
        "uri": uri,
    }


def page(
    items: Sequence[Json],
    *,
    url: str,
    offset: int,
    limit: int,
    total: int,
    query: Mapping[str, str] | None = None,
    following_limit: int | None = None,
) -> Json:
    """A paging object. Its links carry `query` on, and `limit` unless there is a `following_limit`."""

    def link(start: int, size: int) -> str:
        return f"{url}?{urlencode({'offset': start, 'limit': size, **(query or {})})}"

    after, before = offset + limit, max(0, offset - limit)
    size = following_limit or limit
    return {
        "href": link(offset, limit),
        "items": list(items),
        "limit": limit,
        "next": link(after, size) if after < total else None,
        "offset": offset,
        "previous": link(before, size) if offset > 0 else None,
        "total": total,
    }
