"""What became of the run before this one, where it was cut off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rediscover.executions.kept import Executions
from rediscover.executions.reports import CutOff, cut_off
from rediscover_archive.documents import Readable
from rediscover_archive.pairs.memory import memory_key, recall
from rediscover_archive.pairs.references import named
from rediscover_archive.text import counted


@dataclass(frozen=True)
class Earlier:
    """The run before, by name, and what it had done."""

    run: str
    unfinished: list[CutOff]


def earlier(executions: Executions, documents: Readable) -> Earlier | None:
    """The run before, if it was cut off with something to add."""
    before = next(iter(executions.all()), None)
    if before is None or before["status"] != "ABORTED":
        return None
    unfinished = cut_off(documents, before["name"])
    return Earlier(before["name"], unfinished) if unfinished else None


def completed(before: Earlier, report: Mapping[str, Any], documents: Readable) -> Iterator[str]:
    """What this run, by its report, found of the one before, and what it added to it."""
    for one in before.unfinished:
        pair = next((pair for pair in report["pairs"] if pair["target_id"] == one.target), None)
        if pair is None:
            yield (
                f"The run before, {before.run}, was cut off after {len(one.added)} of {counted(len(one.tracks), 'track')} for "
                f"https://open.spotify.com/playlist/{one.target}. Run that pair again, which completes it."
            )
        elif pair["outcome"] in ("added", "nothing_new"):
            yield _found(before.run, one, pair, documents)


def _found(run: str, one: CutOff, pair: Mapping[str, Any], documents: Readable) -> str:
    memory = recall(documents, memory_key(one.target, "target"), one.target)
    there = {item.uri for item in memory.held} if memory else {track["uri"] for track in one.added}
    now = {track["uri"] for track in pair["added_tracks"]}
    wanted = {track["uri"] for track in one.tracks}
    return (
        f"The run before, {run}, was cut off: of its {counted(len(wanted), 'track')} for "
        f"{named(pair['target_name'], pair['target'])} {len((wanted & there) - now)} were there already, and this run "
        f"added {len(wanted & now)}."
    )
