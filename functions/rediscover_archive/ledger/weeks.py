"""ISO weeks of an archive, and what is known of each. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

STATUSES = ("missed", "unchanged", "heard", "kept")
"""From the least to the most: no run succeeded; the source showed nothing new; only plays were new; all of it is there.

Of the pairs and runs of a week, the most counts.
"""

REDRIVEN_WITHIN = 3
"""Weeks for which executions are told apart by name: one can be redriven for 14 days (Step Functions, Redriving)."""


@dataclass(frozen=True)
class Share:
    """What a pair came to in one run."""

    status: str
    offered: int
    added: int


@dataclass
class Week:
    """What is known of a week: counts of runs that are not told apart any more, and the latest ones by execution.

    A run's shares are by the sources of their pairs, as `key_of` has them.
    """

    status: str = "missed"
    offered: int = 0
    added: int = 0
    runs: int = 0
    sources: list[str] = field(default_factory=list)
    executions: dict[str, dict[str, Share]] = field(default_factory=dict)

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Week":
        """The week that `document()` wrote. Raises KeyError, TypeError, ValueError or AttributeError for others."""
        status = _status(document["status"])
        offered, added, runs = (int(document[name]) for name in ("offered", "added", "runs"))
        executions = {
            run: {key: Share(_status(share[0]), int(share[1]), int(share[2])) for key, share in shares.items()}
            for run, shares in document["executions"].items()
        }
        return cls(status, offered, added, runs, [str(one) for one in document["sources"]], executions)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        executions = {
            run: {key: [share.status, share.offered, share.added] for key, share in shares.items()}
            for run, shares in self.executions.items()
        }
        return {**self.told(), "executions": executions}

    def told(self) -> dict[str, Any]:
        """The counts alone."""
        names = ("status", "offered", "added", "runs", "sources")
        return {name: getattr(self, name) for name in names}

    def whole(self) -> "Week":
        """The same with every run counted in; `offered` is the most that a run was offered of the same sources."""
        shares = [share for shares in self.executions.values() for share in shares.values()]
        offered: dict[str, int] = {}
        for key, share in (one for shares in self.executions.values() for one in shares.items()):
            offered[key] = max(offered.get(key, 0), share.offered)
        return Week(
            best([self.status, *(share.status for share in shares)]),
            self.offered + sum(offered.values()),
            self.added + sum(share.added for share in shares),
            self.runs + len(self.executions),
            sorted({*self.sources, *(source for key in offered for source in key.split())}),
        )


def key_of(sources: Iterable[str]) -> str:
    """What tells a pair of a target from its others: its sources, in which there are no blanks."""
    return " ".join(sources)


def best(statuses: Iterable[str]) -> str:
    """The one that counts for a week."""
    return max(statuses, key=STATUSES.index, default=STATUSES[0])


def week_of(moment: datetime) -> str:
    """The ISO week of a moment in UTC: 2026-W47."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


def monday(week: str) -> datetime:
    """When a week begins. Raises ValueError for what is none."""
    year, _, number = week.partition("-W")
    if week != f"{year}-W{number}" or len(number) != 2:
        raise ValueError(f"{week} is no ISO week")
    return datetime.fromisocalendar(int(year), int(number), 1).replace(tzinfo=UTC)


def moment_of(written: str) -> datetime | None:
    """A time of Spotify's or ours (ISO 8601); None for what is none, or has no time zone."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def written(moment: datetime) -> str:
    """A moment as Spotify writes one."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def closed(weeks: dict[str, Week], now: datetime) -> dict[str, Week]:
    """The weeks in their order; those in which nothing can be redriven any more have counts only."""
    last = now - timedelta(weeks=REDRIVEN_WITHIN)
    return {
        week: weeks[week].whole() if monday(week) < last - timedelta(weeks=1) else weeks[week] for week in sorted(weeks)
    }


def without_gaps(weeks: dict[str, Week], until: str | None) -> Iterator[tuple[str, Week]]:
    """Every week from the first that is known to the last, and to `until` if that is given; the others are missed."""
    if not weeks:
        return
    last = max([*weeks, *([until] if until else [])])
    at = monday(min(weeks))
    while (week := week_of(at)) <= last:
        yield week, weeks.get(week, Week()).whole()
        at += timedelta(weeks=1)


def _status(written: Any) -> str:
    if written not in STATUSES:
        raise ValueError(f"{written!r} is no status")
    return str(written)
