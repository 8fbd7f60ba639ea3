"""What the stack tells its functions through their environment, parsed once."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from rediscover_archive.errors import InvalidInput
from rediscover_archive.text import is_plain, repeated


@dataclass(frozen=True)
class Settings:
    """The template's environment variables; what a function has no use for is not set for it, and empty here."""

    bucket: str
    api_url: str
    accounts_url: str
    credentials_secret: str
    token_secret: str
    source: str
    target: str
    create_target: str
    settle_seconds: int
    notify_on: str
    topic: str
    how_to_renew: str
    page_url: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `environment`. Raises InvalidInput, which names the variable that cannot be used."""
        settle = environment.get("SETTLE_SECONDS", "5")
        if not settle.isdecimal():
            raise InvalidInput(f"SETTLE_SECONDS: {repeated(settle)} is not a whole number of seconds.")
        return cls(
            bucket=environment.get("BUCKET", ""),
            api_url=api_url(environment),
            accounts_url=accounts_url(environment),
            credentials_secret=environment.get("CREDENTIALS_SECRET", ""),
            token_secret=environment.get("ACCESS_TOKEN_SECRET", ""),
            source=environment.get("SOURCE_PLAYLIST", ""),
            target=environment.get("TARGET_PLAYLIST", ""),
            create_target=environment.get("CREATE_TARGET", ""),
            settle_seconds=int(settle),
            notify_on=environment.get("NOTIFY_ON", "additions"),
            topic=environment.get("TOPIC", ""),
            how_to_renew=environment.get("HOW_TO_RENEW", ""),
            page_url=environment.get("PAGE_URL", ""),
            options=_options(environment.get("OPTIONS", "{}")),
        )


def api_url(environment: Mapping[str, str]) -> str:
    """Where the Web API is. Raises InvalidInput."""
    return base_url("SPOTIFY_API_URL", environment.get("SPOTIFY_API_URL") or "https://api.spotify.com/v1")


def accounts_url(environment: Mapping[str, str]) -> str:
    """Where the accounts service is. Raises InvalidInput."""
    return base_url("SPOTIFY_ACCOUNTS_URL", environment.get("SPOTIFY_ACCOUNTS_URL") or "https://accounts.spotify.com")


def base_url(name: str, value: str) -> str:
    """`value` of the environment variable `name` without a slash at its end. Raises InvalidInput, which names it.

    Over plain HTTP a token would be there to read for everyone on the way, so it must be HTTPS but on this machine.
    """
    try:
        url = urlsplit(value if is_plain(value) and "\\" not in value else "")
        host, _ = url.hostname, url.port
    except ValueError:
        host = None
    if not host or url.username is not None or url.query or url.fragment or url.scheme not in ("https", "http"):
        raise InvalidInput(f"{name}: {repeated(value)} is not an address such as https://api.spotify.com/v1.")
    if url.scheme == "http" and not _is_loopback(host):
        raise InvalidInput(
            f"{name}: {repeated(value)} is plain HTTP, over which the token could be read on the way. Give an https "
            "address."
        )
    return value.rstrip("/")


def _options(text: str) -> dict[str, Any]:
    try:
        options = json.loads(text)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise InvalidInput(f"OPTIONS: {repeated(text)} is not a JSON object.")
    return options


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
