"""Pages that do not show what was given: relinked and hidden items, lowered limits, totals that are none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from rediscover.simulator.endpoints.calls import MOST_PER_PAGE, Call
from rediscover.simulator.world import shapes
from rediscover.simulator.world.playlists import Entry

T = TypeVar("T")


def seen(call: Call, playlist_id: str, entry: Entry) -> Entry:
    """An entry as readers see it: the media that `World.show_as` put in its place."""
    key = playlist_id, str(entry.uri)
    return replace(entry, media=call.world.shown[key]) if key in call.world.shown else entry


def page(
    call: Call,
    entries: Sequence[T],
    shape: Callable[[T], tuple[str | None, shapes.Json]],
    *,
    place: str,
    url: str,
    offset: int,
    limit: int,
    query: Mapping[str, str],
) -> shapes.Json:
    """The page of `entries` from `offset`; `shape` gives an entry's URI and its row, `place` is as of `World.hide`."""
    settings = call.world.settings
    most = min(limit, settings.most_rows)
    shaped = [shape(entry) for entry in entries[offset : offset + most + settings.extra_rows]]
    rows = [row for uri, row in shaped if (place, str(uri)) not in call.world.hidden]
    told = most if settings.most_rows_are_told else limit
    made = shapes.page(
        rows,
        url=url,
        offset=offset,
        limit=told,
        total=len(entries),
        query=query,
        following_limit=min(told, MOST_PER_PAGE),
    )
    return {**made, "total": len(rows)} if settings.total_is_page_length and "fields" in call.query else made


def counted(call: Call, items: shapes.Json) -> dict[str, Any]:
    """The items of a playlist's head, whose total may differ from its pages'."""
    return {**items, "total": items["total"] + call.world.settings.head_total_off}
