"""The loop of `up`: looks at the clock, fires each rule at its dates, and tells what came of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NoReturn

from rediscover.commands.up.journal import Journal, Postponed
from rediscover.commands.up.stack import Alarm, Clock, Deployed, Fired, Message, NotStarted, Rule, Tell, wall
from rediscover_archive.authorization.reminder import DAYS_AHEAD, ends_soon

LOOKS_EVERY = 60.0
"""Seconds. A machine that slept, or whose clock was set, is noticed at the next look."""

TRIES, LOOKS_BETWEEN = 24, 15
"""A start that fails is tried again each quarter of an hour, for the template's MaximumEventAgeInSeconds."""

NOT_STARTED = "(re)Discover Weekly: the run was not started"
ENDS = "(re)Discover Weekly: the authorization ends"
HOW_TO_RENEW = "Run `rediscover authorize`."


@dataclass
class _Trying:
    """A date that could not be started so far."""

    tries: int = 0
    looks_left: int = 0


@dataclass
class Keeper:
    """Keeps the dates of the deployed rules. `fire` does what a rule does at a date, or raises NotStarted."""

    deployed: Deployed
    journal: Journal
    clock: Clock
    fire: Callable[[Rule, datetime], Fired]
    tell: Tell
    _trying: dict[str, _Trying] = field(default_factory=dict)

    def run(self) -> NoReturn:
        """Until the process is ended. What was to be told when it last ended is told first."""
        self._tell_all()
        while True:
            self.look()
            self.clock.sleep(LOOKS_EVERY)

    def look(self) -> None:
        """Do all that is due now."""
        for rule in self.deployed.rules:
            if self._is_to_wait(rule):
                continue
            if due := self.journal.due(rule, self.clock.now()):
                self._keep(rule, due)

    def _is_to_wait(self, rule: Rule) -> bool:
        trying = self._trying.get(rule.name)
        if trying and trying.looks_left:
            trying.looks_left -= 1
            return True
        return False

    def _keep(self, rule: Rule, due: datetime) -> None:
        last = self.journal.last(rule, self.clock.now())
        try:
            fired = self.fire(rule, due)
        except NotStarted as error:
            trying = self._trying.setdefault(rule.name, _Trying())
            trying.tries, trying.looks_left = trying.tries + 1, LOOKS_BETWEEN - 1
            if trying.tries < TRIES:
                until = self.clock.now() + timedelta(seconds=LOOKS_BETWEEN * LOOKS_EVERY)
                self.journal.postpone(rule, Postponed(due, until, trying.tries, str(error)))
                return
            fired = Fired((_not_started(error, rule, due),))
        self._trying.pop(rule.name, None)
        now = self.clock.now()
        messages = [*self._reminders(fired, last.date(), now.date()), *self._alarms(fired)]
        self.journal.note(rule, due, now, messages)
        self._tell_all()

    def _reminders(self, fired: Fired, last: date, today: date) -> list[Message]:
        """What was published, and what was to be on a day on which nobody looked; a reminder once a day."""
        if fired.reminded and self.journal.reminded_on == today:
            return []
        overdue = list(_overdue(fired, last, today))
        if fired.reminded or overdue:
            self.journal.reminded_on = today
        return [*fired.published, *overdue]

    def _alarms(self, fired: Fired) -> Iterator[Message]:
        """As the template's alarm has it, which tells when it goes on; only the daily function counts the days."""
        if fired.days_since_success is not None:
            was_on = self.journal.alarmed
            self.journal.alarmed = fired.days_since_success > self.deployed.alarm.days
            if self.journal.alarmed and not was_on:
                yield _alarm(self.deployed.alarm, fired)

    def _tell_all(self) -> None:
        while self.journal.untold:
            subject, message = self.journal.untold[0]
            self.tell(subject, message)
            self.journal.told()


def _not_started(error: NotStarted, rule: Rule, due: datetime) -> Message:
    return NOT_STARTED, f"{rule.name}, due {wall(due)}, could not be started in six hours: {error}\n"


def _alarm(alarm: Alarm, fired: Fired) -> Message:
    days = f"It is {fired.days_since_success} days ago that a run succeeded; {alarm.days:.0f} are allowed."
    return f'ALARM: "{alarm.name}"', f"{alarm.words} {days}\n"


def _overdue(fired: Fired, last: date, today: date) -> Iterator[Message]:
    """The reminder of a day on which nobody looked, since this machine slept or was off."""
    if fired.reauthorize_by and not fired.reminded:
        ends = date.fromisoformat(fired.reauthorize_by)
        left = range((ends - today).days + 1, (ends - last).days)  # on the days in between
        if any(days in left for days in (*DAYS_AHEAD, 0)):
            yield ENDS, f"{ends_soon(today, ends)} {HOW_TO_RENEW}\n"
