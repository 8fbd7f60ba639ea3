"""Whose connection it is, by both ways that Linux tells."""

import socket
import sys
import threading
from contextlib import closing

import pytest

from rediscover.machine import peers
from rediscover.machine.peers import Address, is_ours
from tests.support.others import as_another_user, as_root

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")


@pytest.fixture(params=["sock_diag", "tables"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one way is used, the other is not there."""

    def missing(_: Address, __: Address) -> None:
        return None

    if request.param == "sock_diag":
        monkeypatch.setattr(peers, "_looked_up", missing)
    else:
        monkeypatch.setattr(peers, "_asked", missing)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv4 mapped to IPv6"])
@pytest.mark.usefixtures("way")
def test_a_connection_of_our_own_is_ours(family: socket.AddressFamily) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(family) as client:
        host = "127.0.0.1" if family == socket.AF_INET else "::ffff:127.0.0.1"
        client.connect((host, server.getsockname()[1]))
        connection, peer = server.accept()
        with closing(connection):
            assert is_ours(peer, server.getsockname())


@as_root
@pytest.mark.usefixtures("way")
def test_a_connection_of_another_user_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        judged: list[bool] = []

        def connect() -> int:
            with socket.create_connection(server.getsockname()) as client:
                client.recv(1)
            return 0

        def judge() -> None:
            connection, peer = server.accept()
            with closing(connection):
                judged.append(is_ours(peer, server.getsockname()))

        thread = threading.Thread(target=judge)
        thread.start()
        as_another_user(connect)
        thread.join()
        assert judged == [False]


@pytest.mark.usefixtures("way")
def test_a_connection_that_its_program_has_closed_is_nobodys() -> None:
    """Linux says of it that it is root's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            connection, peer = server.accept()
        with closing(connection):
            assert not is_ours(peer, server.getsockname())


@pytest.mark.usefixtures("way")
def test_a_connection_that_is_not_there_is_not_ours() -> None:
    assert not is_ours(("127.0.0.1", 9), ("127.0.0.1", 10))


def test_where_nothing_tells_everyone_is_taken_for_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert is_ours(("127.0.0.1", 9), ("127.0.0.1", 10))
