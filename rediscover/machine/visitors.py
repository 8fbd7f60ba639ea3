"""Who may ask a server on this machine: a program of the same user, and no web page."""

from collections.abc import Mapping

from rediscover.machine.peers import Address, is_ours

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""What a page may send to anyone, without asking the server first (Fetch Standard, CORS-safelisted request-header)."""


def objection(headers: Mapping[str, str], peer: Address, own: Address) -> str | None:
    """Why a request is refused, None where it is not; `headers` by their names in small letters.

    Every request of a page to a server of another name has an Origin, a Sec-Fetch-Site or both (Fetch Standard).
    """
    if "origin" in headers or "sec-fetch-site" in headers:
        return "This server is for programs, not for web pages."
    return objection_to_any(headers, peer, own)


def objection_to_any(headers: Mapping[str, str], peer: Address, own: Address) -> str | None:
    """The same for what pages may ask for too.

    The Host must be our address and port: a page of any name can have its name lead here, and is then no stranger to
    its browser.
    """
    if headers.get("host") != f"{own[0]}:{own[1]}":
        return "This server answers to its own address only."
    return None if is_ours(peer, own) else "This server is for the user who started it."


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether a page could have sent this without asking: it is what forms send, and bears no credentials."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in FORMS and "authorization" not in headers
