"""Reading a long source that has grown: its new rows, where the others at both ends are those that are remembered."""

from datetime import UTC, datetime, timedelta

from rediscover_archive.pairs.memory import Memory
from rediscover_archive.spotify.client import PAGE, Head
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.pages import Fetch, Pages, Picture, items_of, read_on

WHOLE_EVERY = timedelta(days=30)
"""After which a source is read whole: only then is a row seen that took the place of another one in the middle."""

OVERLAP = PAGE // 5
"""Fewest remembered rows that must be seen again at an end."""


def grown(fetch: Fetch, head: Head, memory: Memory) -> Picture | None:
    """The source by its first rows, which `head` has, its last ones and `memory`; None where it has to be read whole.

    What is new stands above or below all of what is remembered, or both, and the total counts just that. Raises
    PlaylistChanging and what `fetch` raises.
    """
    above = _above(head, memory)
    if above is None or memory.unseen or not _was_read_whole(memory):
        return None
    below = head.total - len(memory.items) - above
    pages_of_rest = _pages(head.total - len(head.first))
    start = head.total - PAGE * _pages(below + OVERLAP)
    if below < 0 or _pages(head.total - start) >= pages_of_rest:
        return None
    pages: Pages = {}
    read_on(fetch, start, head.total, pages)
    last = items_of(pages)
    is_whole = len(last) == head.total - start and {page.total for page in pages.values()} == {head.total}
    if not is_whole or not _are_same(last[: len(last) - below], memory.items[start - above :]):
        return None
    between = memory.items[len(head.first) - above : start - above]
    return Picture([*head.first, *between, *last], head.total, 0)


def today() -> str:
    """The day, in UTC, as `Memory.read_whole` has it."""
    return datetime.now(UTC).date().isoformat()


def _above(head: Head, memory: Memory) -> int | None:
    """How many of the first rows are new, above rows that are remembered; None where those do not follow."""
    first = head.first
    for above in range(max(0, len(first) - OVERLAP) + 1):
        if _are_same(first[above:], memory.items[: len(first) - above]):
            return above
    return None


def _was_read_whole(memory: Memory) -> bool:
    """Lately, and not on a day to come, as a clock that went wrong may have it."""
    now = datetime.now(UTC).date()
    return (now - WHOLE_EVERY).isoformat() < memory.read_whole <= now.isoformat()


def _are_same(rows: list[Item], remembered: list[Item]) -> bool:
    return [(row.uri, row.added_at) for row in rows] == [(row.uri, row.added_at) for row in remembered]


def _pages(rows: int) -> int:
    return -(-rows // PAGE)
