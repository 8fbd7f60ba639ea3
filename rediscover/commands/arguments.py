"""How an argument is read from the command line."""

import argparse
import json
from typing import Any


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


def _each_once(members: list[tuple[str, object]]) -> dict[str, object]:
    twice = {name for name, _ in members if [one for one, _ in members].count(name) > 1}
    if twice:
        raise ValueError(f"{', '.join(sorted(twice))} stands in it twice")
    return dict(members)


def json_object(text: str) -> dict[str, object]:
    """A JSON object in which nothing stands twice. Raises ArgumentTypeError."""
    try:
        value = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"this is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("this is JSON, but not an object such as {}")
    return value


def port(text: str) -> int:
    """A TCP port. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to 65535")
    return int(text)
