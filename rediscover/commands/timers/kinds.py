"""The kinds of timers: which one suits a machine, and what each can do."""

from collections.abc import Iterator
from typing import Protocol

from rediscover.commands.timers.cron import Cron
from rediscover.commands.timers.job import Job
from rediscover.commands.timers.launchd import Launchd
from rediscover.commands.timers.machine import Machine, NotScheduled
from rediscover.commands.timers.systemd import Systemd
from rediscover.commands.timers.tasks import Tasks


class Timer(Protocol):
    """One kind. `install` puts a job in place of the one before; `shown` is empty where there is none."""

    name: str

    @property
    def suits(self) -> bool:
        """Whether this machine has it, and lets this user have jobs in it."""

    def install(self, job: Job) -> Iterator[str]:
        """Do it, saying what was done. Raises NotScheduled."""

    def shown(self) -> list[str]:
        """What is installed, and when it starts next."""

    def remove(self) -> list[str]:
        """What was removed. Raises NotScheduled."""


def kinds(machine: Machine) -> list[Timer]:
    """All of them, the best first."""
    return [Systemd(machine), Launchd(machine), Tasks(machine), Cron(machine)]


def suitable(timers: list[Timer]) -> Timer:
    """The one for this machine. Raises NotScheduled where there is none."""
    for timer in timers:
        if timer.suits:
            return timer
    raise NotScheduled(
        "There is nothing here that starts programs by the clock: systemd knows no session of yours, and there is no "
        "cron. Install cron, or let `rediscover up` run all the time, which needs neither."
    )
