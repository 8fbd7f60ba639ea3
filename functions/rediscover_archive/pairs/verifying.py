"""Reading back what a run added, and what may be remembered of the target afterwards."""

from dataclasses import dataclass, replace
from functools import partial

from rediscover_archive.errors import NotVisibleYet
from rediscover_archive.pairs.memory import Memory, Sent
from rediscover_archive.pairs.plan import Plan, Progress, added
from rediscover_archive.pairs.standing import stand_ins
from rediscover_archive.spotify.client import PAGE, Spotify
from rediscover_archive.spotify.items import KEY_FIELDS, TRACK_FIELDS, Item
from rediscover_archive.spotify.pages import Fetch, Pages, items_of, read_on, read_pages


@dataclass(frozen=True)
class Verification:
    """The target's total, what is known of it now (None where nothing was known before), and tracks shown otherwise.

    `shown` are the rows that were read back, by the URIs of the tracks that they stand for; `verified` are the tracks
    that one shows as they are.
    """

    total: int
    memory: Memory | None
    otherwise: list[Item]
    shown: dict[str, Item]
    verified: list[Item]


def verify(spotify: Spotify, plan: Plan, progress: Progress, before: Memory | None) -> Verification:
    """Read the end of the target, or its top, and find every added track there, or the row that stands for it.

    The target is remembered under the snapshot_id of the last add when what was added stands beside what stood there
    `before` and nothing else does: that snapshot_id, once Spotify shows it, can only mean these items. Otherwise it
    is remembered without one, so that it is read again, and what the listener removes is noticed. Where the plan lacks
    names, they are read too. Raises NotVisibleYet, and what Spotify.page raises.
    """
    ours = [Item(uri=track["uri"], isrc=track["isrc"]) for track in added(plan, progress)]
    fields = KEY_FIELDS if plan.is_named else TRACK_FIELDS
    expected = plan.before + len(ours)
    on_top = plan.on_top
    start = 0 if on_top else max(0, expected - PAGE * (len(ours) // PAGE + 1))
    fetch = partial(spotify.page, plan.target, media_fields=fields)
    rows, total = _top(fetch, plan.before, len(ours)) if on_top else _bottom(fetch, start, expected)
    shown = {str(row.uri): row for row in rows if row.uri}
    ours = [replace(item, isrc=shown[str(item.uri)].isrc) if str(item.uri) in shown else item for item in ours]
    missing = [item for item in ours if item.uri not in shown]
    at = 0 if on_top else plan.before - start
    standing = _standing(ours, rows, before, at if total == expected else None) if missing else {}
    unseen = [item for item in missing if item.uri not in standing]
    if unseen:
        raise NotVisibleYet(
            f"{len(unseen)} of {len(ours)} that were added cannot be seen yet in playlist {plan.target}. They were "
            "taken, so they count as there; the next run looks again."
        )
    shown |= {uri: rows[row] for uri, row in standing.items()}
    as_they_are = [item for item in ours if item not in missing]
    if before is None:
        return Verification(total, None, missing, shown, as_they_are)
    if before.total != plan.before:  # another execution has read the target meanwhile
        known = _with_late(before, rows, on_top=on_top)
        known = replace(known, total=len(known.items) + known.unseen, snapshot_ids=[])
        return Verification(total, known, missing, shown, as_they_are)
    planned = {*plan.uris}
    before = _with_late(before, [row for row in rows if row.uri not in planned], on_top=on_top)
    times = {row.uri: row.added_at for row in rows}
    as_shown = [
        rows[standing[str(item.uri)]] if item.uri in standing else replace(item, added_at=times[item.uri])
        for item in ours
    ]
    items = as_shown + before.items if on_top else before.items + as_shown
    is_certain = (
        bool(progress.snapshot_id and before.snapshot_ids)
        and total == len(items) + before.unseen
        and [row.uri for row in rows] == [item.uri for item in items[start : start + len(rows)]]
    )
    memory = _remembered(before, _with_isrcs(ours, standing, rows), standing, items, on_top=on_top)
    newest = max((before.newest, *(row.added_at for row in rows)))
    snapshot_ids = [progress.snapshot_id] if is_certain else []
    if not ours and total == before.total:
        snapshot_ids = before.snapshot_ids
    return Verification(total, replace(memory, snapshot_ids=snapshot_ids, newest=newest), missing, shown, as_they_are)


def _standing(ours: list[Item], rows: list[Item], before: Memory | None, at: int | None) -> dict[str, int]:
    """The rows that stand for tracks that none shows; `at` is where ours begin, if nothing but them was added.

    None that came no later than any did `before` does, unless others of ours came with it.
    """
    uris = [str(item.uri) for item in ours]
    old = {item.uri for item in before.items} if before else set()
    found = stand_ins(uris, rows, old)
    times = {row.uri: row.added_at for row in rows}
    if at is not None and len(rows) >= at + len(uris):
        others = {*uris, *old} - {None}
        here = ((uri, at + place) for place, uri in enumerate(uris) if uri not in times)
        found |= {uri: row for uri, row in here if rows[row].uri not in others}
    newest = before.newest if before else ""
    ours_came = {times[uri] for uri in uris if uri in times}
    came = {place for place, row in enumerate(rows) if row.added_at in ours_came or not "" < row.added_at <= newest}
    return {uri: row for uri, row in found.items() if row in came}


def _with_late(before: Memory, rows: list[Item], *, on_top: bool) -> Memory:
    """`before` with what was sent earlier, was not shown then and is now: from now on its removal can be noticed."""
    sent = {one.item.uri for one in before.sent if one.row < 0}
    late = {row.uri: row for row in rows if row.uri in sent}
    moved = len(late) if on_top else 0
    return replace(
        before,
        items=[*late.values(), *before.items] if on_top else [*before.items, *late.values()],
        sent=[one.lower(moved) for one in before.sent if one.item.uri not in late],
    )


def _with_isrcs(ours: list[Item], standing: dict[str, int], rows: list[Item]) -> list[Item]:
    """Ours, with the recordings that the rows in their place show where they have none, as what was pasted."""
    places = [standing.get(str(item.uri)) for item in ours]
    return [
        item if item.isrc or place is None else replace(item, isrc=rows[place].isrc)
        for item, place in zip(ours, places, strict=True)
    ]


def _remembered(
    before: Memory, ours: list[Item], standing: dict[str, int], items: list[Item], *, on_top: bool
) -> Memory:
    """The target with the `items` that are ours and what stood there before."""
    new = {item.uri for item in ours}
    first, moved = (0, len(ours)) if on_top else (len(before.items), 0)
    sent = [one.lower(moved) for one in before.sent if one.item.uri not in new]
    sent += [Sent(item, first + place) for place, item in enumerate(ours) if item.uri in standing]
    total = len(items) + before.unseen
    head_total = total + before.head_total - before.total if before.head_total >= 0 else -1
    removed = [item for item in before.removed if item.uri not in new]
    return replace(before, total=total, items=items, head_total=head_total, sent=sent, removed=removed, doubt=[])


def _bottom(fetch: Fetch, start: int, end: int) -> tuple[list[Item], int]:
    """The rows from `start` to the end, which is `end` if nobody else edited the playlist, and its total."""
    pages: Pages = {}
    read_on(fetch, start, end, pages)
    return items_of(pages), max(page.total for page in pages.values())


def _top(fetch: Fetch, before: int, ours: int) -> tuple[list[Item], int]:
    """The first rows, from the top down to one that stood there before if the listener put others above, and the total.

    That one tells, as at the bottom, whether what stood beside ours was edited.
    """
    pages: Pages = {}
    read_pages(fetch, range(0, ours + 1, PAGE), pages)
    total = max(page.total for page in pages.values())
    read_pages(fetch, range(0, total - before + 1, PAGE), pages)
    return items_of(pages), max(page.total for page in pages.values())
