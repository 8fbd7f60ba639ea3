"""What of the deployed template `up` acts on: its rules with their expressions, and the alarm of too many days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from rediscover.commands.up.dates import Dates

Message = tuple[str, str]
"""Subject and text."""


WHAT = {"-weekly": "the run", "-daily": "a look at the authorization and at when a run last succeeded"}
"""What the template's rules do, by the end of their names; the first one may be every day, too."""

Tell = Callable[[str, str], None]
"""Tells the listener, by subject and text."""


class Clock(Protocol):
    """The time, which tests let pass."""

    def now(self) -> datetime:
        """In UTC."""

    def sleep(self, seconds: float) -> None:
        """Let it pass."""


def wall(moment: datetime) -> str:
    """A moment as this machine's clock has it, with its zone."""
    return f"{moment.astimezone():%a %Y-%m-%d %H:%M %Z}"


class NotStarted(Exception):
    """What a rule starts could not be started; its message says why."""


@dataclass(frozen=True)
class Rule:
    """A rule with a schedule; `zone` is whose clock its expression is read by."""

    name: str
    expression: str
    zone: tzinfo | None = UTC

    def __str__(self) -> str:
        """By its name in the template, and what it does."""
        return next((f"{self.name}, {what}" for end, what in WHAT.items() if self.name.endswith(end)), self.name)

    @property
    def dates(self) -> Dates:
        """When it fires."""
        return Dates(self.expression, self.zone)


@dataclass(frozen=True)
class Alarm:
    """The alarm that no run has succeeded for more than `days`."""

    name: str
    words: str
    days: float


@dataclass(frozen=True)
class Deployed:
    """The rules in the order in which those of the same minute fire, and the alarm."""

    rules: tuple[Rule, ...]
    alarm: Alarm


@dataclass(frozen=True)
class Fired:
    """What came of a rule's date: what was published, and what the daily function answered."""

    published: tuple[Message, ...] = ()
    days_since_success: int | None = None
    reauthorize_by: str | None = None
    reminded: bool = False


@dataclass(frozen=True)
class Order:
    """A rule's date, and what its run needs. The input is that of an execution, the account that of the listener.

    `changed_at` is since when the account is what it is.
    """

    rule: str
    date: datetime
    home: Path
    input: Mapping[str, Any]
    account: Mapping[str, str]
    changed_at: datetime
    parameters: Mapping[str, str]
