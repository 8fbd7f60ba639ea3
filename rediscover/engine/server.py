"""HTTP servers of the engine, all on the loopback interface, and for programs of its user only."""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.wrappers import Request, Response

from rediscover.machine.peers import FewStrangers
from rediscover.machine.visitors import is_form, objection

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

HOST = "127.0.0.1"


class _QuietHandler(MotoRequestHandler):  # type: ignore[misc]  # moto has no types
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log no requests."""


class _Server(FewStrangers, ThreadedWSGIServer):
    ends = False

    def serve_until_the_end(self) -> None:
        """Accept requests without looking every moment whether to go on."""
        while not self.ends:
            self.handle_request()
        self.server_close()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether a connection is answered."""
        return not self.ends and super().verify_request(request, client_address)


class HttpServer:
    """A WSGI application on a free port of 127.0.0.1, a thread for each request."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application
        self._server = _Server(HOST, 0, self._admit, _QuietHandler)
        self.port = self._server.port
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_until_the_end, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Accept no more requests."""
        self._server.ends = True
        with suppress(OSError), socket.create_connection((HOST, self.port)):
            self._thread.join()

    def _admit(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        headers = {name.lower(): value for name, value in Request(environ, populate_request=False).headers.items()}
        peer = environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])
        why = objection(headers, peer, (HOST, self.port))
        if why is None and is_form(headers):
            why = "This server takes no forms."
        application = Response(f"{why}\n", 403) if why else self._application
        return application(environ, start_response)
