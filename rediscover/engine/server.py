"""HTTP servers of the engine, all on the loopback interface."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _QuietHandler(MotoRequestHandler):  # type: ignore[misc]  # moto has no types
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log no requests."""


class HttpServer:
    """A WSGI application on a free port of 127.0.0.1, a thread for each request."""

    def __init__(self, application: WsgiApplication) -> None:
        self._server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_QuietHandler)
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Accept no more requests."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
