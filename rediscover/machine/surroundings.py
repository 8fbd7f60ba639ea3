"""The shell's environment: what a run on this machine sees of it, and this project's own variables in it."""

import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

OWN = (
    *("REDISCOVER_HOME", "SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL"),
    *("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_REFRESH_TOKEN"),
)

PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "NO_PROXY", "no_proxy"),
)
"""All that a function of the embedded engine sees: no credentials are among these."""

_OF_THE_COMMAND = (
    *("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"),
    *("XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "TEMP", "TMP"),
)
"""The terminal, and where a user's data and temporary files are."""


NO_AWS_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""Instead of those in the user's home, which are read even while moto is loaded."""


def own(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with our variables trimmed of blanks, quotation marks and signs that nobody sees.

    One that is empty then is left out. What is odd inside is refused, by the variable's name, where it is used.
    """
    trimmed = {name: _trimmed(environment[name]) for name in OWN if name in environment}
    others = {name: value for name, value in environment.items() if name not in OWN}
    return others | {name: value for name, value in trimmed.items() if value}


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that keep requests to this machine away from the user's proxy."""
    listed = environment.get("no_proxy") or environment.get("NO_PROXY")
    everything = listed is not None and listed.strip() == "*"  # which is not understood in a list
    hosts = "*" if everything else ",".join(filter(None, (listed, "127.0.0.1", "localhost", "::1")))
    return {"no_proxy": hosts, "NO_PROXY": hosts}


@contextmanager
def undisturbed(**variables: str) -> Iterator[None]:
    """This process without what the user has set up for AWS, for its tools or for other programs; with `variables`.

    What may stay is listed, not what has to go: what AWS's libraries and moto read is nowhere written down.
    """
    kept = {name: os.environ[name] for name in (*PASSED_ON, *_OF_THE_COMMAND) if name in os.environ}
    with _replaced({**kept, **without_proxy(os.environ), **NO_AWS_FILES, **variables}):
        yield


@contextmanager
def past_proxies() -> Iterator[None]:
    """This process with no proxy between it and the servers of this machine."""
    with _replaced({**os.environ, **without_proxy(os.environ)}):
        yield


@contextmanager
def _replaced(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    try:
        _set(environment)
        yield
    finally:
        _set(before)


def _set(environment: Mapping[str, str]) -> None:
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


def _trimmed(value: str) -> str:
    start, end = 0, len(value)
    while start < end and _is_around(value[start]):
        start += 1
    while end > start and _is_around(value[end - 1]):
        end -= 1
    return value[start:end]


def _is_around(char: str) -> bool:
    return char in "'\"" or char.isspace() or unicodedata.category(char) in ("Cc", "Cf")
