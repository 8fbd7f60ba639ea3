"""HTTP servers of the engine, all on the loopback interface, and for programs of its user only."""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from rediscover.machine.peers import FewStrangers
from rediscover.machine.visitors import is_form, objection

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

HOST = "127.0.0.1"


class RequestHandler(WSGIRequestHandler):
    """Reads requests as moto's services want them."""

    def make_environ(self) -> dict[str, Any]:
        """With the headers of S3's metadata that have an underscore in their names, which werkzeug drops.

        None of them stands in for one with a dash.
        """
        environ = super().make_environ()
        dashed = {environ_key_for_header(name) for name in self.headers if "_" not in name}
        spelled = {
            environ_key_for_header(name): name for name in self.headers if should_preserve_original_header_name(name)
        }
        kept = {key: name for key, name in spelled.items() if key not in dashed}
        for key, name in kept.items():
            environ[key] = ",".join(self.headers.get_all(name, []))
        return {**environ, PRESERVED_HEADER_NAMES_ENVIRON_KEY: kept}

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
        self._server = _Server(HOST, 0, self._admit, RequestHandler)
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
