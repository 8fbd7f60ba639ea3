"""How an argument is read from the command line."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from rediscover.machine.terminal import console, say
from rediscover.words import clean
from rediscover_archive.inbox.pasted import briefly


class Parser(argparse.ArgumentParser):
    """A parser whose errors are broken at words, and obeyed by no terminal."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the command, with a message on standard error."""
        if message:
            say(console(stderr=True), clean(message.rstrip()))
        sys.exit(status)


class Once(argparse.Action):
    """An option that argparse would let a second one replace without a word."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, _: str | None = None
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{self.option_strings[0]} is given twice")
        setattr(namespace, self.dest, value)


def given(text: str) -> str:
    """Something, as it is typed. Raises ArgumentTypeError."""
    if not text.strip():
        raise argparse.ArgumentTypeError("there is nothing in it")
    return text


def source(text: str) -> str | dict[str, list[str]]:
    """A source, as it is typed; `-` for links of tracks in standard input. Raises ArgumentTypeError."""
    if text.strip() != "-":
        return given(text)
    if sys.stdin.isatty():
        say(console(stderr=True), "Paste the links of the tracks, then press Enter and Ctrl-D.")
    try:
        found = briefly(sys.stdin.read())
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError("standard input is not UTF-8 text") from None
    if not found:
        raise argparse.ArgumentTypeError("there is nothing in standard input")
    return {"tracks": found}


def _each_once(members: list[tuple[str, object]]) -> dict[str, object]:
    twice = {name for name, _ in members if [one for one, _ in members].count(name) > 1}
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))} stands in it twice")
    return dict(members)


def execution_input(text: str) -> dict[str, object]:
    """A JSON object in which nothing stands twice: as it is typed, out of the file that `@FILE` names, or for `-` from
    standard input. Raises ArgumentTypeError, which names the file.
    """
    if text != "-" and not text.startswith("@"):
        return _object(text, "this")
    what = "standard input" if text == "-" else str(Path(text[1:]))
    try:
        return _object(sys.stdin.read() if text == "-" else Path(what).read_text(encoding="utf-8-sig"), what)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{what} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"{what} is not UTF-8 text") from None


def _object(text: str, what: str) -> dict[str, object]:
    try:
        value = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{what} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"{what} is JSON, but not an object such as {{}}")
    return value


def whole_number(text: str) -> int:
    """A whole number. Raises ArgumentTypeError."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number") from None


def port(text: str) -> int:
    """A TCP port. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to 65535")
    return int(text)


def seconds(text: str) -> int:
    """A number of seconds. Raises ArgumentTypeError."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of seconds")
    return int(text)
