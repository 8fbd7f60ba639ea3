"""What the ledgers and records of a sequence must say: every run's tracks once, and what stands in the target."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from rediscover.simulator.world.world import World
from rediscover_archive.ledger.ledger import PREFIX, Ledger
from rediscover_archive.ledger.record import record_key, tracks_of
from rediscover_archive.pairs.memory import Memory, memory_key, recall
from tests.simulation.promises import Ledger as Target


def broken_ledgers(
    objects: Mapping[str, bytes], world: World, targets: Mapping[str, Target], *, records: bool
) -> Iterator[str]:
    """What is broken in the bucket after an undisturbed run; of the `records` too, if they can be right."""
    reported = _reported(objects)
    for key in (one for one in objects if one.startswith(PREFIX)):
        ledger = Ledger.of_document(json.loads(objects[key]))
        added = Counter[str]()
        for week, known in ledger.weeks.items():
            for run, shares in known.executions.items():
                if run in added:
                    yield f"the ledger counts {run} in two weeks, also in {week}"
                added[run] += sum(share.added for share in shares.values())
        for run, number in reported.pop(ledger.target, {}).items():
            is_folded = any(week.runs for week in ledger.weeks.values())
            if (run in added or not is_folded) and added[run] != number:
                yield f"the ledger has {added[run]} tracks of {run}, which added {number}"
        is_read = all(ledger.target != full.target for one in targets.values() for full in one.earlier)
        if records:
            yield from _broken_past(objects, targets.get(ledger.target), ledger.target)
        if records and is_read:
            unclear = targets[ledger.target].unclear if ledger.target in targets else set()
            yield from _broken_record(objects, world, ledger.target, unclear)
    if records:
        yield from _broken_ends(objects, {full.target: full for one in targets.values() for full in one.earlier})
    yield from (f"there is no ledger of {target}" for target in reported)


def _reported(objects: Mapping[str, bytes]) -> dict[str, dict[str, int]]:
    """How many tracks the reports say that each run added, by target."""
    found: dict[str, dict[str, int]] = {}
    for key in (one for one in objects if one.startswith("runs/")):
        for pair in json.loads(objects[key])["pairs"]:
            if pair["outcome"] != "dry_run" and pair["added_tracks"]:
                runs = found.setdefault(pair["target_id"], {})
                run = key.removeprefix("runs/").removesuffix(".json")
                runs[run] = runs.get(run, 0) + len(pair["added_tracks"])
    return found


def _broken_past(objects: Mapping[str, bytes], known: Target | None, target: str) -> Iterator[str]:
    """A record has all that a run has seen in its target, and nothing that never was there."""
    kept = {track["uri"] for track in tracks_of(json.loads(objects[record_key(target)])) or []}
    if known and (lost := known.recorded - kept):
        yield f"the record of {target} has forgotten {len(lost)} tracks"
    if known and (strange := kept - known.ever - known.unclear):
        yield f"the record of {target} has {len(strange)} tracks that never were there"


def _broken_ends(objects: Mapping[str, bytes], full: Mapping[str, Target]) -> Iterator[str]:
    """The record of a full playlist has all that runs have added there, though the one that filled it was stopped."""
    for target, known in full.items():
        document = json.loads(objects.get(record_key(target), b"{}"))
        if lacking := known.added - {track["uri"] for track in tracks_of(document) or []}:
            yield f"the record of {target}, which is full, lacks {len(lacking)} tracks"


class _Bucket:
    """The objects as documents."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self._objects = objects

    def get(self, key: str, /) -> Any:
        return json.loads(self._objects[key]) if key in self._objects else None

    def keys(self, prefix: str, /) -> list[str]:
        return [key for key in self._objects if key.startswith(prefix)]


def _broken_record(objects: Mapping[str, bytes], world: World, target: str, unclear: set[str]) -> Iterator[str]:
    tracks = tracks_of(json.loads(objects[record_key(target)])) or []
    there = Counter(track["uri"] for track in tracks if track["left_at"] is None)
    now = Counter(world.uris(target))
    # What was sent and is not shown counts as there, though the listener may have removed it, and what was hidden at
    # two readings may count as removed (docs/guarantee.md).
    memory = _memory_of(objects, target)
    sent, hidden = ({one.item.uri for one in memory.sent}, memory.unseen) if memory else (set(), 0)
    lacking, gone = now.keys() - there.keys(), there.keys() - now.keys() - sent - unclear
    if len(lacking) > hidden or gone:
        yield f"the record of {target} lacks {len(lacking)} of its tracks, and has {len(gone)} that are not there"
    if twice := [uri for uri, number in there.items() if number > 1]:
        yield f"the record of {target} has {len(twice)} tracks twice"


def never_shown(objects: Mapping[str, bytes], target: str) -> set[str | None]:
    """What was sent to a target and no row has been shown of, as is remembered of it."""
    memory = _memory_of(objects, target)
    return {one.item.uri for one in memory.sent if one.row < 0} if memory else set()


def _memory_of(objects: Mapping[str, bytes], target: str) -> Memory | None:
    return recall(_Bucket(objects), memory_key(target, "target"), target)
