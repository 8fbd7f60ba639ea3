"""Spotify ids and URIs: 22 base62 characters, `spotify:<kind>:<id>`."""

import hashlib
import re
import string
from functools import lru_cache
from itertools import product

_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_PAIRS = ["".join(pair) for pair in product(_DIGITS, repeat=2)]
_ID = re.compile(r"[0-9A-Za-z]{22}")
_ADDABLE_URI = re.compile(r"spotify:(track|episode):[0-9A-Za-z]{22}")


@lru_cache(maxsize=1024)  # an artist is asked for with every track
def make_id(*parts: str) -> str:
    """A well-formed id that is always the same for the same parts."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:16])
    pairs = []
    for _ in range(11):
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(reversed(pairs))


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id."""
    return _ID.fullmatch(text) is not None


def is_addable_uri(text: str) -> bool:
    """Whether `text` has the form of a URI that a playlist takes through the API: a track or an episode."""
    return _ADDABLE_URI.fullmatch(text) is not None
