"""The loopback server that takes Spotify's redirect."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress

import pytest
import requests

from rediscover.callback import Callback, NobodyAnswered
from rediscover.errors import UserError
from tests.cli.consent import free_port


class Waiting:
    """A callback that waits beside the test, with what it received and raised."""

    def __init__(self, callback: Callback, problem: Exception | None = None) -> None:
        self.url = callback.redirect_uri
        self.received: list[Mapping[str, str]] = []
        self.raised: BaseException | None = None
        self._callback = callback
        self._problem = problem
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def get(self, path: str = "?code=hush&state=s") -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=10)

    def ended(self) -> bool:
        self._thread.join(10)
        return not self._thread.is_alive()

    def _wait(self) -> None:
        try:
            self._callback.wait(self._receive, 10)
        except BaseException as error:
            self.raised = error

    def _receive(self, query: Mapping[str, str]) -> None:
        self.received.append(query)
        if self._problem:
            raise self._problem


@pytest.fixture
def callback() -> Iterator[Callback]:
    with Callback(free_port()) as listening:
        yield listening


def test_the_redirects_query_is_received_and_the_page_tells_success(callback: Callback) -> None:
    waiting = Waiting(callback)
    page = waiting.get()
    assert waiting.ended()
    assert waiting.received == [{"code": "hush", "state": "s"}]
    assert (page.status_code, waiting.raised) == (200, None)
    assert "Authorized. You can close this page." in page.text
    assert "hush" not in page.text + str(page.headers)
    assert page.headers["Cache-Control"] == "no-store"


def test_a_refusal_is_shown_on_the_page_and_raised(callback: Callback) -> None:
    waiting = Waiting(callback, UserError("Denied by <script>."))
    page = waiting.get()
    assert waiting.ended()
    assert page.status_code == 400
    assert "Not authorized. Denied by &lt;script&gt;." in page.text
    assert isinstance(waiting.raised, UserError)


def test_an_unexpected_error_is_not_shown_on_the_page(callback: Callback) -> None:
    waiting = Waiting(callback, ValueError("hush"))
    page = waiting.get()
    assert waiting.ended()
    assert page.status_code == 400
    assert "hush" not in page.text
    assert isinstance(waiting.raised, ValueError)


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/callback/", "/callbacks?code=x"])
def test_nothing_but_the_callback_is_answered(callback: Callback, path: str) -> None:
    waiting = Waiting(callback)
    base = callback.redirect_uri.removesuffix("/callback")
    assert requests.get(base + path, timeout=10).status_code == 404
    assert requests.post(callback.redirect_uri, timeout=10).status_code == 501
    assert waiting.received == []
    waiting.get()
    assert waiting.ended()


def test_a_second_answer_is_turned_away(callback: Callback) -> None:
    waiting = Waiting(callback)
    waiting.get()
    assert waiting.ended()
    assert waiting.get("?code=other").status_code == 409
    assert len(waiting.received) == 1


def test_connections_that_a_browser_opens_ahead_of_their_use_hold_nothing_up() -> None:
    port = free_port()
    begun = time.monotonic()
    with ExitStack() as unused:
        with Callback(port) as callback:
            for _ in range(2):
                unused.enter_context(socket.create_connection(("127.0.0.1", port)))
            waiting = Waiting(callback)
            assert waiting.get().status_code == 200
            assert waiting.ended()
        assert time.monotonic() - begun < 5


def test_a_browser_that_hangs_up_holds_nothing_up(callback: Callback) -> None:
    waiting = Waiting(callback, UserError("x" * 1_000_000))
    with suppress(requests.RequestException):
        requests.get(f"{callback.redirect_uri}?code=c", timeout=10, stream=True).close()
    assert waiting.ended()


def test_it_ends_by_itself(callback: Callback) -> None:
    with pytest.raises(NobodyAnswered, match="Nobody answered"):
        callback.wait(lambda _: None, 0.1)


def test_only_this_machine_is_listened_to(callback: Callback) -> None:
    assert callback.redirect_uri.startswith("http://127.0.0.1:")
    assert callback._server.server_address[0] == "127.0.0.1"


def test_the_port_is_free_again_afterwards() -> None:
    port = free_port()
    for _ in range(2):
        with Callback(port) as callback, pytest.raises(NobodyAnswered):
            callback.wait(lambda _: None, 0)


def test_nothing_is_written_to_the_terminal(callback: Callback, capfd: pytest.CaptureFixture[str]) -> None:
    waiting = Waiting(callback)
    waiting.get()
    assert waiting.ended()
    with socket.create_connection(("127.0.0.1", int(callback.redirect_uri.split(":")[2].partition("/")[0]))) as rude:
        rude.sendall(b"\x16\x03\x01 hush\r\n\r\n")
        rude.recv(1000)
    assert capfd.readouterr() == ("", "")
