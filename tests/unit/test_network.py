"""No network, said as such and once: before a run, and by the library."""

import socket
import threading
from collections.abc import Iterator

import pytest

from rediscover.errors import NoNetwork, SurroundingsUnusable
from rediscover.machine.network import check_certificates, check_network
from rediscover_archive.errors import SpotifyUnavailable
from rediscover_archive.spotify.transport import Transport

UNKNOWN = "https://nobody.invalid"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def closed() -> Iterator[str]:
    """The address of a port at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
def listening() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_can_be_connected_to_is_enough(listening: str) -> None:
    check_network(listening)


def test_a_refused_connection_and_an_unknown_name_are_said_as_such(closed: str) -> None:
    with pytest.raises(NoNetwork, match=r"no network, .*: 127\.0\.0\.1 cannot be connected to \(Connection refused\)"):
        check_network(closed, patience=0)
    with pytest.raises(NoNetwork, match=r"nobody\.invalid is a name that cannot be looked up\. Nothing was started"):
        check_network(UNKNOWN, patience=0)


def test_a_look_up_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for = threading.Event()
    monkeypatch.setattr("socket.create_connection", lambda *_: looked_for.wait() and socket.socket())
    with pytest.raises(NoNetwork, match="does not answer"):
        check_network(UNKNOWN, patience=0)
    looked_for.set()


def test_a_proxy_is_connected_to_instead_of_spotify(
    closed: str, listening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", listening)
    check_network(UNKNOWN)
    monkeypatch.setenv("https_proxy", closed)
    with pytest.raises(NoNetwork, match=r"the proxy 127\.0\.0\.1 cannot"):
        check_network(UNKNOWN, patience=0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("http_proxy", closed)
    check_network(listening)


@pytest.mark.parametrize("odd", ["socks5://[::1", "http://host:port", "http://"])
def test_a_proxy_that_is_none_is_left_to_the_run(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", odd)
    check_network(UNKNOWN, patience=0)


def test_the_library_asks_for_a_network_where_there_is_none(closed: str) -> None:
    for url, why in ((closed, "it cannot be connected to"), (UNKNOWN, "its name cannot be looked up")):
        with pytest.raises(SpotifyUnavailable, match=rf"while looking \({why}: is there a network\?\)\."):
            Transport().send("GET", url, doing="looking")


def test_certificates_that_are_named_and_not_there_are_said() -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        with pytest.raises(SurroundingsUnusable, match=f"The variable {name} names '/nowhere/ca.pem', and there is no"):
            check_certificates({name: "/nowhere/ca.pem"})
    check_certificates({"REQUESTS_CA_BUNDLE": __file__, "CURL_CA_BUNDLE": "/nowhere"})
    check_certificates({})
