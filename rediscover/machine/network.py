"""Whether there is a network, and what the shell names for it is there: known before a run begins, said once."""

import socket
import time
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from rediscover.errors import NoNetwork, SurroundingsUnusable

PATIENCE = 6.0
"""Seconds in which a connection must come about; a laptop that has just woken needs some."""

AGAIN = 0.5

CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The variables by which certificates are found (Requests, SSL Cert Verification); the first that is set counts."""


def check_network(url: str, patience: float = PATIENCE) -> None:
    """Raise NoNetwork where the server of `url`, or the proxy that leads to it, cannot be connected to.

    The state machine would try for a minute or two, as is right on AWS, where there is always a network.
    """
    host, port, role = _first_hop(url)
    if host is None:
        return
    ends = time.monotonic() + patience
    while problem := _problem(host, port, ends - time.monotonic()):
        if time.monotonic() + AGAIN >= ends:
            raise NoNetwork(
                f"There is no network, or no way to Spotify: {role}{host} {problem}. Nothing was started. Run it again "
                "when there is one."
            )
        time.sleep(AGAIN)


def check_certificates(environment: Mapping[str, str]) -> None:
    """Raise SurroundingsUnusable where the certificates that the environment names are not there."""
    named = next(((name, environment[name]) for name in CERTIFICATES if environment.get(name)), None)
    if named and not Path(named[1]).exists():
        raise SurroundingsUnusable(
            f"The variable {named[0]} names {named[1]!r}, and there is nothing. Set it to the file of your "
            "certificates, or unset it."
        )


def _first_hop(url: str) -> tuple[str | None, int, str]:
    """Host and port to connect to first, and what to call it; no host where a proxy is named that is none."""
    there, proxies = urlsplit(url), getproxies()
    proxy = proxies.get(there.scheme) or proxies.get("all")
    if not proxy or (there.hostname and proxy_bypass(there.hostname)):
        return *_place(there), ""
    try:
        return *_place(urlsplit(proxy if "://" in proxy else f"http://{proxy}")), "the proxy "
    except ValueError:
        return None, 0, ""


def _place(url: SplitResult) -> tuple[str | None, int]:
    """Raises ValueError for an odd port."""
    return url.hostname, url.port or (443 if url.scheme == "https" else 80)


def _problem(host: str, port: int, seconds: float) -> str | None:
    """Why no connection comes about; None where it does. No timeout ends the look-up of a name, hence the thread."""
    outcome: Future[None] = Future()

    def connect() -> None:
        try:
            socket.create_connection((host, port), max(seconds, AGAIN)).close()
            outcome.set_result(None)
        except (OSError, UnicodeError) as error:  # a name that is too long is the latter
            outcome.set_exception(error)

    Thread(target=connect, daemon=True).start()
    try:
        outcome.result(max(seconds, AGAIN))
    except TimeoutError:
        return "does not answer"
    except (socket.gaierror, UnicodeError):
        return "is a name that cannot be looked up"
    except OSError as error:
        return f"cannot be connected to ({error.strerror or type(error).__name__})"
    return None
