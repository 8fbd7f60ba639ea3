"""When a scheduled run starts, by the clock on the wall, as each kind of timer writes it."""

import argparse
import re
from dataclasses import dataclass
from typing import Literal

Every = Literal["day", "week"]

FIRST_HOUR = "20:00"
"""By which Spotify has put a new Discover Weekly there, on its Monday."""


@dataclass(frozen=True)
class When:
    """Every day, or every Monday, at an hour of local time."""

    every: Every
    hour: int
    minute: int

    @classmethod
    def of(cls, every: Every, at: str) -> "When":
        """Raises ArgumentTypeError."""
        hour, minute = time_of_day(at).split(":")
        return cls(every, int(hour), int(minute))

    def __str__(self) -> str:
        return f"every {'Monday' if self.every == 'week' else 'day'} at {self.clock}"

    @property
    def clock(self) -> str:
        """`20:00`."""
        return f"{self.hour:02}:{self.minute:02}"

    @property
    def on_calendar(self) -> str:
        """systemd.time(7)."""
        return f"{'Mon ' if self.every == 'week' else ''}*-*-* {self.clock}:00"

    @property
    def cron(self) -> str:
        """The first five fields of crontab(5)."""
        return f"{self.minute} {self.hour} * * {'1' if self.every == 'week' else '*'}"

    @property
    def expression(self) -> str:
        """A ScheduleExpression of EventBridge, which knows no local time."""
        return f"cron({self.minute} {self.hour} {'? * MON' if self.every == 'week' else '* * ?'} *)"

    @property
    def calendar_interval(self) -> dict[str, int]:
        """launchd.plist(5)."""
        day = {"Weekday": 1} if self.every == "week" else {}
        return {**day, "Hour": self.hour, "Minute": self.minute}


def time_of_day(text: str) -> str:
    """`HH:MM`. Raises ArgumentTypeError."""
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text} is not a time of day such as 07:30")
    return text.rjust(5, "0")
