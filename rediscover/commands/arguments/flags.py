"""Flags that more than one command has."""

import argparse

from rediscover.commands.arguments.parsing import Once, given, source
from rediscover_archive.spotify.sources import KINDS


def add_aws(command: argparse.ArgumentParser, what: str) -> None:
    """Let `command` work with a deployed stack; `what` is what it does there."""
    command.add_argument("--aws", action="store_true", help=what)
    command.add_argument("--stack", metavar="NAME", help="with --aws: the stack (default: rediscover)")
    command.set_defaults(refuse=command.error)


def stack_of(asked: argparse.Namespace) -> str | None:
    """The stack's name; None where no deployed stack is meant."""
    if asked.stack and not asked.aws:
        asked.refuse("--stack needs --aws")
    return (asked.stack or "rediscover") if asked.aws else None


def add_pair(command: argparse.ArgumentParser, *, pasted: bool = False) -> None:
    """Let `command` take a source and a target; the source also from standard input, where links can be `pasted`."""
    also = "; - for links of tracks from standard input" if pasted else ""
    command.add_argument(
        "--source",
        metavar="S",
        action="append",
        type=source if pasted else given,
        help=f"playlist to read (URL, URI or id), {_kinds()}; several with commas between{also}",
    )
    command.add_argument("--target", metavar="T", action=Once, type=given, help="playlist to add to: URL, URI or id")


def add_create(command: argparse.ArgumentParser) -> None:
    """Let `command` take the name of a target that is made."""
    command.add_argument(
        "--create",
        metavar="NAME",
        action=Once,
        type=given,
        help="playlist to add to, made when it is missing; {year}, {month} and {week} are filled in",
    )


def _kinds() -> str:
    contexts = ((kind, ":PLAYLIST" if kind.needs_context else "[:PLAYLIST]") for kind in KINDS.values())
    return ", ".join(f"{kind.name}{context if kind.has_context else ''}" for kind, context in contexts)
