"""Where a token may be sent."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from archive.errors import InvalidInput
from archive.text import is_plain, repeated


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


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
