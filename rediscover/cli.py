"""The `rediscover` command: results on stdout, progress on stderr, exit code 0 only when all went well."""

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from rich.console import Console
from rich.text import Text

from rediscover.errors import UserError

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (argparse exits with 2 for a wrong command line)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Libraries log what they cannot do; without a handler Python would print that between our lines.
    logging.getLogger().addHandler(logging.NullHandler())
    asked = _parser().parse_args(arguments)
    out = Console(highlight=False, markup=False, emoji=False)
    err = Console(highlight=False, markup=False, emoji=False, stderr=True)
    try:
        return _command(asked, out, err)
    except UserError as error:
        err.print(Text(f"rediscover: {error}"), soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        err.print(Text("Interrupted."))
        return INTERRUPTED


def _command(asked: argparse.Namespace, out: Console, err: Console) -> int:
    # Each command imports its own: `history` needs no engine, and help should be instant.
    if asked.command == "demo":
        from rediscover.demo import demo

        return demo(os.environ, out, err)
    if asked.command == "run":
        from rediscover.run import Request, run

        return run(Request(asked.source, asked.target, asked.dry_run, asked.json), os.environ, out, err)
    from rediscover.history import history
    from rediscover.home import Home

    past = Home.of(os.environ).executions
    return history(past, asked.execution, io=asked.io, as_json=asked.json, out=out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rediscover",
        description="Keep the tracks of a playlist that is thrown away every week.",
        epilog="The folder REDISCOVER_HOME keeps what is remembered between runs.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('rediscover-weekly')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser(
        "demo",
        help="archive a simulated playlist for two weeks, without an account",
        description="Archive a simulated playlist for two weeks, on the real state machine; needs no account.",
    )
    _add_run(commands)
    past = commands.add_parser(
        "history",
        help="show past executions, or what one of them did",
        description="Show past executions, or the states of one of them with durations, retries and errors.",
    )
    past.add_argument("execution", nargs="?", metavar="EXECUTION", help="name, beginning of a name, or ARN")
    past.add_argument("--io", action="store_true", help="show the input and output of each state")
    past.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser(
        "run",
        help="archive a playlist now, on this machine",
        description="Add what is new in one playlist to the end of another, on this machine.",
        epilog="The account comes from SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and SPOTIFY_REFRESH_TOKEN.",
    )
    run.add_argument("--source", required=True, metavar="S", help="playlist to read: URL, URI or id")
    run.add_argument("--target", required=True, metavar="T", help="playlist to add to: URL, URI or id")
    run.add_argument("--dry-run", action="store_true", help="say what would be added, add nothing")
    run.add_argument("--json", action="store_true", help="print the result as one JSON object")
