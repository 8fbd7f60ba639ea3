"""How the commands that show what was kept are typed."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from rediscover.commands.arguments.flags import add_aws, stack_of
from rediscover.commands.arguments.parsing import Once, Parser, given

if TYPE_CHECKING:
    from rediscover.commands.history import Past
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


def add_page(commands: "argparse._SubParsersAction[Parser]") -> None:
    """`rediscover page`."""
    page = commands.add_parser(
        "page",
        help="write the archive as a page that loads nothing",
        description="Write the archive as one HTML file, print its path, and open it in a browser.",
    )
    _add_target(page)
    page.add_argument(
        "--output", metavar="FILE", action=Once, type=given, help="write it there, and open nothing (default: the home)"
    )
    page.set_defaults(command=_page)
    add_aws(page, "the archive of the deployed stack")


def _page(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.archive.page import NAME, PageArguments, page
    from rediscover.commands.consent.browser import start
    from rediscover.places.home import Home

    documents, past = _documents_and_past(asked, environment)
    output = Path(asked.output) if asked.output else Home.of(environment).path / NAME
    file = page(documents, past, PageArguments(asked.target, output), out)
    if not asked.output and out.is_terminal:
        start(file.as_uri())
    return 0


def add_export(commands: "argparse._SubParsersAction[Parser]") -> None:
    """`rediscover export`."""
    export = commands.add_parser(
        "export",
        help="print the archive for other programs, or one week of it",
        description="Print all that was ever kept, as JSON or CSV; or what is there as links, which can be pasted into "
        "Spotify's desktop app and into `rediscover run --source -`, or as an M3U playlist of links.",
    )
    _add_target(export)
    export.add_argument("--format", choices=("json", "csv", "links", "m3u"), default="json", help="(default: json)")
    export.add_argument("--week", metavar="WEEK", action=Once, type=given, help="such as 2026-W47")
    export.set_defaults(command=_export)
    add_aws(export, "the archive of the deployed stack")


def _export(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.archive.export import ExportArguments, export

    return export(_documents(asked, environment), ExportArguments(asked.target, asked.format, asked.week), out)


def add_check(commands: "argparse._SubParsersAction[Parser]") -> Parser:
    """`rediscover check`."""
    check = commands.add_parser(
        "check",
        help="compare the archive at Spotify with its record",
        description="Read the whole target from Spotify and say what does not agree with the record; change nothing. "
        "The exit code is 0 only when all agrees.",
    )
    _add_target(check)
    check.add_argument("--json", action="store_true", help="print one JSON object, with every track")
    add_aws(check, "the archive of the deployed stack")
    return check


def add_forget(commands: "argparse._SubParsersAction[Parser]") -> None:
    """`rediscover forget`."""
    forget = commands.add_parser(
        "forget",
        help="delete what is remembered on this machine",
        description="Delete what is remembered on this machine of one playlist, or everything with the credentials. "
        "Nothing at Spotify is touched.",
    )
    which = forget.add_mutually_exclusive_group(required=True)
    which.add_argument("--target", metavar="T", action=Once, type=given, help="of this playlist only")
    which.add_argument("--all", action="store_true", help="everything, the credentials too")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(command=_forget)
    add_aws(forget, "delete nothing, but print the commands that delete it from a stack, or the stack")


def _forget(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.archive.forget import ForgetArguments, commands, forget

    if stack := stack_of(asked):
        for line in commands(stack, asked.target):
            out.print(Text(line), soft_wrap=True)
        return 0
    return forget(ForgetArguments(asked.target, asked.yes), environment, out, _is_agreed)


def _is_agreed(question: str) -> bool:
    return sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes")


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--target", metavar="T", action=Once, type=given, help="of this playlist only")


def _documents(asked: argparse.Namespace, environment: Mapping[str, str]) -> "Readable":
    return _documents_and_past(asked, environment)[0]


def _documents_and_past(asked: argparse.Namespace, environment: Mapping[str, str]) -> "tuple[Readable, Past]":
    """What is kept, and what ran, on this machine or of a stack."""
    if stack := stack_of(asked):
        from rediscover.places.stack import AwsStack, StackHistory

        deployed = AwsStack(stack)
        return deployed.documents, StackHistory(deployed)
    from rediscover.places.home import Home

    home = Home.of(environment)
    home.settle()
    return home.documents, home.executions
