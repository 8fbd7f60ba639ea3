"""A service on this machine that a listener can be told by, as Apprise's `json://` reaches it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SECRETS = ("user-0815", "password-0815", "path-0815", "key-0815")
"""What stands in the URL of a receiver and nowhere else."""


class Receiver:
    """Takes notifications, or answers with another `status`."""

    def __init__(self, port: int) -> None:
        user, password, path, key = SECRETS
        self.url = f"json://{user}:{password}@127.0.0.1:{port}/{path}?+X-Key={key}"
        self.status = 200
        self.got: list[dict[str, Any]] = []

    @property
    def told(self) -> list[tuple[str, str]]:
        """Subject and message of each."""
        return [(one["title"], one["message"]) for one in self.got]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if found.status == 200:
                found.got.append(json.loads(body))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(server.server_address[1])
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
