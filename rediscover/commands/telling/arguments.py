"""How `rediscover notify` is typed."""

import argparse
from typing import TYPE_CHECKING

from rediscover.commands.arguments.parsing import Once, given
from rediscover.places.listener import NOTIFY_ON

if TYPE_CHECKING:
    from rediscover.commands.arguments.parsing import Parser
    from rediscover.commands.telling.notify import NotifyArguments


def add_notify(commands: "argparse._SubParsersAction[Parser]") -> argparse.ArgumentParser:
    """The command; without arguments it shows by what you are told."""
    notify = commands.add_parser(
        "notify",
        help="be told of the runs on this machine, by mail, ntfy, Telegram and others",
        description="Store by which services you are told of the runs on this machine, in place of those before.",
        epilog="A URL holds secrets, and every user of this machine can read the command line: give -, and it is asked "
        "for, or read from standard input. Without a URL, what is stored is shown, by the services' names.",
    )
    notify.add_argument("urls", nargs="*", metavar="URL", type=given, help="a service, as Apprise writes it; or -")
    notify.add_argument("--test", action="store_true", help="send a test to what is stored")
    notify.add_argument("--remove", action="store_true", help="tell nobody any more, and forget the URLs")
    notify.add_argument("--on", action=Once, choices=NOTIFY_ON, help="what is told (default: additions, and problems)")
    notify.set_defaults(aws=False, refuse=notify.error)
    return notify


def notify_arguments(asked: argparse.Namespace) -> "NotifyArguments":
    """What was typed; where it contradicts itself, `asked.refuse` ends the command."""
    from rediscover.commands.telling.notify import NotifyArguments

    if sum((bool(asked.urls), asked.test, asked.remove)) > 1 or (asked.on and (asked.test or asked.remove)):
        asked.refuse("give URLs (and --on), --on, --test, or --remove")
    return NotifyArguments(tuple(asked.urls), asked.on, asked.test, asked.remove)
