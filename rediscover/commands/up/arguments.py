"""`rediscover up` as it is typed."""

import argparse
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from rediscover.commands.arguments.parsing import Parser, port
from rediscover.commands.timers.arguments import add_every, add_pair, check_pair, when


def add_up(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add the command."""
    command = commands.add_parser(
        "up",
        help="keep running, and do on this machine what the stack does on AWS",
        description="Run until it is ended, and fire the template's rules at their dates: a run every week (or as "
        "--every and --at say), and once a day a look whether the authorization ends or no run has succeeded for too "
        "long. A date that was missed is made up for once.",
    )
    add_pair(command)
    add_every(command, "the template's own, Mondays at 06:00 UTC")
    command.add_argument(
        "--page", metavar="PORT", type=port, help="show the archive to your own browser, at http://127.0.0.1:PORT/"
    )
    command.add_argument(
        "--show", action="store_true", help="say whether it is at work in this home, and what comes next"
    )
    command.set_defaults(command=_up, aws=False, refuse=command.error)


def _up(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, err: Console) -> int:
    from rediscover.commands.up.up import UpArguments, show, up

    check_pair(asked)
    if asked.show:
        if asked.source or asked.every or asked.at or asked.page:
            asked.refuse("--show goes alone")
        return show(environment, out)
    own_hours = when(asked) if asked.every or asked.at else None
    return up(UpArguments(_given(asked), own_hours, asked.page), environment, out, err)


def _given(asked: argparse.Namespace) -> dict[str, Any] | None:
    """The execution's input; None for what is remembered."""
    if asked.source is None:
        return None
    source = asked.source[0] if len(asked.source) == 1 else asked.source
    return {"pairs": [{"source": source, "target": asked.target}]}
