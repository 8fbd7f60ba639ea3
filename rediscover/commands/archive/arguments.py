"""How the commands that show what was kept are typed."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console

from rediscover.commands.arguments.flags import add_aws, stack_of
from rediscover.commands.arguments.parsing import Once, Parser, given

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable


def add_weeks(commands: "argparse._SubParsersAction[Parser]") -> None:
    """`rediscover weeks`."""
    weeks = commands.add_parser(
        "weeks",
        help="show what was kept in each week, or the tracks of one",
        description="Show each ISO week of the archive: kept, heard, unchanged or missed; or the tracks of one.",
    )
    weeks.add_argument("week", nargs="?", metavar="WEEK", help="such as 2026-W47: list its tracks")
    _add_target(weeks)
    weeks.add_argument("--json", action="store_true", help="print a JSON list")
    weeks.set_defaults(command=_weeks)
    add_aws(weeks, "weeks of the deployed stack")


def _weeks(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.archive.weeks import WeeksArguments, weeks

    return weeks(_documents(asked, environment), WeeksArguments(asked.week, asked.target, asked.json), out)


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--target", metavar="T", action=Once, type=given, help="of this playlist only")


def _documents(asked: argparse.Namespace, environment: Mapping[str, str]) -> "Readable":
    """What is kept on this machine, or by a stack."""
    if stack := stack_of(asked):
        from rediscover.places.stack import AwsStack

        return AwsStack(stack).documents
    from rediscover.places.home import Home

    home = Home.of(environment)
    home.settle()
    return home.documents
