"""`rediscover schedule` as it is typed."""

import argparse
from collections.abc import Mapping

from rich.console import Console

from rediscover.commands.arguments.parsing import Once, Parser, given
from rediscover.commands.timers.when import FIRST_HOUR, When, time_of_day


def add_every(command: argparse.ArgumentParser, default: str = f"every week at {FIRST_HOUR}") -> None:
    """Let `command` take --every and --at; without either, `default` says when."""
    command.add_argument(
        "--every", choices=("day", "week"), help=f"a week begins on Monday, as Spotify's does (default: {default})"
    )
    command.add_argument("--at", type=time_of_day, metavar="HH:MM", help=f"local time (default: {FIRST_HOUR})")


def add_pair(command: argparse.ArgumentParser) -> None:
    """Let `command` take --source and --target, or neither."""
    command.add_argument(
        "--source", metavar="S", action="append", type=given, help="as of `rediscover run`; needs --target"
    )
    command.add_argument("--target", metavar="T", action=Once, type=given, help="as of `rediscover run`")


def check_pair(asked: argparse.Namespace) -> None:
    """End the command where only a part of a pair is there."""
    if (asked.source is None) != (asked.target is None):
        asked.refuse("give --source and --target, or neither for what is remembered")


def when(asked: argparse.Namespace) -> When:
    """What --every and --at say."""
    return When.of(asked.every or "week", asked.at or FIRST_HOUR)


def add_schedule(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add the command."""
    command = commands.add_parser(
        "schedule",
        help="let this machine's timer run it, every week or every day",
        description="Let the timer that suits this machine (systemd, launchd, Task Scheduler or cron) start "
        "`rediscover run`, with --source and --target, or else with what is remembered. A second schedule takes the "
        "place of the first.",
    )
    add_pair(command)
    add_every(command)
    either = command.add_mutually_exclusive_group()
    either.add_argument("--show", action="store_true", help="say what is scheduled, and do nothing")
    either.add_argument("--remove", action="store_true", help="take the timer away")
    command.set_defaults(command=_schedule, aws=False, refuse=command.error)


def _schedule(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.timers.kinds import kinds
    from rediscover.commands.timers.machine import Machine
    from rediscover.commands.timers.schedule import ScheduleArguments, schedule

    check_pair(asked)
    if (asked.show or asked.remove) and (asked.source or asked.every or asked.at):
        asked.refuse(f"{'--show' if asked.show else '--remove'} goes alone")
    arguments = ScheduleArguments(when(asked), tuple(asked.source or ()), asked.target, asked.show, asked.remove)
    return schedule(arguments, environment, out, kinds(Machine()))
