"""The options of a pair as flags of `rediscover run`: one for each that the input's schema defines."""

import argparse
from typing import Any

from rediscover.commands.arguments.parsing import Once, given, whole_number
from rediscover_archive.pairs.options import schema

TAKING: dict[str, dict[str, Any]] = {
    "boolean": {"action": argparse.BooleanOptionalAction},
    "integer": {"action": Once, "type": whole_number, "metavar": "N"},
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
        default = "" if option["default"] in (False, []) else f" (default: {option['default']})"
        group.add_argument(flag(name), help=f"{told}{default}", **taking)


def _type(option: dict[str, Any]) -> str:
    return "array" if isinstance(option["type"], list) else str(option["type"])


def input_of(asked: argparse.Namespace) -> dict[str, Any]:
    """The execution's input, whole or out of flags; where these contradict, `asked.refuse` ends the command."""
    target = asked.target if asked.create is None else {"create": asked.create}
    options = {name: value for name in schema()["definitions"] if (value := getattr(asked, name)) is not None}
    pair = asked.source is not None, target is not None
    if asked.target is not None and asked.create is not None:
        asked.refuse("give --target, or --create for one that is made")
    if asked.input is not None and any(pair):
        asked.refuse("give --input, or --source and --target")
    if asked.input is not None and options:
        flags = ", ".join(map(flag, options))
        asked.refuse(f"--input is the whole input: write {', '.join(options)} into it, in place of {flags}")
    if any(pair) != all(pair) or not (any(pair) or asked.input is not None or asked.aws):
        asked.refuse("give --source and --target (or --create), or --input, or with --aws none of them")
    given = _pair(asked.source, target, options) if all(pair) else options if asked.input is None else asked.input
    return {**given, "dry_run": True} if asked.dry_run else given


def _pair(sources: list[Any], target: Any, options: dict[str, Any]) -> dict[str, Any]:
    source = sources[0] if len(sources) == 1 else sources
    return {"pairs": [{"source": source, "target": target, **options}]}
