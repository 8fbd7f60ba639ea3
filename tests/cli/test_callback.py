"""The loopback server that takes Spotify's redirect."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress

import pytest
import requests

from rediscover.commands.consent.callback import SUCCESS, Callback, NobodyAnswered
from rediscover.errors import UserError
from tests.support.consent import free_port


def is_answer(query: Mapping[str, str]) -> bool:
    return query.get("state") == "s"


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

    def _receive(self, query: Mapping[str, str]) -> str:
        self.received.append(query)
        if self._problem:
            raise self._problem
        return SUCCESS


@pytest.fixture
def callback() -> Iterator[Callback]:
    with Callback(free_port(), is_answer) as listening:
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
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")


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
    assert waiting.received == []
    waiting.get()
    assert waiting.ended()


@pytest.mark.parametrize("stray", ["", "?x", "?code=c", "?code=c&state=other", "?error=access_denied", "?state=%00%ff"])
def test_a_stray_request_is_turned_away_and_the_answer_still_taken(callback: Callback, stray: str) -> None:
    waiting = Waiting(callback)
    for _ in range(2):
        page = waiting.get(stray)
        assert (page.status_code, "was ignored" in page.text) == (400, True)
    assert waiting.received == []
    assert waiting.get().status_code == 200
    assert waiting.ended()
    assert waiting.received == [{"code": "hush", "state": "s"}]


ANSWER = "/callback?code=hush&state=s"
STRANGE: dict[str, tuple[Callable[[int], str], int]] = {
    "no host": (lambda _: f"GET {ANSWER} HTTP/1.0\r\n\r\n", 403),
    "another name": (lambda port: f"GET {ANSWER} HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n", 403),
    "localhost": (lambda port: f"GET {ANSWER} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", 403),
    "another port": (lambda _: f"GET {ANSWER} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 403),
    "two hosts": (lambda port: f"GET {ANSWER} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: x\r\n\r\n", 403),
    "a whole address": (
        lambda port: f"GET http://127.0.0.1:{port}{ANSWER} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n",
        404,
    ),
    "no address": (lambda port: f"GET http://[{ANSWER} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n", 404),
    "no request": (lambda _: "hush <b>\r\n\r\n", 400),
    "a long line": (lambda _: f"GET /{'hush' * 20_000} HTTP/1.1\r\n\r\n", 414),
}


@pytest.mark.parametrize("case", STRANGE)
def test_what_no_browser_of_the_user_sends_is_refused_without_its_words(callback: Callback, case: str) -> None:
    request, status = STRANGE[case]
    waiting = Waiting(callback)
    port = int(callback.redirect_uri.split(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as stranger:
        stranger.sendall(request(port).encode())
        answer = b"".join(iter(lambda: stranger.recv(65536), b"")).decode()
    assert f" {status} " in answer.partition("\r\n")[0] or case == "no request", answer
    assert "hush" not in answer
    assert "<b>" not in answer
    assert waiting.received == []
    waiting.get()
    assert waiting.ended()


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT", "MADEUP"])
def test_another_method_is_refused_and_its_body_not_waited_for(callback: Callback, method: str) -> None:
    waiting = Waiting(callback)
    host = callback.redirect_uri.removeprefix("http://").partition("/")[0]
    address, _, port = host.partition(":")
    head = f"{method} {ANSWER} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n\r\n"
    with socket.create_connection((address, int(port)), timeout=5) as stranger:
        stranger.sendall(head.encode())
        answer = b"".join(iter(lambda: stranger.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.0 405 ")
    assert "\r\nAllow: GET\r\n" in answer
    assert waiting.received == []
    waiting.get()
    assert waiting.ended()


def test_a_second_answer_is_turned_away(callback: Callback) -> None:
    waiting = Waiting(callback)
    waiting.get()
    assert waiting.ended()
    assert waiting.get("?code=other&state=s").status_code == 409
    assert len(waiting.received) == 1


def test_connections_that_a_browser_opens_ahead_of_their_use_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rediscover.commands.consent.callback._Handler.timeout", None)  # it would wait for ever
    port = free_port()
    with ExitStack() as unused, Callback(port, is_answer) as callback:
        for _ in range(2):
            unused.enter_context(socket.create_connection(("127.0.0.1", port)))
        waiting = Waiting(callback)
        assert waiting.get().status_code == 200
        assert waiting.ended()


def test_a_browser_that_hangs_up_holds_nothing_up(callback: Callback) -> None:
    waiting = Waiting(callback, UserError("x" * 1_000_000))
    with suppress(requests.RequestException):
        requests.get(f"{callback.redirect_uri}?code=c&state=s", timeout=10, stream=True).close()
    assert waiting.ended()


def test_it_ends_by_itself(callback: Callback) -> None:
    with pytest.raises(NobodyAnswered, match="Nobody answered"):
        callback.wait(lambda _: SUCCESS, 0.1)


def test_only_this_machine_is_listened_to(callback: Callback) -> None:
    assert callback.redirect_uri.startswith("http://127.0.0.1:")
    assert callback._server.server_address[0] == "127.0.0.1"


def test_the_port_is_free_again_afterwards() -> None:
    port = free_port()
    for _ in range(2):
        with Callback(port, is_answer) as callback, pytest.raises(NobodyAnswered):
            callback.wait(lambda _: SUCCESS, 0)


def test_nothing_is_written_to_the_terminal(callback: Callback, capfd: pytest.CaptureFixture[str]) -> None:
    waiting = Waiting(callback)
    waiting.get()
    assert waiting.ended()
    with socket.create_connection(("127.0.0.1", int(callback.redirect_uri.split(":")[2].partition("/")[0]))) as rude:
        rude.sendall(b"\x16\x03\x01 hush\r\n\r\n")
        rude.recv(1000)
    assert capfd.readouterr() == ("", "")
