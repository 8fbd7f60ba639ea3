"""The simulated Spotify as an HTTP server on this computer.

On http.server, because werkzeug's own server closes every connection after one answer, and clients
of the real service keep theirs open.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from rediscover.machine.peers import FewStrangers
from rediscover.machine.visitors import objection, objection_to_any
from rediscover.simulator.answers import Response
from rediscover.simulator.routes import Incoming, respond
from rediscover.simulator.traffic import LoggedRequest
from rediscover.simulator.world.world import World

REFUSED_BYTES = 65_536
"""How much is read of a request that is refused, so that most clients get to read why."""


class Simulator(World):
    """A `World` that is served over HTTP while the context lasts.

    Give clients `api_url` and `accounts_url`. `clock` tells the time in seconds, as `time.time` does.
    """

    def __init__(self, port: int = 0, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock)
        self._port = port

    def __enter__(self) -> Self:
        self._server = _Server(self, self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>`."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """Where the Web API is: for `SPOTIFY_API_URL`."""
        return f"{self.url}/v1"

    @property
    def accounts_url(self) -> str:
        """Where the accounts service is: for `SPOTIFY_ACCOUNTS_URL`."""
        return self.url

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters that say where it is."""
        return {"SpotifyApiUrl": self.api_url, "SpotifyAccountsUrl": self.accounts_url}

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request since the last `forget_requests`, those to `/control/` aside."""
        return self.traffic.requests

    @property
    def most_in_flight(self) -> int:
        """The most requests that ran at one time."""
        return self.traffic.most_in_flight

    def requests_count(self, method: str | None = None, path: str = "") -> int:
        """How many requests had this method (any, if None) and a path that `path`, a regex, is found in."""
        return self.traffic.count(method, path)

    def forget_requests(self) -> None:
        """Start the log of requests anew."""
        self.traffic.forget()


class _Server(FewStrangers, ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.world = world
        self.address = "127.0.0.1", int(self.server_address[1])
        self.url = "http://{}:{}".format(*self.address)
        self._connections: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def stop(self) -> None:
        """Stop listening and cut the connections that clients keep open."""
        self.shutdown()
        self.server_close()
        for connection in tuple(self._connections):
            _hang_up(connection)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "SimulatedSpotify"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def finish(self) -> None:
        with suppress(ConnectionError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing: `World.traffic` is the log."""

    def answer(self) -> None:
        """Read one request whole and answer it, or close the connection."""
        parts = urlsplit(self.path)
        if why := self._objection(parts.path):
            self.close_connection = True
            self.rfile.read(min(int(self.headers.get("Content-Length") or 0), REFUSED_BYTES))
            self._send(Response(403, why, content_type="text/plain; charset=utf-8"))
            return
        incoming = Incoming(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query)),
            authorization=self.headers.get("Authorization"),
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            server_url=self.server.url,
        )
        answer = respond(self.server.world, incoming)
        if answer is not None:
            self._send(answer)
        if answer is None or answer.withheld_bytes:
            _hang_up(self.connection)

    def _objection(self, path: str) -> str | None:
        """The consent page is for browsers, the rest is not; a page of another site may open it, but not answer it."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        if path == "/authorize" and headers.get("origin") in (None, self.server.url):
            return objection_to_any(headers, self.client_address, self.server.address)
        return objection(headers, self.client_address, self.server.address)

    def _send(self, answer: Response) -> None:
        payload = answer.payload()
        self.send_response(answer.status)
        if payload:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload) + answer.withheld_bytes))
        self.end_headers()
        self.wfile.write(payload)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - http.server's names


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
