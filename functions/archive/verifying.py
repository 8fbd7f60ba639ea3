"""Reading back what a run added, and what may be remembered of the target afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import NotVisibleYet
from archive.items import Item
from archive.memory import Memory
from archive.plan import Plan, Progress
from archive.reading import read_pages
from archive.spotify import PAGE, Page, Spotify


@dataclass(frozen=True)
class Verification:
    """The target's total, and its memory where all of it is certain."""

    total: int
    memory: Memory | None


def verify(spotify: Spotify, plan: Plan, progress: Progress, before: Memory | None) -> Verification:
    """Read the end of the target and find every added track there.

    The target is remembered under the snapshot_id of the last add when what was added follows what stood there
    `before` and nothing else does: that snapshot_id, once Spotify shows it, can only mean these items. Raises
    NotVisibleYet, and what Spotify.page raises.
    """
    refused = {one["uri"] for one in progress.left_out}
    added = [uri for uri in plan.uris[: progress.next] if uri not in refused]
    expected = plan.before + len(added)
    start = max(0, expected - PAGE * (len(added) // PAGE + 1))
    tail, total = _tail(spotify, plan.target, start, expected)
    missing = set(added) - set(tail)
    if missing:
        raise NotVisibleYet(
            f"{len(missing)} of {len(added)} added tracks are not to be seen yet in playlist {plan.target}. "
            "It is looked at again."
        )
    return Verification(total, _memory(plan, progress, before, added, start, tail))


def _tail(spotify: Spotify, playlist_id: str, start: int, expected: int) -> tuple[list[str | None], int]:
    pages: dict[int, Page] = {}
    read_pages(spotify, playlist_id, range(start, max(expected, start + 1), PAGE), "uri", pages)
    total = max(page.total for page in pages.values())
    read_pages(spotify, playlist_id, range(max(pages) + PAGE, total, PAGE), "uri", pages)
    return [item.uri for offset in sorted(pages) for item in pages[offset].items], total


def _memory(
    plan: Plan,
    progress: Progress,
    before: Memory | None,
    added: Sequence[str],
    start: int,
    tail: Sequence[str | None],
) -> Memory | None:
    if before is None or before.total != plan.before or not progress.snapshot_id:
        return None
    items = before.items + [Item(uri=uri) for uri in added]
    if [item.uri for item in items[start:]] != list(tail):
        return None
    return Memory(plan.target, len(items), items, [progress.snapshot_id])
