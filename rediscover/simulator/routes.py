"""From a request's bytes to an answer: the faults on the way, and the endpoint at its end."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from rediscover.simulator.answers import Refusal, Response, api_error
from rediscover.simulator.endpoints import accounts, api, consent, control, me
from rediscover.simulator.endpoints.calls import Call, check_token
from rediscover.simulator.faults import Fault, answer_instead, spoil
from rediscover.simulator.world.world import World

_ENDPOINTS = Map(
    [
        *me.rules(),
        Rule("/v1/playlists/<playlist_id>", methods=["GET"], endpoint=api.get_playlist),
        Rule("/v1/playlists/<playlist_id>/items", methods=["GET"], endpoint=api.get_items),
        Rule("/v1/playlists/<playlist_id>/items", methods=["POST"], endpoint=api.add_items),
        Rule("/v1/playlists/<playlist_id>/items", methods=["DELETE"], endpoint=api.remove_items),
        Rule("/v1/playlists/<playlist_id>/tracks", endpoint=api.removed),
    ],
    strict_slashes=False,
    merge_slashes=False,
)


@dataclass(frozen=True)
class Incoming:
    """A request as it came; `server_url` is how the client reaches this server."""

    method: str
    path: str
    query: Mapping[str, str]
    authorization: str | None
    body: bytes
    server_url: str


def respond(world: World, incoming: Incoming) -> Response | None:
    """The answer to a request, after it took effect; None to close the connection instead."""
    if incoming.path.startswith("/control/"):
        return control.respond(world, incoming.method, incoming.path, incoming.body)
    with world.traffic.record(incoming.method, incoming.path, incoming.query) as logged:
        time.sleep(world.settings.latency_seconds)
        fault = world.faults.strike(incoming.method, incoming.path, incoming.body)
        answer = _perform(world, incoming) if fault is None else _suffer(world, incoming, fault)
        logged.status = None if answer is None else answer.status
    return answer


def _suffer(world: World, incoming: Incoming, fault: Fault) -> Response | None:
    if fault.kind in ("reset", "delay_before"):
        _let_pass(fault)
    instead = answer_instead(fault, incoming.path)
    if instead is not None or fault.kind == "reset":
        return instead
    answer = _perform(world, incoming)
    if fault.kind in ("lost_response", "delay_after"):
        _let_pass(fault)
    return None if fault.kind == "lost_response" else spoil(fault, answer)


def _let_pass(fault: Fault) -> None:
    time.sleep(fault.seconds)
    if fault.meanwhile:
        fault.meanwhile()


def _perform(world: World, incoming: Incoming) -> Response:
    with world.lock:
        if incoming.path == "/api/token":
            return accounts.token(world, _form(incoming), incoming.authorization)
        if incoming.path == "/authorize":
            return _authorize(world, incoming)
        try:
            return _call_api(world, incoming)
        except Refusal as refusal:
            return refusal.answer
        except HTTPException as missing:
            return api_error(missing.code or 404, "Service not found")


def _authorize(world: World, incoming: Incoming) -> Response:
    if incoming.method == "POST":
        return consent.decide(world, _form(incoming))
    return consent.ask(world, incoming.query)


def _form(incoming: Incoming) -> dict[str, str]:
    return dict(parse_qsl(incoming.body.decode("utf-8", "replace")))


def _call_api(world: World, incoming: Incoming) -> Response:
    endpoint, arguments = _ENDPOINTS.bind("").match(incoming.path, incoming.method)
    token = check_token(world, incoming.authorization)
    call = Call(world, token, dict(incoming.query), incoming.body, f"{incoming.server_url}/v1")
    answer: Response = endpoint(call, **arguments)
    return answer
