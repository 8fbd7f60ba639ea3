"""Which tracks of the source are new to the target. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from rediscover_archive.pairs.options import Options
from rediscover_archive.spotify.items import Item
from rediscover_archive.text import quoted

ELSEWHERE = "in another playlist already (not_in)"

REMOVED = "you removed it from the target"


@dataclass(frozen=True)
class Skipped:
    """An item that is not archived, and why."""

    item: Item
    reason: str


@dataclass(frozen=True)
class Selection:
    """`new` in source order, each once; `offered` = len(there) + len(skipped) + len(new)."""

    offered: int
    there: list[Item]
    new: list[Item]
    skipped: list[Skipped]

    @property
    def already_there(self) -> int:
        """How many the target holds."""
        return len(self.there)

    @property
    def elsewhere(self) -> list[Item]:
        """Those of `skipped` that a playlist of `not_in` holds."""
        return [one.item for one in self.skipped if one.reason == ELSEWHERE]


class _Known:
    """Items that are told apart by URI, and by ISRC too where `match` says so."""

    def __init__(self, match: str, items: Iterable[Item] = ()) -> None:
        self._by_isrc = match == "isrc"
        self._keys: set[str] = set()
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        self._keys |= self._of(item)

    def __contains__(self, item: Item) -> bool:
        return not self._keys.isdisjoint(self._of(item))

    def _of(self, item: Item) -> set[str]:
        return {key for key in (item.uri, item.isrc if self._by_isrc else None) if key}


def select(
    source: list[Item], target: list[Item], removed: list[Item], options: Options, elsewhere: Iterable[Item] = ()
) -> Selection:
    """Divide the items of `source` by what the `target` holds already, what was `removed` from it, and what stands
    `elsewhere`, in the playlists of `not_in`.
    """
    there, gone = _Known(options.match, target), _Known(options.match, removed)
    others = _Known(options.match, elsewhere)
    chosen = _Known(options.match)
    standing: list[Item] = []
    new: list[Item] = []
    skipped: list[Skipped] = []
    for item in source:
        reason = _unsuitable(item, options)
        if not reason and item in chosen:
            reason = "stands in the source more than once"
        elif not reason and item in there:
            standing.append(item)
            continue
        elif not reason and item in others:
            reason = ELSEWHERE
        elif not reason and item in gone and not options.bring_back_removed:
            reason = REMOVED
        elif not reason and len(new) == options.limit_added:
            reason = f"left for the next run: at most {options.limit_added} are added in one"
        if reason:
            skipped.append(Skipped(item, reason))
        else:
            new.append(item)
            chosen.add(item)
    return Selection(len(source), standing, new, skipped)


def shown(items: Iterable[Item], rows: Iterable[Item], options: Options) -> list[Item]:
    """Those of `items` that a row shows."""
    known = _Known(options.match, rows)
    return [item for item in items if item in known]


def _unsuitable(item: Item, options: Options) -> str:
    if item.is_local:
        return "local file: Spotify adds none through its API"
    if item.uri is None:
        return "Spotify gives it no URI that can be added" if item.name else "Spotify shows nothing at this place"
    if item.type == "episode" and not options.include_episodes:
        return "podcast episode"
    if item.type not in ("track", "episode"):
        return f"neither track nor episode, but {quoted(item.type)}"
    if item.explicit and options.exclude_explicit:
        return "marked as explicit"
    return "" if item.is_playable else "not playable"
