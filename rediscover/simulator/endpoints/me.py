"""The endpoints of the user's own things: profile, playlists, saved tracks, play history."""

from typing import Any
from urllib.parse import urlencode

from werkzeug.routing import Rule

from rediscover.simulator.answers import Response, refuse
from rediscover.simulator.endpoints import api, odd_pages
from rediscover.simulator.endpoints.calls import Call
from rediscover.simulator.world import shapes
from rediscover.simulator.world.listening import Play
from rediscover.simulator.world.playlists import Playlist

LONGEST_DESCRIPTION = 300


def get_me(call: Call) -> Response:
    """`GET /me`."""
    return Response(200, shapes.private_user(call.user, call.api_url))


def get_my_playlists(call: Call) -> Response:
    """`GET /me/playlists`: owned and followed ones, the newest first; one made through the API shows after its lag."""
    offset, limit = call.window()
    mine = [found for found in reversed(call.world.playlists.values()) if _is_listed(call, found)]
    page = odd_pages.page(
        call,
        mine,
        lambda found: (None, _simplified(call, found)),
        place="",
        url=f"{call.api_url}/me/playlists",
        offset=offset,
        limit=limit,
        query={},
    )
    return Response(200, page)


def create_playlist(call: Call) -> Response:
    """`POST /me/playlists`: a public one, whatever `public` says; another one for the same name.

    `public: false` was seen ignored in 2026, while its scope is asked for. `collaborative` is not simulated.
    """
    body = call.json()
    call.require_scope(f"playlist-modify-{'private' if body.get('public') is False else 'public'}")
    name, description = body.get("name"), body.get("description", "")
    if not isinstance(name, str) or not name:
        raise refuse(400, "Missing required field: name")
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION or set(description) & {"\n", "\r"}:
        raise refuse(400, "Invalid description")
    made = call.world.create_playlist(name, owner=call.user.id, public=True, description=description)
    found = call.world.playlists[made]
    found.listed_from = call.now + call.world.settings.listing_lag_seconds
    return Response(201, api.whole(call, found))


def get_saved_tracks(call: Call) -> Response:
    """`GET /me/tracks`: newest first."""
    call.require_scope("user-library-read")
    offset, limit = call.window()
    page = odd_pages.page(
        call,
        call.world.library.saved,
        lambda found: (found.media["uri"], shapes.saved(found)),
        place="liked",
        url=f"{call.api_url}/me/tracks",
        offset=offset,
        limit=limit,
        query={name: call.query[name] for name in ("market",) if name in call.query},
    )
    return Response(200, page)


def get_recently_played(call: Call) -> Response:
    """`GET /me/player/recently-played`: newest first, back in time from now or `before`, forward in time from `after`.

    A full page has a `next`, even where nothing follows; an empty one has no cursors (spotify/web-api#1405).
    """
    call.require_scope("user-read-recently-played")
    limit, before, after = call.limit(), call.cursor("before"), call.cursor("after")
    if before is not None and after is not None:
        raise refuse(400, "Only one of before and after can be specified")
    plays = call.world.library.plays
    if after is not None:
        shown = [play for play in plays if play.at > after][-limit:]
    else:
        shown = [play for play in plays if before is None or play.at < before][:limit]
    return Response(200, _cursor_page(call, shown, limit, "before" if after is None else "after"))


def rules() -> list[Rule]:
    """What is asked for where."""
    return [
        Rule("/v1/me", methods=["GET"], endpoint=get_me),
        Rule("/v1/me/playlists", methods=["GET"], endpoint=get_my_playlists),
        Rule("/v1/me/playlists", methods=["POST"], endpoint=create_playlist),
        Rule("/v1/me/tracks", methods=["GET"], endpoint=get_saved_tracks),
        Rule("/v1/me/player/recently-played", methods=["GET"], endpoint=get_recently_played),
    ]


def _cursor_page(call: Call, shown: list[Play], limit: int, direction: str) -> dict[str, Any]:
    url = f"{call.api_url}/me/player/recently-played"
    cursors = {"after": str(shown[0].at), "before": str(shown[-1].at)} if shown else None
    following = {direction: cursors[direction], "limit": limit} if cursors and len(shown) == limit else None
    return {
        "items": [shapes.play(play, call.api_url) for play in shown],
        "next": f"{url}?{urlencode(following)}" if following else None,
        "cursors": cursors,
        "limit": limit,
        "href": f"{url}?{urlencode(call.query)}",
    }


def _is_listed(call: Call, found: Playlist) -> bool:
    if found.listed_from > call.now:
        return False
    if found.collaborative and "playlist-read-collaborative" not in call.token.scopes:
        return False
    if not found.public and "playlist-read-private" not in call.token.scopes:
        return False
    return found.owner == call.user.id or found.id in call.world.followed


def _simplified(call: Call, found: Playlist) -> shapes.Json:
    total = len(found.entries.seen_at(call.now))
    href = f"{call.api_url}/playlists/{found.id}/items"
    return {**api.metadata(call, found), "items": {"href": href, "total": total}}
