"""What the bodies of the Web API's answers hold."""

import re
from typing import Any, TypeGuard

from rediscover_archive.errors import MalformedAnswer
from rediscover_archive.spotify.items import Item, item_of
from rediscover_archive.spotify.limits import MOST
from rediscover_archive.spotify.transport import IF_IT_GOES_ON

LONGEST_SNAPSHOT = 1_000
"""Most characters of a snapshot_id; Spotify's have less than a hundred."""


def id_of(playlist: dict[str, Any]) -> str:
    """The id of a playlist in an answer. Raises MalformedAnswer."""
    found = playlist.get("id")
    if not isinstance(found, str) or not re.fullmatch(r"[0-9A-Za-z]{22}", found):
        raise MalformedAnswer(f"Spotify's playlist has no id of 22 letters and digits. {IF_IT_GOES_ON}")
    return found


def total_of(body: dict[str, Any], doing: str) -> int:
    """How many items there are in all. Raises MalformedAnswer."""
    total = body.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or not 0 <= total <= MOST:
        raise MalformedAnswer(f"Spotify's answer while {doing} has no total that can be. {IF_IT_GOES_ON}")
    return total


def entries_of(page: dict[str, Any], most: int, doing: str) -> list[Any]:
    """The entries of a page that was asked for at most `most`. Raises MalformedAnswer.

    Of more than that the first are taken: what follows stands on the next page, which is asked for too.
    """
    entries = page.get("items")
    if not isinstance(entries, list):
        raise MalformedAnswer(f"Spotify's answer while {doing} has no list of items. {IF_IT_GOES_ON}")
    return entries[:most]


def items_in(page: dict[str, Any], most: int, doing: str) -> list[Item]:
    """The items of a page, as `entries_of` has its entries. Raises MalformedAnswer."""
    return [item_of(entry) for entry in entries_of(page, most, doing)]


def is_snapshot(value: Any) -> TypeGuard[str]:
    """Whether it can be the version of a playlist."""
    return isinstance(value, str) and value.isprintable() and len(value) <= LONGEST_SNAPSHOT
