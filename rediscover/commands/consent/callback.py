"""The loopback server that takes Spotify's redirect: one path, one answer, then it ends.

Other programs and web pages reach it too, so whatever is not that answer is turned away, and it goes on waiting.
"""

import errno
import queue
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

from rediscover.errors import EXPLAINED, UserError
from rediscover_archive.authorization.page import HEADERS, html_page

HOST = "127.0.0.1"
"""Spotify takes loopback literals and refuses `localhost` (Spotify, Redirect URIs)."""

PATH = "/callback"
IDLE_SECONDS = 10
"""How long a browser may take to send a request, and to fetch its page at the end."""

LOOK_SECONDS = 0.1
"""Between two looks at what was pasted."""

HTTP_PORT = 80
"""The port that a browser leaves out of the Host header."""

SUCCESS = "Authorized. You can close this page."

Query = Mapping[str, str]


class PortTaken(UserError):
    """The port cannot be listened on."""


class NobodyAnswered(UserError):
    """The browser did not come back in time."""


class Callback:
    """Listens on a port of this machine while the context lasts; `is_answer` tells the answer from all else.

    Raises PortTaken.
    """

    def __init__(self, port: int, is_answer: Callable[[Query], bool]) -> None:
        self.redirect_uri = f"http://{HOST}:{port}{PATH}"
        self._redirects: queue.Queue[_Redirect] = queue.Queue()
        try:
            self._server = _Server(port, is_answer, self._redirects)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"Another program listens on port {port}. End it, or take another port with --port, which the "
                    "app's redirect URI must then have too."
                ) from error
            raise PortTaken(f"Cannot listen on port {port}: {error.strerror}. Take another with --port.") from error

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(
        self, receive: Callable[[Query], str], seconds: float, pasted: Callable[[], Query | None] = lambda: None
    ) -> None:
        """Give the redirect's query to `receive`, and show the browser the text that it returns.

        The query may also come from `pasted`, which is asked again and again. Raises NobodyAnswered after `seconds`,
        and what `receive` raises; the page then has the message of one of EXPLAINED.
        """
        until = time.monotonic() + seconds
        while (redirect := self._next_redirect()) is None:
            if query := pasted():
                receive(query)
                return
            if time.monotonic() >= until:
                raise NobodyAnswered(
                    f"Nobody answered Spotify's page within {seconds / 60:.0f} minutes; nothing was changed. With "
                    "--no-browser there is no such end."
                )
        answer = 400, "Not authorized. Look at the terminal."
        try:
            answer = 200, receive(redirect.query)
        except EXPLAINED as error:
            answer = 400, f"Not authorized. {error}"
            raise
        finally:
            redirect.show(*answer)

    def _next_redirect(self) -> "_Redirect | None":
        try:
            return self._redirects.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return None


class _Redirect:
    """A request that waits for its page."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.page: queue.Queue[tuple[int, str]] = queue.Queue()
        self.shown = Event()

    def show(self, status: int, text: str) -> None:
        self.page.put((status, text))
        self.shown.wait(IDLE_SECONDS)


class _Server(ThreadingHTTPServer):
    # A browser opens connections ahead of their use; none of them may hold up the end.
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, is_answer: Callable[[Query], bool], redirects: "queue.Queue[_Redirect]") -> None:
        super().__init__((HOST, port), _Handler)
        self.host = HOST if port == HTTP_PORT else f"{HOST}:{port}"
        self.is_answer = is_answer
        self.redirects = redirects
        self.unanswered = Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a traceback might quote the request, and with it the code."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = IDLE_SECONDS
    server_version = "rediscover"
    sys_version = ""

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing: the request has the code in it."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 (the base class's)
        """Without the words of the request, which the base class quotes."""
        self._send(code, "This is no request that can be answered here.")

    def parse_request(self) -> bool:
        """Whether it is one that may be looked at. Nothing after its headers is ever read."""
        if not super().parse_request():
            return False
        if self.headers.get_all("Host") != [self.server.host]:
            # A page under another name that leads here is another site's (DNS rebinding).
            self._send(403, "This address is not meant.")
        elif self.command != "GET":
            self._send(405, "There is nothing to send here.", ("Allow", "GET"))
        else:
            return True
        return False

    def do_GET(self) -> None:
        path, _, asked = self.path.partition("?")
        if path != PATH:
            self._send(404, "There is nothing here.")
            return
        query = dict(parse_qsl(asked))
        if not self.server.is_answer(query):
            self._send(400, "This is not the answer that is waited for, and was ignored.")
            return
        if not self.server.unanswered.acquire(blocking=False):
            self._send(409, "This was answered already.")
            return
        redirect = _Redirect(query)
        self.server.redirects.put(redirect)
        try:
            self._send(*redirect.page.get())
        finally:
            redirect.shown.set()

    def _send(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        body = html_page("rediscover", text).encode()
        self.send_response(status)
        length = "Content-Length", str(len(body))
        for name, value in (*HEADERS.items(), length, ("Connection", "close"), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
