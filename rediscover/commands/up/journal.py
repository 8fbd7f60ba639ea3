"""What `up` has done, in the home, so that it does each date once, whatever stops it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rediscover.commands.up.stack import Message, Rule
from rediscover.errors import FileDamaged, HomeUnusable
from rediscover.machine import files

LOCAL = " by local time"
KEPT = 100
"""Dates of each rule: more than a clock that jumps back is likely to meet again."""


@dataclass
class _Record:
    """A rule's: the expression that its dates are of, since when, and those that are done, in the order of doing."""

    expression: str
    since: datetime
    done: list[datetime] = field(default_factory=list)

    def last(self, now: datetime) -> datetime:
        """The last date that is done, of those that are past. A clock that was ahead left later ones."""
        return max(done for done in (self.since, *self.done) if done <= now)


@dataclass(frozen=True)
class Postponed:
    """A date that could not be started, `tries` times so far and for this reason, and when it is tried again."""

    due: datetime
    until: datetime
    tries: int
    why: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"due": self.due.isoformat(), "until": self.until.isoformat(), "tries": self.tries, "why": self.why}

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Postponed":
        """What `document` wrote."""
        due, until = (datetime.fromisoformat(document[name]) for name in ("due", "until"))
        return cls(due, until, int(document["tries"]), str(document["why"]))


class Journal:
    """A file that is written whole or not at all, each time that something was done. Raises FileDamaged.

    `untold` is what is still to be told, `alarmed` whether the alarm is on, `reminded_on` the day of the last reminder,
    `postponed` what is tried again, by the rule.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: dict[str, _Record] = {}
        self._nothing_until: dict[str, tuple[datetime, datetime]] = {}
        self.untold: list[Message] = []
        self.alarmed = False
        self.reminded_on: date | None = None
        self.postponed: dict[str, Postponed] = {}
        try:
            self._read(json.loads(path.read_bytes()))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise FileDamaged(
                f"{path} cannot be understood. Remove it; then `rediscover up` begins anew, and makes up for no date."
            ) from error

    @property
    def rules(self) -> list[Rule]:
        """Those that are known, with the clock that their dates are read by."""
        kept = [(name, record.expression.partition(LOCAL)) for name, record in self._records.items()]
        return [Rule(name, expression, None if local else UTC) for name, (expression, local, _) in kept]

    def due(self, rule: Rule, now: datetime) -> datetime | None:
        """The rule's date that is to be done now: the last one, if it is not done. Missed ones before it are not."""
        looked, until = self._nothing_until.get(rule.name, (now, now))
        if looked <= now < until:
            return None
        record = self._record(rule, now)
        last = record.last(now)
        due = rule.dates.latest(record.since, now)
        if due and due > last:
            return due
        following = rule.dates.following(record.since, now)
        self._nothing_until[rule.name] = now, following or now + timedelta(days=1)
        return None

    def last(self, rule: Rule, now: datetime) -> datetime:
        """When the rule's last date was done, or since when it is known."""
        return self._record(rule, now).last(now)

    def following(self, rule: Rule, now: datetime) -> datetime | None:
        """The rule's next date."""
        return rule.dates.following(self._record(rule, now).since, now)

    def since(self, rule: Rule, now: datetime) -> datetime:
        """Since when the rule is known."""
        return self._record(rule, now).since

    def note(self, rule: Rule, due: datetime, now: datetime, messages: list[Message]) -> None:
        """A date is done; what is to be told of it is not told yet. What else was set here is kept with it."""
        record = self._record(rule, now)
        record.done = [*record.done, due][-KEPT:]
        self.postponed.pop(rule.name, None)
        self.untold += messages
        self._write()

    def postpone(self, rule: Rule, postponed: Postponed) -> None:
        """A date could not be started."""
        self.postponed[rule.name] = postponed
        self._write()

    def told(self) -> None:
        """The first of what is untold is told now."""
        del self.untold[0]
        self._write()

    def _record(self, rule: Rule, now: datetime) -> _Record:
        expression = rule.expression if rule.zone else rule.expression + LOCAL
        known = self._records.get(rule.name)
        if known is None or known.expression != expression or known.since > now:
            self._records[rule.name] = _Record(expression, now, known.done if known else [])
            self._nothing_until.pop(rule.name, None)
            self._write()
        return self._records[rule.name]

    def _read(self, document: Any) -> None:
        for name, rule in document["rules"].items():
            since, *done = map(datetime.fromisoformat, (rule["since"], *rule["done"]))
            self._records[name] = _Record(str(rule["expression"]), since, done)
        self.untold = [(str(subject), str(message)) for subject, message in document["untold"]]
        self.alarmed = bool(document["alarmed"])
        reminded_on = document["reminded_on"]
        self.reminded_on = reminded_on and date.fromisoformat(reminded_on)
        kept = document.get("postponed", {})  # which a release before did not write
        self.postponed = {name: Postponed.of_document(one) for name, one in kept.items()}

    def _write(self) -> None:
        rules = dict(self._written())
        reminded_on = self.reminded_on and self.reminded_on.isoformat()
        postponed = {name: one.document() for name, one in self.postponed.items()}
        known = {"rules": rules, "untold": self.untold, "alarmed": self.alarmed, "reminded_on": reminded_on}
        document = {**known, "postponed": postponed}
        try:
            files.replace(self._path, json.dumps(document).encode())
        except OSError as error:
            raise HomeUnusable(f"Cannot write {self._path}: {error.strerror}.") from error

    def _written(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, record in self._records.items():
            done = [moment.isoformat() for moment in record.done]
            yield name, {"expression": record.expression, "since": record.since.isoformat(), "done": done}
