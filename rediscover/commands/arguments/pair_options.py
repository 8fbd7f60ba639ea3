"""The options of a pair as flags of `rediscover run`: one for each that the input's schema defines."""

import argparse
from typing import Any

from rediscover.commands.arguments.parsing import Once, given, whole_number
from rediscover_archive.pairs.options import schema

TAKING: dict[str, dict[str, Any]] = {
    "boolean": {"action": argparse.BooleanOptionalAction},
    "integer": {"action": Once, "type": whole_number, "metavar": "N"},
    "string": {"action": Once, "type": given, "metavar": "LINK"},
    "array": {"action": "append", "type": given, "metavar": "LINK"},
}
"""What argparse has to know of an option, by its type in the schema."""


def flag(option: str) -> str:
    """An option's flag: `max_new` is `--max-new`."""
    return f"--{option.replace('_', '-')}"


def add_options(command: argparse.ArgumentParser) -> None:
    """Let `command` take every option, with the schema's words as its help."""
    group = command.add_argument_group(
        "options of the pair", "Of those that are not given, the stack's parameters or the defaults are used."
    )
    for name, option in schema()["definitions"].items():
        taking = {"action": Once, "choices": option["enum"]} if "enum" in option else TAKING[_type(option)]
        told = option["description"].replace("`", "").replace("%", "%%").removesuffix(".")
        default = "" if option["default"] in (False, "", []) else f" (default: {option['default']})"
        group.add_argument(flag(name), help=f"{told}{default}", **taking)


def _type(option: dict[str, Any]) -> str:
    return "array" if isinstance(option["type"], list) else str(option["type"])


def input_of(asked: argparse.Namespace) -> dict[str, Any]:
    """The execution's input, whole or out of flags; where these contradict, `asked.refuse` ends the command.

    Without pairs it has what flags say of those of the stack, or of those that are remembered.
    """
    pair = pair_of(asked)
    ends = {"source", "target"} & pair.keys()
    options = [name for name in pair if name not in ends]
    if asked.input is not None and ends:
        asked.refuse("give --input, or --source and --target")
    if asked.input is not None and options:
        flags = ", ".join(map(flag, options))
        asked.refuse(f"--input is the whole input: write {', '.join(options)} into it, in place of {flags}")
    if len(ends) == 1:
        asked.refuse("give --source and --target (or --create), or --input, or none of them for what is remembered")
    given = {"pairs": [pair]} if ends else pair if asked.input is None else asked.input
    return {**given, "dry_run": True} if asked.dry_run else given


def pair_of(asked: argparse.Namespace) -> dict[str, Any]:
    """What flags say of a pair: source, target, options; where they contradict, `asked.refuse` ends the command."""
    if asked.target is not None and asked.create is not None:
        asked.refuse("give --target, or --create for one that is made")
    source = None if asked.source is None else asked.source[0] if len(asked.source) == 1 else asked.source
    target = asked.target if asked.create is None else {"create": asked.create}
    options = {name: getattr(asked, name) for name in schema()["definitions"]}
    return {name: value for name, value in {"source": source, "target": target, **options}.items() if value is not None}
