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


def look_at(spotify: Spotify, plan: Plan, progress: Progress) -> Look:
    """Where this run adds: at the top of the target, or at its end.

    Raises what Spotify.page raises, and PlaylistChanging where rows are moved at every look.
    """
    look = _top if plan.position == "top" else _bottom
    pages = look(spotify, plan, progress)
    for _ in range(LOOKS):
        if not has_twice(items_of(pages)) and len({page.total for page in pages.values()}) == 1:
            break
        before, pages = pages, look(spotify, plan, progress)
        if pages == before:
            break
    else:
        raise changing(plan.target)
    total = max(page.total for page in pages.values())
    return Look(items_of(pages), total, sum(page.unseen for page in pages.values()))


def _bottom(spotify: Spotify, plan: Plan, progress: Progress) -> Pages:
    """The end of the target, from far enough up to hold all that this run may have added.

    This run's tracks begin where the target ended before, or, if the listener removed some meanwhile, at most a
    batch higher while the total is what it would be without this batch. With a smaller total everything is read.
    """
    fetch = partial(spotify.page, plan.target, media_fields=KEY_FIELDS)
    first = whole_page(fetch, max(0, plan.before - BATCH))
    start = 0 if first.total < plan.before + len(added(plan, progress)) else first.offset
    pages = {first.offset: first}
    read_on(fetch, start, first.total, pages)
    return pages


def _top(spotify: Spotify, plan: Plan, progress: Progress) -> Pages:
    """The top of the target, as far down as this run's tracks may have come.

    While the total is no larger than this run can have made it, they are at most a batch lower than where it put
    them; with a larger one the listener added some, and everything is read.
    """
    fetch = partial(spotify.page, plan.target, media_fields=KEY_FIELDS)
    first = whole_page(fetch, 0)
    ours = len(added(plan, progress))
    end = ours + 2 * BATCH
    if first.total > plan.before + ours + BATCH:
        end = first.total
    pages = {0: first}
    read_pages(fetch, range(0, min(end, first.total), PAGE), pages)
    return pages
