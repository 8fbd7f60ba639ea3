"""Looking where a run's tracks stand in a target, with as few pages as show them for certain."""

from dataclasses import dataclass
from functools import partial

from rediscover_archive.pairs.plan import Plan, Progress, added
from rediscover_archive.spotify.client import BATCH, PAGE, Spotify
from rediscover_archive.spotify.items import KEY_FIELDS, Item
from rediscover_archive.spotify.pages import Pages, changing, has_twice, items_of, read_on, read_pages, whole_page

LOOKS = 3
"""How often the target is looked at once more where its pages contradict each other, until two looks show the same."""


@dataclass(frozen=True)
class Look:
    """The rows that were looked at, the target's total, and how many items it counts there that no row shows."""

    rows: list[Item]
    total: int
    unseen: int


def look_at(spotify: Spotify, plan: Plan, progress: Progress, beside: str | None) -> Look:
    """Where this run adds: at the top of the target, or at its end, `beside` the track that stood there before.

    Raises what Spotify.page raises, and PlaylistChanging where rows are moved at every look.
    """
    look = partial(_top, progress=progress) if plan.on_top else _bottom
    pages = look(spotify, plan, beside=beside)
    for _ in range(LOOKS):
        if not has_twice(items_of(pages)) and len({page.total for page in pages.values()}) == 1:
            break
        before, pages = pages, look(spotify, plan, beside=beside)
        if pages == before:
            break
    else:
        raise changing(plan.target)
    total = max(page.total for page in pages.values())
    return Look(items_of(pages), total, sum(page.unseen for page in pages.values()))


def _bottom(spotify: Spotify, plan: Plan, beside: str | None) -> Pages:
    """The end of the target, from far enough up to hold all that this run may have added.

    This run's tracks begin where the target ended before. Where its last track is not in its place, since the listener
    has removed some meanwhile, everything is read.
    """
    fetch = partial(spotify.page, plan.target, media_fields=KEY_FIELDS)
    start = max(0, plan.before - BATCH)
    pages = {start: whole_page(fetch, start)}
    total = read_on(fetch, start, pages[start].total, pages)
    last = items_of(pages)[plan.before - 1 - start : plan.before - start]
    if start == 0 or (beside and [row.uri for row in last] == [beside]):
        return pages
    whole = {} if start % PAGE else pages
    read_on(fetch, 0, total, whole)
    return whole


def _top(spotify: Spotify, plan: Plan, beside: str | None, progress: Progress) -> Pages:
    """The top of the target, as far down as this run's tracks may have come.

    While the total is no larger than this run can have made it, they are at most a batch lower than where it put
    them; with a larger one, or where the first track of before is not to be seen, the listener added some, and
    everything is read.
    """
    fetch = partial(spotify.page, plan.target, media_fields=KEY_FIELDS)
    first = whole_page(fetch, 0)
    ours = len(added(plan, progress))
    end = ours + 2 * BATCH
    if first.total > plan.before + ours + BATCH:
        end = first.total
    pages = {0: first}
    read_pages(fetch, range(0, min(end, first.total), PAGE), pages)
    if beside is None or all(row.uri != beside for row in items_of(pages)):
        read_pages(fetch, range(0, first.total, PAGE), pages)
    return pages
