"""`/control/`: what Python does with a `World`, over HTTP, for tests that run in another process.

    GET     credentials                  the credentials secret's value
    POST    authorization                {"state": "renewed" | "revoked" | "expired"}
    GET     settings                     PATCH with some of them
    GET     faults                       POST one (the fields of `Fault`), DELETE all
    GET     requests                     the log and the most in flight; DELETE it
    POST    playlists                    {"name", "items", "owner", "collaborative", "public", "id"}
    GET     playlists/{id}               name, newest snapshot id and URIs
    PUT     playlists/{id}/items         {"items"}: the whole content; POST adds, DELETE takes {"uris"}
    POST    reset

An item is null, a known URI, or {"kind": "track" | "episode" | "local", "name", …} with the arguments
of `media`. What went wrong is 400 with {"error"}.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from rediscover.simulator.answers import Response
from rediscover.simulator.faults import Fault
from rediscover.simulator.world import media
from rediscover.simulator.world.world import Item, World

Body = dict[str, Any]


def respond(world: World, method: str, path: str, body: bytes) -> Response:
    """Answer a control request."""
    try:
        endpoint, arguments = _ENDPOINTS.bind("").match(path, method)
        return Response(200, endpoint(world, json.loads(body or b"{}"), **arguments))
    except HTTPException as missing:
        return Response(missing.code or 404, {"error": f"no such control: {method} {path}"})
    except (KeyError, TypeError, ValueError) as error:
        return Response(400, {"error": f"{type(error).__name__}: {error}"})


def _credentials(world: World, _: Body) -> Body:
    return world.credentials


def _authorization(world: World, body: Body) -> Body:
    changes: dict[str, Callable[[], object]] = {
        "renewed": world.authorize,
        "revoked": world.revoke_authorization,
        "expired": world.expire_authorization,
    }
    changes[body["state"]]()
    return world.credentials


def _settings(world: World, body: Body) -> Body:
    world.settings.update(**body)
    return asdict(world.settings)


def _list_faults(world: World, _: Body) -> Body:
    return {"faults": [_shown(fault) for fault in world.faults.all()]}


def _shown(fault: Fault) -> Body:
    return {name: value for name, value in asdict(fault).items() if name != "meanwhile"}


def _add_fault(world: World, body: Body) -> Body:
    return _shown(world.faults.add(Fault(**{**body, "meanwhile": None})))


def _clear_faults(world: World, _: Body) -> Body:
    world.faults.clear()
    return {}


def _list_requests(world: World, _: Body) -> Body:
    requests = [asdict(request) for request in world.traffic.requests]
    return {"requests": requests, "most_in_flight": world.traffic.most_in_flight}


def _forget_requests(world: World, _: Body) -> Body:
    world.traffic.forget()
    return {}


def _create_playlist(world: World, body: Body) -> Body:
    items = _items(world, body.pop("items", []))
    return {"id": world.create_playlist(items=items, **body)}


def _playlist(world: World, _: Body, playlist_id: str) -> Body:
    return {
        "name": world.playlists[playlist_id].name,
        "snapshot_id": world.snapshot_id(playlist_id),
        "uris": world.uris(playlist_id),
    }


def _replace_items(world: World, body: Body, playlist_id: str) -> Body:
    world.replace(playlist_id, _items(world, body["items"]))
    return _playlist(world, body, playlist_id)


def _add_items(world: World, body: Body, playlist_id: str) -> Body:
    world.add(playlist_id, _items(world, body["items"]))
    return _playlist(world, body, playlist_id)


def _remove_items(world: World, body: Body, playlist_id: str) -> Body:
    world.remove(playlist_id, body["uris"])
    return _playlist(world, body, playlist_id)


def _reset(world: World, _: Body) -> Body:
    world.reset()
    return {}


def _items(world: World, values: Iterable[Any]) -> list[Item]:
    return [_item(world, dict(value)) if isinstance(value, dict) else value for value in values]


def _item(world: World, value: Body) -> Item:
    makers: dict[str, Callable[..., Item]] = {
        "track": world.track,
        "episode": world.episode,
        "local": media.local_track,
    }
    return makers[value.pop("kind", "track")](**value)


_ENDPOINTS = Map(
    [
        Rule("/control/credentials", methods=["GET"], endpoint=_credentials),
        Rule("/control/authorization", methods=["POST"], endpoint=_authorization),
        Rule("/control/settings", methods=["GET", "PATCH"], endpoint=_settings),
        Rule("/control/faults", methods=["GET"], endpoint=_list_faults),
        Rule("/control/faults", methods=["POST"], endpoint=_add_fault),
        Rule("/control/faults", methods=["DELETE"], endpoint=_clear_faults),
        Rule("/control/requests", methods=["GET"], endpoint=_list_requests),
        Rule("/control/requests", methods=["DELETE"], endpoint=_forget_requests),
        Rule("/control/playlists", methods=["POST"], endpoint=_create_playlist),
        Rule("/control/playlists/<playlist_id>", methods=["GET"], endpoint=_playlist),
        Rule("/control/playlists/<playlist_id>/items", methods=["PUT"], endpoint=_replace_items),
        Rule("/control/playlists/<playlist_id>/items", methods=["POST"], endpoint=_add_items),
        Rule("/control/playlists/<playlist_id>/items", methods=["DELETE"], endpoint=_remove_items),
        Rule("/control/reset", methods=["POST"], endpoint=_reset),
    ]
)
