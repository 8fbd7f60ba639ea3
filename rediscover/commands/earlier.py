"""What runs before this one had added where they were interrupted, which none of them could tell."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from rediscover.executions.finished import Ended
from rediscover.executions.kept import Executions
from rediscover.executions.reports import CutOff, cut_off, report_of
from rediscover.machine import files
from rediscover.places.home import Home
from rediscover_archive.documents import Readable
from rediscover_archive.pairs.memory import memory_key, recall
from rediscover_archive.pairs.plan import report_key
from rediscover_archive.pairs.references import named
from rediscover_archive.spotify.items import playlist_link

DONE = ("added", "nothing_new")
"""Outcomes of a pair whose target was read, and holds all that was to be added."""


@dataclass(frozen=True)
class Earlier:
    """A run before, by name, and what it had done."""

    run: str
    unfinished: list[CutOff]


def earlier(executions: Executions, documents: Readable) -> list[Earlier]:
    """The runs since the last that told what it did which were cut off with something to add, the latest first."""
    found = []
    for before in executions.all():
        if _is_dry(before):
            continue
        if before["status"] == "SUCCEEDED" or report_of(documents, before["name"]):
            break
        if before["status"] == "ABORTED" and (unfinished := cut_off(documents, before["name"])):
            found.append(Earlier(before["name"], unfinished))
    return found


def with_earlier(ended: Ended, before: Iterable[Earlier], home: Home) -> Ended:
    """A run whose report also says, as `interrupted`, what those before it had added, as the home keeps it, too.

    A dry run leaves that to the next one.
    """
    report = ended.report
    if report is None or report.get("outcome") == "dry_run" or not (found := list(_found(before, report, home))):
        return ended
    report = {**report, "interrupted": found}
    where = home.documents.where(report_key(ended.execution["name"]))
    with suppress(OSError):  # it is printed all the same
        files.replace(where, json.dumps(report, ensure_ascii=False).encode(), home.path / files.PARTIAL)
    return replace(ended, report=report)


def _found(before: Iterable[Earlier], report: Mapping[str, Any], home: Home) -> Iterator[dict[str, Any]]:
    """What each had added to a target; of what this run looked at, all that is there and that no later run added."""
    later: dict[str, set[str]] = defaultdict(set)
    for pair in report["pairs"]:
        later[pair["target_id"]] |= {track["uri"] for track in pair["added_tracks"]}
    for one in before:
        for unfinished in one.unfinished:
            target = unfinished.target
            pair = next((p for p in report["pairs"] if p["target_id"] == target and p["outcome"] in DONE), None)
            there = _there(unfinished, home.documents if pair else None)
            tracks = [track for track in unfinished.tracks if track["uri"] in there - later[target]]
            later[target] |= {track["uri"] for track in tracks}
            yield {
                "run": one.run,
                "target_id": target,
                "target_name": named(pair["target_name"], pair["target"]) if pair else playlist_link(target),
                "planned": len(unfinished.tracks),
                "added_tracks": tracks,
                "completed": pair is not None,
            }


def _there(unfinished: CutOff, documents: Readable | None) -> set[str]:
    """What the target is known to hold: since the last look, else by what was noted when the run was cut off."""
    target = unfinished.target
    memory = recall(documents, memory_key(target, "target"), target) if documents else None
    known = [item.uri for item in memory.held] if memory else [track["uri"] for track in unfinished.added]
    return {uri for uri in known if uri}


def _is_dry(execution: Mapping[str, Any]) -> bool:
    try:
        return bool(json.loads(execution["input"]).get("dry_run"))
    except (KeyError, TypeError, ValueError, AttributeError):  # not known, so no
        return False
