"""Which tracks of the source are new to the target. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from archive.items import Item


@dataclass(frozen=True)
class Skipped:
    """An item that is not archived, and why."""

    item: Item
    reason: str


@dataclass(frozen=True)
class Selection:
    """`new` in source order, each once; `offered` = already_there + len(skipped) + len(new)."""

    offered: int
    already_there: int
    new: list[Item]
    skipped: list[Skipped]


def select(source: list[Item], target_uris: Iterable[str | None]) -> Selection:
    """Divide the items of `source` by what the target holds already."""
    there = set(target_uris)
    already_there = 0
    new: dict[str, Item] = {}
    skipped: list[Skipped] = []
    for item in source:
        reason = _unsuitable(item)
        if reason or item.uri is None:
            skipped.append(Skipped(item, reason))
        elif item.uri in new:
            skipped.append(Skipped(item, "stands in the source more than once"))
        elif item.uri in there:
            already_there += 1
        else:
            new[item.uri] = item
    return Selection(len(source), already_there, list(new.values()), skipped)


def _unsuitable(item: Item) -> str:
    if item.uri is None:
        return "Spotify shows nothing at this place"
    if item.is_local:
        return "local file: Spotify adds none through its API"
    if item.type == "episode":
        return "podcast episode"
    if item.type != "track":
        return f"neither track nor episode, but {item.type}"
    return "" if item.is_playable else "not playable"
