"""The simulated Spotify, called in process: an HTTP exchange without HTTP, and what may become of it."""

import base64
import json as plain
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from rediscover.simulator.answers import Response
from rediscover.simulator.faults import Fault
from rediscover.simulator.routes import Incoming, respond
from rediscover.simulator.world.world import World
from tests.faults.cases import FAULTS
from tests.simulation.clearing import Clearing
from tests.simulation.loop import Loop
from tests.simulation.services import Door

DEADLINE = 40
"""Seconds after which a function gives a request up (rediscover_archive.spotify.http)."""

LATE = "late"
"""The connection is lost now, and the request takes effect a while later, within the time that a run leaves it."""

Post = Callable[[str], None]


class Web:
    """Spotify's two services. `posting` is told of the playlist just before tracks are added to it; `clearing` watches.

    `late` is after how many seconds at most a request may take effect whose connection was lost.
    """

    def __init__(self, door: Door, world: World, loop: Loop, late: float, posting: Post, clearing: Clearing) -> None:
        self._door, self._world, self._loop, self._late, self._posting = door, world, loop, late, posting
        self._clearing = clearing

    def exchange(self, _session: object, method: str, url: str, **arguments: Any) -> Any:
        """As rediscover_archive.spotify.http.request."""
        incoming = incoming_of(method, url, **arguments)
        if method == "POST" and incoming.path.endswith("/items"):
            self._posting(incoming.path.split("/")[-2])
        self._clearing.asks(incoming)
        effect = partial(self._answer, incoming, None)
        spoil = partial(self._spoiled, incoming)
        return self._door.request(_ons(incoming), f"{method} {incoming.path}{_window(incoming)}", effect, spoil)

    def _answer(self, incoming: Incoming, fault: Fault | None) -> Any:
        world = self._world
        if fault:
            world.faults.add(fault)
        try:
            answer = answer_of(world, incoming)
            self._clearing.answered(incoming, answer.content)
            return answer
        finally:
            world.faults.clear()
            world.traffic.forget()

    def _spoiled(self, incoming: Incoming, trouble: str) -> Any:
        if trouble != LATE:
            return self._answer(incoming, Fault(**FAULTS[trouble]))
        self._loop.after(self._late * self._loop.random.random(), lambda: self._answer(incoming, None))
        raise requests.ConnectionError


def answer_of(world: World, incoming: Incoming) -> Any:
    """What rediscover_archive.spotify.http.request gives or raises for the simulated Spotify's answer."""
    from rediscover_archive.spotify.http import Answer

    answer: Response | None = respond(world, incoming)
    if answer is None:
        raise requests.ConnectionError
    if answer.withheld_bytes:
        raise requests.exceptions.ChunkedEncodingError
    return Answer(answer.status, CaseInsensitiveDict(answer.headers), answer.payload())


def _ons(incoming: Incoming) -> tuple[str, ...]:
    if incoming.path == "/api/token":
        return "any", "http", "token"
    return "any", "http", incoming.method


def _window(incoming: Incoming) -> str:
    if incoming.method == "POST":
        found = plain.loads(incoming.body).get("uris") if incoming.path.endswith("/items") else None
        return f" ({len(found)} tracks)" if found else ""
    return f" from {incoming.query['offset']}" if "offset" in incoming.query else ""


def incoming_of(
    method: str, url: str, params: Any = None, json: Any = None, data: Any = None, auth: Any = None
) -> Incoming:
    """A request of requests' as the simulated Spotify gets it."""
    body = b"" if json is None else plain.dumps(json).encode()
    return Incoming(
        method=method,
        path=urlsplit(url).path,
        query={name: str(value) for name, value in (params or {}).items()},
        authorization=_authorization(auth),
        body=urlencode(data).encode() if data else body,
        server_url="https://api.spotify.com",
    )


def _authorization(auth: Any) -> str | None:
    if isinstance(auth, tuple):
        return "Basic " + base64.b64encode(":".join(auth).encode()).decode()
    prepared = SimpleNamespace(headers={})
    auth(prepared)
    return str(prepared.headers["Authorization"])
