"""The engine's HTTP server: a connection is kept for further requests, and each request is read whole."""

import http.client
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from rediscover.engine.server import HttpServer


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Answers with the body that came, and at /unread without having looked at it; at /broken not at all."""
    request = Request(environ)
    if request.path == "/broken":
        raise ZeroDivisionError("by nothing")
    body = b"nothing was read" if request.path == "/unread" else request.get_data()
    return Response(body, headers={"X-Path": request.path})(environ, start_response)


@pytest.fixture
def server() -> Iterator[HttpServer]:
    server = HttpServer(application)
    yield server
    server.stop()


@pytest.fixture
def connection(server: HttpServer) -> Iterator[http.client.HTTPConnection]:
    """One that connects once, and never again."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.connect()
    connection.auto_open = 0
    yield connection
    connection.close()


def ask(connection: http.client.HTTPConnection, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_connection_serves_one_request_after_the_other(connection: http.client.HTTPConnection) -> None:
    assert [ask(connection, "/", body) for body in (b"a", b"", bytes(3_000_000))] == [
        (200, b"a"),
        (200, b""),
        (200, bytes(3_000_000)),
    ]
    assert ask(connection, "/broken") == (500, b"The engine has failed.\n")
    connection.request("HEAD", "/")
    assert connection.getresponse().read() == b""
    assert ask(connection, "/", b"b") == (200, b"b")


def test_what_an_application_leaves_unread_is_not_taken_for_the_next_request(
    connection: http.client.HTTPConnection,
) -> None:
    smuggled = b"POST /secret HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
    assert ask(connection, "/unread", smuggled * 10_000) == (200, b"nothing was read")
    assert ask(connection, "/", b"a") == (200, b"a")


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"Origin": "null"}, b"x" * 100_000), ({"Transfer-Encoding": "chunked"}, b"1\r\na\r\n0\r\n\r\n")],
    ids=["refused", "chunked"],
)
def test_a_connection_whose_requests_cannot_be_told_apart_or_are_refused_is_closed(
    connection: http.client.HTTPConnection, headers: dict[str, str], body: bytes
) -> None:
    ask(connection, "/", body, **headers)
    with pytest.raises((http.client.NotConnected, ConnectionError)):
        ask(connection, "/")


def test_a_client_is_told_to_send_the_body_that_it_waits_with(server: HttpServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        host = f"Host: 127.0.0.1:{server.port}\r\n"
        client.sendall(f"PUT / HTTP/1.1\r\n{host}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n".encode())
        assert client.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"a")
        assert client.recv(1024).endswith(b"\r\n\r\na")


def test_a_stopped_server_keeps_no_connection_and_no_thread() -> None:
    before = set(threading.enumerate())
    server = HttpServer(application)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    assert ask(connection, "/", b"a") == (200, b"a")
    server.stop()
    assert set(threading.enumerate()) == before
    connection.auto_open = 0
    with pytest.raises((http.client.NotConnected, http.client.RemoteDisconnected, ConnectionError)):
        ask(connection, "/")
