"""Reading back what a run added, and what may be remembered of the target afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from archive.errors import NotVisibleYet
from archive.items import Item
from archive.memory import Memory
from archive.plan import Plan, Progress
from archive.reading import Pages, read_on, read_pages, uris_of
from archive.spotify import PAGE, Spotify


@dataclass(frozen=True)
class Verification:
    """The target's total, and what is known of it now; None where nothing was known before."""

    total: int
    memory: Memory | None


def verify(spotify: Spotify, plan: Plan, progress: Progress, before: Memory | None) -> Verification:
    """Read the end of the target, or its top, and find every added track there.

    The target is remembered under the snapshot_id of the last add when what was added stands beside what stood there
    `before` and nothing else does: that snapshot_id, once Spotify shows it, can only mean these items. Otherwise it
    is remembered without one, so that it is read again, and what the listener removes is noticed. Raises
    NotVisibleYet, and what Spotify.page raises.
    """
    refused = {one["uri"] for one in progress.left_out}
    added = [_key(track) for track in plan.tracks[: progress.next] if track["uri"] not in refused]
    expected = plan.before + len(added)
    on_top = plan.position == "top"
    start = 0 if on_top else max(0, expected - PAGE * (len(added) // PAGE + 1))
    seen, total = _read(spotify, plan.target, start, len(added) if on_top else expected, to_the_end=not on_top)
    missing = {item.uri for item in added} - set(seen)
    if missing:
        raise NotVisibleYet(
            f"{len(missing)} of {len(added)} added tracks are not to be seen yet in playlist {plan.target}. "
            "The next run looks again."
        )
    if before is None or before.total != plan.before:
        return Verification(total, None)
    items = added + before.items if on_top else before.items + added
    is_certain = (
        bool(progress.snapshot_id)
        and total == len(items)
        and seen == [item.uri for item in items[start : start + len(seen)]]
    )
    there = {item.uri for item in added}
    removed = [item for item in before.removed if item.uri not in there]
    snapshot_ids = [progress.snapshot_id] if is_certain else []
    return Verification(total, Memory(plan.target, len(items), items, snapshot_ids, removed))


def _read(
    spotify: Spotify, playlist_id: str, start: int, end: int, *, to_the_end: bool
) -> tuple[Sequence[str | None], int]:
    """The URIs from `start` to `end`, or to wherever the end is, and the playlist's total."""
    pages: Pages = {}
    fetch = partial(spotify.page, playlist_id, media_fields="uri")
    if to_the_end:
        total = read_on(fetch, start, end, pages)
    else:
        read_pages(fetch, range(start, end, PAGE), pages)
        total = max(page.total for page in pages.values())
    return uris_of(pages), total


def _key(track: dict[str, str]) -> Item:
    return Item(uri=track["uri"], isrc=track["isrc"])
