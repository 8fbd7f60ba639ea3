"""Spotify ids and URIs: 22 base62 characters, `spotify:<kind>:<id>`."""

import hashlib
import re
import string

_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_ID = re.compile(r"[0-9A-Za-z]{22}")
_ADDABLE_URI = re.compile(r"spotify:(track|episode):[0-9A-Za-z]{22}")


def make_id(*parts: str) -> str:
    """A well-formed id that is always the same for the same parts."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:16])
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id."""
    return _ID.fullmatch(text) is not None


def is_addable_uri(text: str) -> bool:
    """Whether `text` has the form of a URI that a playlist takes through the API: a track or an episode."""
    return _ADDABLE_URI.fullmatch(text) is not None
