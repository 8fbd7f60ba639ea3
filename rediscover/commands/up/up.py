"""`rediscover up`: this machine does what the stack does on AWS, for as long as this command runs."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from filelock import FileLock, Timeout
from rich.console import Console

from rediscover.commands.arguments.addresses import parameters
from rediscover.commands.arguments.input_check import check_input, check_scopes
from rediscover.commands.pairs.kept import KeptPairs
from rediscover.commands.telling.runs import Telling
from rediscover.commands.timers.when import When
from rediscover.commands.up.child import in_child
from rediscover.commands.up.journal import Journal
from rediscover.commands.up.keeper import TRIES, Keeper
from rediscover.commands.up.orders import deploy, fire
from rediscover.commands.up.stack import Deployed, Fired, NotStarted, Order, Rule, Tell, wall
from rediscover.errors import Busy, EngineFailed, UserError
from rediscover.executions.finished import Notification
from rediscover.machine.terminal import say
from rediscover.places.home import ACCOUNT, Home
from rediscover.words import clean
from rediscover_archive.errors import ArchiveError
from rediscover_archive.text import counted

MOMENT = 5.0
"""Seconds in which whoever only looks lets the lock go."""


@dataclass(frozen=True)
class UpArguments:
    """The execution's input, or None for what is remembered when a run is due; and when that is: by the template's own
    expression where `when` is None. `page` is the port of 127.0.0.1 at which the archive is shown, if it is.
    """

    input: Mapping[str, Any] | None
    when: When | None = None
    page: int | None = None


class WallClock:
    """The time as it is."""

    def now(self) -> datetime:
        """In UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        time.sleep(seconds)


def up(arguments: UpArguments, environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Keep the schedule until SIGTERM or Ctrl-C, which is 0.

    Raises Busy where another one does so in this home, EngineFailed, and what a run would be refused for.
    """
    home = Home.of(environment)
    telling = Telling(home, err)
    check_scopes(check_input(_input_of(arguments, home), on_stack=False, from_flags=True), home.account(environment))
    clock = WallClock()
    try:
        with _alone(home), _shown(home, arguments.page, out):
            journal = Journal(home.path / "up.json")
            set_up = {**parameters(environment), **_schedule(arguments.when), **telling.parameters}
            deployed = _local(_deployed(set_up), arguments.when)
            firing = Firing(arguments, set_up, home, environment, journal, err)
            for line in upcoming(deployed.rules, journal, clock.now()):
                say(out, line)
            Keeper(deployed, journal, clock, firing, told_by(out, telling)).run()
    except KeyboardInterrupt:
        say(err, "Ended. What falls due meanwhile is made up for once.")
        return 0


@contextmanager
def _shown(home: Home, port: int | None, out: Console) -> Iterator[None]:
    if port is None:
        yield
        return
    from rediscover.commands.up.showing import shown

    with shown(home, port) as address:
        say(out, f"The archive is at {address}")
        yield


def told_by(out: Console, telling: Telling) -> Tell:
    """Tells by printing, and by the services of `rediscover notify`."""

    def tell(subject: str, message: str) -> None:
        say(out, clean(subject), "bold")
        for line in message.splitlines():
            say(out, f"  {clean(line)}")
        telling.tell(Notification(subject, message))

    return tell


def _input_of(arguments: UpArguments, home: Home) -> Mapping[str, Any]:
    return KeptPairs(home).for_run({}) if arguments.input is None else arguments.input


def upcoming(rules: Iterable[Rule], journal: Journal, now: datetime) -> Iterator[str]:
    """Each rule's next date."""
    for rule in rules:
        following = journal.following(rule, now)
        clock = "" if rule.expression.startswith("rate") else " in UTC" if rule.zone else " by local time"
        yield f"{rule}: {rule.expression}{clock}, next {wall(following) if following else 'never any more'}"


def waiting(journal: Journal) -> Iterator[str]:
    """What is tried again, until when, and why."""
    for rule in journal.rules:
        if one := journal.postponed.get(rule.name):
            yield (
                f"{rule.name} was due {wall(one.due)} and could not be started, so far {counted(one.tries, 'time')} of "
                f"{TRIES}: {one.why} It is tried again at {wall(one.until)}."
            )


def show(environment: Mapping[str, str], out: Console) -> int:
    """Say whether `up` is at work in this home, and what it does next; 0 where it is, and no alarm is on.

    Raises FileDamaged.
    """
    home = Home.of(environment)
    journal = Journal(home.path / "up.json")
    at_work = not _is_free(home)
    say(out, f"`rediscover up` is {'' if at_work else 'not '}at work in {home.path}.")
    for line in (*upcoming(journal.rules, journal, datetime.now(UTC)), *waiting(journal)) if at_work else ():
        say(out, clean(line))
    if journal.alarmed:
        say(out, "No run has succeeded for longer than the schedule allows. `rediscover history` says what they did.")
    return 0 if at_work and not journal.alarmed else 1


@dataclass(frozen=True)
class Firing:
    """Does what a rule does, in a process of its own, with the account, and what is remembered, as it is then."""

    arguments: UpArguments
    parameters: Mapping[str, str]
    home: Home
    environment: Mapping[str, str]
    journal: Journal
    err: Console

    def __call__(self, rule: Rule, date: datetime) -> Fired:
        """Raises NotStarted."""
        try:
            account = self.home.account(self.environment).stored
            changed_at = self._changed_at(rule)
            given = _input_of(self.arguments, self.home)
            order = Order(rule.name, date, self.home.path, given, account, changed_at, self.parameters)
            return in_child(fire, order)
        except (UserError, ArchiveError) as error:
            raise self._said(NotStarted(str(error))) from error
        except NotStarted as error:
            raise self._said(error) from None

    def _said(self, error: NotStarted) -> NotStarted:
        say(self.err, f"Not started, and tried again in a quarter of an hour: {clean(str(error))}", "red")
        return error

    def _changed_at(self, rule: Rule) -> datetime:
        """Since when the account is what it is: as long as its file, or where variables name it, as `up` knows it."""
        if all(self.environment.get(variable) for variable in ACCOUNT):
            return self.journal.since(rule, datetime.now(UTC))
        return datetime.fromtimestamp(self.home.credentials.stat().st_mtime, UTC)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    lock = FileLock(home.path / "up.lock", mode=0o600)
    try:
        with lock.acquire(timeout=MOMENT):
            yield
    except Timeout as error:
        raise Busy(f"`rediscover up` is at work in {home.path} already.") from error


def _is_free(home: Home) -> bool:
    lock = FileLock(home.path / "up.lock", mode=0o600)
    try:
        with lock.acquire(timeout=0):
            return True
    except Timeout:
        return False


def _deployed(set_up: Mapping[str, str]) -> Deployed:
    try:
        return in_child(deploy, set_up)
    except NotStarted as error:
        raise EngineFailed(str(error)) from None


def _schedule(when: When | None) -> dict[str, str]:
    own = {"ScheduleExpression": when.expression} if when else {}
    return {"ScheduleState": "ENABLED", **own}


def _local(deployed: Deployed, when: When | None) -> Deployed:
    """With the listener's own hours read by this machine's clock; the template's are UTC."""
    rules = (
        replace(rule, zone=None) if when and rule.expression == when.expression else rule for rule in deployed.rules
    )
    return replace(deployed, rules=tuple(rules))
