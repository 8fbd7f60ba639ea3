"""The ledger of one target: what is known of each week, and when its sources last showed something new. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rediscover_archive.ledger.weeks import Share, Week, best, closed, key_of, moment_of, monday, week_of, written
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.spotify.sources import RECENTLY_PLAYED, kind_of

VERSION = 1
PREFIX = "archives/weeks/"

DAMAGED = (KeyError, TypeError, ValueError, AttributeError)
"""What comes of a document that is not as this release writes it."""


@dataclass(frozen=True)
class Contribution:
    """What a pair of a run came to for its target. `sources` are in their one spelling.

    `tracks` are those that are in the target by this run, `came_from` the sources that they were in. `newest` is the
    latest `added_at` of the sources, which stand in `documents`, "" where they have not changed. `is_dated` tells that
    the target is made anew with the time, so that the weeks after it are another's.
    """

    sources: Sequence[str]
    source_name: str
    target_name: str
    is_dated: bool
    succeeded: bool
    offered: int
    tracks: list[dict[str, Any]]
    documents: list[str]
    has_changed: bool
    expect_new_days: int
    copied_from: str
    newest: str = ""
    came_from: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What tells it from the target's other pairs."""
        return key_of(self.sources)


@dataclass
class Seen:
    """What a pair showed: the latest `added_at` of its sources, when something new last was (`new_at`), what was added
    by a run that failed afterwards (`pending`: a status), and the week and run in which the listener was reminded.
    """

    newest: str
    new_at: str
    pending: str = ""
    reminded: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"newest": self.newest, "new_at": self.new_at, "pending": self.pending, "reminded": self.reminded}


@dataclass
class Ledger:
    """One target's. `record` tells which state of the target the record was written for."""

    target: str
    name: str = ""
    is_dated: bool = False
    pairs: dict[str, Seen] = field(default_factory=dict)
    weeks: dict[str, Week] = field(default_factory=dict)
    record: str = ""

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Ledger":
        """The ledger that `document()` wrote. Raises what DAMAGED lists for anything else."""
        if document["version"] != VERSION:
            raise ValueError("another version")
        pairs = {
            str(key): Seen(
                str(seen["newest"]),
                str(seen["new_at"]),
                str(seen["pending"]),
                [str(one) for one in seen["reminded"]],
            )
            for key, seen in document["pairs"].items()
        }
        weeks = {week: Week.of_document(known) for week, known in document["weeks"].items()}
        if None in (moment_of(seen.new_at) for seen in pairs.values()) or not all(map(monday, weeks)):
            raise ValueError("a time without a zone")
        texts = [str(document[name]) for name in ("target", "name", "record")]
        return cls(texts[0], texts[1], bool(document["is_dated"]), pairs, weeks, texts[2])

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "version": VERSION,
            "target": self.target,
            "name": self.name,
            "is_dated": self.is_dated,
            "pairs": {key: seen.document() for key, seen in self.pairs.items()},
            "weeks": {week: known.document() for week, known in self.weeks.items()},
            "record": self.record,
        }

    def note(self, run: str, now: datetime, contributions: Sequence[Contribution]) -> str:
        """Count a run; the week that it counts for. A run that is counted already stays in its week, counted once."""
        week = next((name for name, known in self.weeks.items() if run in known.executions), week_of(now))
        before = self.weeks.setdefault(week, Week()).executions.get(run, {})
        shares: dict[str, Share] = {}
        for one in contributions:
            status = self._status(one, now)
            if earlier := before.get(one.key):
                status = best([status, earlier.status])
            shares[one.key] = Share(status, one.offered, len(one.tracks))
        self.weeks[week].executions[run] = shares
        self.weeks = closed(self.weeks, now)
        self.name, self.is_dated = contributions[-1].target_name, contributions[-1].is_dated
        return week

    def _status(self, one: Contribution, now: datetime) -> str:
        """The status of a pair's run. What a failed run has added is kept by the next one that finds nothing to add."""
        known = self.pairs.get(one.key)
        moment = moment_of(one.newest)
        first = min(moment, now) if moment else now
        seen = self.pairs.setdefault(one.key, Seen("", written(first)))
        shown = _shown(one, known.newest if known else "")
        if shown:
            seen.new_at = written(now)
        if not one.succeeded:
            seen.pending = shown or seen.pending
            return "missed"
        status = best([shown or "unchanged", seen.pending or "unchanged"])
        seen.pending, seen.newest = "", max(seen.newest, one.newest)
        return status


def ledger_key(target: str) -> str:
    """Where a target's ledger stands."""
    return f"{PREFIX}{target}.json"


def rebuilt(target: str, memory: Memory | None, new: set[str]) -> Ledger:
    """What the target itself tells of the weeks: when each track came, but for the `new` ones of this run."""
    ledger = Ledger(target)
    for item in memory.items if memory else []:
        moment = moment_of(item.added_at)
        if moment and moment.year > 2000 and item.uri not in new:  # Spotify has 1970 for what it does not know
            week = ledger.weeks.setdefault(week_of(moment), Week("kept"))
            week.offered += 1
            week.added += 1
    ledger.weeks = dict(sorted(ledger.weeks.items()))
    return ledger


def _shown(one: Contribution, newest: str) -> str:
    """`heard` or `kept` where the pair showed something new, else "".

    That a source has new tracks which are all there already is known by their `added_at` only, and so not at its
    first reading; of plays, which have none, by what was added.
    """
    if one.tracks:
        is_heard = all(kind_of(source) is RECENTLY_PLAYED for source in one.came_from or one.sources)
        return "heard" if is_heard else "kept"
    return "kept" if newest and one.succeeded and one.newest > newest else ""
