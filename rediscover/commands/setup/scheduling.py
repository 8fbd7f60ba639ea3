"""When it runs by itself: by the timer that this machine has."""

from rediscover.commands.setup.sitting import Sitting
from rediscover.commands.timers.kinds import Timer, suitable
from rediscover.commands.timers.machine import NotScheduled
from rediscover.commands.timers.schedule import ScheduleArguments, schedule
from rediscover.commands.timers.when import FIRST_HOUR, When
from rediscover.errors import EXPLAINED

LATER = "`rediscover schedule` does it later, at any hour (`--every`, `--at`)."


def scheduled(sitting: Sitting, timers: list[Timer]) -> None:
    """Have it run what is remembered, if that is wanted; a timer that is there stays. Raises NotAnswered."""
    when = sitting.arguments.when
    if when is None:
        if any(timer.shown() for timer in timers):
            sitting.tell(
                "It is scheduled: `rediscover schedule --show` shows when, and `rediscover schedule` changes it."
            )
            return
        try:
            suitable(timers)
        except NotScheduled as error:
            sitting.tell(str(error))
            return
        when = When.of("week", FIRST_HOUR)
        if not sitting.asker.confirm(f"Run it {when}, by this machine's timer?", sitting.arguments.ask):
            sitting.tell(LATER)
            return
    try:
        schedule(ScheduleArguments(when), sitting.environment, sitting.out, timers)
    except EXPLAINED as error:  # the rest of the sitting needs no timer
        sitting.warn(error)
        sitting.tell(LATER)
