"""The archive's page on 127.0.0.1, for a browser of the user who runs `up` and nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from rediscover.commands.archive.page import page_of
from rediscover.commands.consent.callback import HOST, PortTaken
from rediscover.errors import EXPLAINED
from rediscover.machine.peers import FewStrangers
from rediscover.machine.visitors import objection_to_any
from rediscover.places.home import Home
from rediscover_archive.authorization.page import HEADERS, html_page
from rediscover_archive.page.hosting import HEADERS as PAGE_HEADERS

IDLE_SECONDS = 10


@contextmanager
def shown(home: Home, port: int) -> Iterator[str]:
    """Answers `GET /` with the page as it is then, while the context lasts; its address. Raises PortTaken."""
    try:
        server = _Server((HOST, port), _handler(home))
    except OSError as error:
        raise PortTaken(f"Cannot listen on port {port}: {error.strerror}. Take another with --page.") from error
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class _Server(FewStrangers, ThreadingHTTPServer):
    daemon_threads = True


def _handler(home: Home) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = IDLE_SECONDS
        server: _Server

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if why := objection_to_any(headers, self.client_address, (HOST, self.server.server_port)):
                self._answer(403, html_page("Not for you", why), HEADERS)
            elif self.path != "/":
                self._answer(404, html_page("Nothing is here", "The page is at the address without a path."), HEADERS)
            else:
                try:
                    text = page_of(home.documents, home.executions, None)
                except EXPLAINED as error:
                    self._answer(404, html_page("No page yet", str(error)), HEADERS)
                else:
                    headers = {name: value for name, value in PAGE_HEADERS.items() if name != "Content-Encoding"}
                    self._answer(200, text, headers)

        def _answer(self, status: int, text: str, headers: dict[str, str]) -> None:
            body = text.encode()
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing of requests."""

    return Handler
