"""The endpoints of playlists, as a development-mode app sees them since February 2026."""

from collections.abc import Mapping
from typing import Any

from rediscover.simulator.answers import Response, refuse
from rediscover.simulator.endpoints import fields, odd_pages
from rediscover.simulator.endpoints.calls import Call
from rediscover.simulator.world import shapes
from rediscover.simulator.world.ids import is_addable_uri, is_id
from rediscover.simulator.world.playlists import Entries, Entry, Playlist

EMBEDDED_ITEMS = 100
MOST_ADDED_AT_ONCE = 100
SPOTIFY_MADE = "37i9dQ"
_CARRIED_ON = ("additional_types", "fields", "market")


def get_playlist(call: Call, playlist_id: str) -> Response:
    """`GET /playlists/{id}`: metadata of any playlist, `items` only where the user may read them.

    The first items are embedded; the page's `next` keeps to the 50 that the items endpoint allows.
    """
    found = _find(call, playlist_id)
    if not _is_open_to(call, found):
        return _filtered(call, _head(call, found))
    _require_read_scope(call, found)
    return _filtered(call, whole(call, found))


def get_items(call: Call, playlist_id: str) -> Response:
    """`GET /playlists/{id}/items`."""
    offset, limit = call.window()
    found = _find(call, playlist_id)
    if not _is_open_to(call, found):
        raise refuse(403, "Forbidden")
    _require_read_scope(call, found)
    entries = found.entries.seen_at(call.now)
    carried = {name: call.query[name] for name in _CARRIED_ON if name in call.query}
    return _filtered(call, _items_page(call, found, entries, offset, limit, carried))


def add_items(call: Call, playlist_id: str) -> Response:
    """`POST /playlists/{id}/items`: all of the URIs or, when one of them is bad, none."""
    found = _find(call, playlist_id)
    call.require_scope(f"playlist-modify-{'public' if found.public else 'private'}")
    if not _is_open_to(call, found):
        raise refuse(403, "You cannot add tracks to a playlist you don't own.")
    uris, position = _addition(call)
    settings, old = call.world.settings, found.entries.latest
    at = len(old) if position is None else position
    if not 0 <= at <= len(old):
        raise refuse(400, "Index out of bounds")
    _check_uris(call, uris)
    if len(old) + len(uris) > settings.playlist_cap:
        raise refuse(settings.playlist_cap_status, "Playlist size limit reached")
    new = old[:at] + call.world.entries(uris, call.user.id) + old[at:]
    lags = settings.items_lag_seconds, settings.snapshot_lag_seconds
    return Response(201, {"snapshot_id": found.write(new, call.now, *lags)})


def remove_items(call: Call, playlist_id: str) -> Response:
    """`DELETE /playlists/{id}/items`: every place of each URI.

    With a `snapshot_id` those of that version, "even if more recent changes have been made": what was added since then
    stays.
    """
    found = _find(call, playlist_id)
    call.require_scope(f"playlist-modify-{'public' if found.public else 'private'}")
    if not _is_open_to(call, found):
        raise refuse(403, "You cannot remove tracks from a playlist you don't own.")
    uris, snapshot_id = _removal(call)
    latest = found.entries.latest
    version = latest if snapshot_id is None else found.versions.get(snapshot_id)
    if version is None:
        raise refuse(400, "Invalid snapshot_id")
    unwanted = [entry for entry in version if entry.uri in uris]
    if snapshot_id is not None and {entry.uri for entry in unwanted} != uris:
        raise refuse(400, "Could not remove tracks, please check parameters.")
    gone = {id(entry) for entry in unwanted}
    left = tuple(entry for entry in latest if id(entry) not in gone)
    settings = call.world.settings
    if len(left) == len(latest):
        return Response(200, {"snapshot_id": found.snapshot.latest})
    lags = settings.items_lag_seconds, settings.snapshot_lag_seconds
    return Response(200, {"snapshot_id": found.write(left, call.now, *lags)})


def removed(_: Call, **__: Any) -> Response:
    """An endpoint that development mode lost."""
    raise refuse(403, "Forbidden")


def metadata(call: Call, found: Playlist) -> shapes.Json:
    """What every answer tells about a playlist."""
    owner = call.world.identities.users[found.owner]
    told = shapes.playlist(found, owner, found.snapshot.seen_at(call.now), call.api_url)
    return {**told, "snapshot_id": None} if call.world.settings.snapshot_is_null else told


def whole(call: Call, found: Playlist) -> shapes.Json:
    """A playlist with its first items, for those who may read them."""
    entries = found.entries.seen_at(call.now)
    items = odd_pages.counted(call, _items_page(call, found, entries, 0, EMBEDDED_ITEMS, {}))
    return {**_head(call, found), "items": items}


def _find(call: Call, playlist_id: str) -> Playlist:
    if not is_id(playlist_id):
        raise refuse(400, "Invalid base62 id")
    found = call.world.playlists.get(playlist_id)
    if found is None or playlist_id.startswith(SPOTIFY_MADE):
        raise refuse(404, "Resource not found")
    return found


def _is_open_to(call: Call, found: Playlist) -> bool:
    return found.collaborative or call.user.id in (found.owner, *found.invited)


def _require_read_scope(call: Call, found: Playlist) -> None:
    if found.collaborative:
        call.require_scope("playlist-read-collaborative")
    elif not found.public:
        call.require_scope("playlist-read-private")


def _head(call: Call, found: Playlist) -> shapes.Json:
    return {**metadata(call, found), "followers": {"href": None, "total": 0}}


def _items_page(
    call: Call, found: Playlist, entries: Entries, offset: int, limit: int, query: Mapping[str, str]
) -> shapes.Json:
    episodes = "episode" in call.query.get("additional_types", "").split(",")
    item_key = call.world.settings.item_key

    def row(entry: Entry) -> tuple[str | None, shapes.Json]:
        shown = odd_pages.seen(call, found.id, entry)
        return entry.uri, shapes.entry(shown, item_key=item_key, episodes=episodes, api_url=call.api_url)

    url = f"{call.api_url}/playlists/{found.id}/items"
    return odd_pages.page(call, entries, row, place=found.id, url=url, offset=offset, limit=limit, query=query)


def _filtered(call: Call, body: shapes.Json) -> Response:
    wanted = call.query.get("fields", "")
    if not wanted:
        return Response(200, body)
    try:
        return Response(200, fields.parse(wanted).apply(body))
    except fields.FieldsError as error:
        raise refuse(400, f"Invalid fields: {error}") from None


def _addition(call: Call) -> tuple[list[str], int | None]:
    """URIs and position of an add request; each in the query overrides its like in the body."""
    body = call.json()
    uris = call.query["uris"].split(",") if "uris" in call.query else body.get("uris")
    position = call.query.get("position", body.get("position"))
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) for uri in uris):
        raise refuse(400, "No uris provided")
    if len(uris) > MOST_ADDED_AT_ONCE:
        raise refuse(400, f"You can add a maximum of {MOST_ADDED_AT_ONCE} tracks per request.")
    try:
        return [uri.strip() for uri in uris], None if position is None else int(position)
    except (TypeError, ValueError):
        raise refuse(400, "Invalid position") from None


def _removal(call: Call) -> tuple[set[str], str | None]:
    """The URIs and the snapshot_id of a removal, as the schema has them."""
    body = call.json()
    items, snapshot_id = body.get("items"), body.get("snapshot_id")
    if not isinstance(items, list) or not items:
        raise refuse(400, "No items provided")
    if len(items) > MOST_ADDED_AT_ONCE:
        raise refuse(400, f"You can remove a maximum of {MOST_ADDED_AT_ONCE} items per request.")
    uris = [item.get("uri") if isinstance(item, dict) else None for item in items]
    for uri in uris:
        if not isinstance(uri, str) or not is_addable_uri(uri):
            raise refuse(400, f"Invalid track uri: {uri}")
    if not isinstance(snapshot_id, str | None):
        raise refuse(400, "Invalid snapshot_id")
    return {str(uri) for uri in uris}, snapshot_id


def _check_uris(call: Call, uris: list[str]) -> None:
    for uri in uris:
        if not is_addable_uri(uri):
            raise refuse(400, f"Invalid track uri: {uri}")
    if any(uri not in call.world.catalogue for uri in uris):
        raise refuse(400, "Payload contains a non-existing ID")
