"""How `rediscover pairs` is typed."""

import argparse
from typing import TYPE_CHECKING

from rediscover.commands.arguments.flags import add_create, add_pair
from rediscover.commands.arguments.pair_options import add_options, pair_of
from rediscover.commands.arguments.parsing import whole_number

if TYPE_CHECKING:
    from rediscover.commands.arguments.parsing import Parser
    from rediscover.commands.pairs.changing import PairsArguments


def add_pairs(commands: "argparse._SubParsersAction[Parser]") -> argparse.ArgumentParser:
    """The command; without arguments it shows what is remembered."""
    pairs = commands.add_parser(
        "pairs",
        help="show or change what `rediscover run` archives on this machine",
        description="Remember what is archived on this machine: `rediscover run` alone then runs these pairs.",
    )
    actions = pairs.add_subparsers(metavar="ACTION")
    add = actions.add_parser("add", help="remember a pair more", description="Remember a pair more.")
    change = actions.add_parser(
        "change",
        help="change the pair of that number",
        description="Change what is given of a pair; the rest of it stays.",
    )
    remove = actions.add_parser(
        "remove", help="forget the pair of that number", description="Forget a pair. Its playlists stay as they are."
    )
    for action in (change, remove):
        action.add_argument("number", metavar="N", type=whole_number, help="its number, as `rediscover pairs` shows it")
    for action in (add, change):
        add_pair(action)
        add_create(action)
        add_options(action)
    pairs.set_defaults(aws=False, action="show", refuse=pairs.error)
    for name, action in (("add", add), ("change", change), ("remove", remove)):
        action.set_defaults(action=name, refuse=action.error)
    return pairs


def pairs_arguments(asked: argparse.Namespace) -> "PairsArguments":
    """What was typed; where it contradicts itself, or lacks something, `asked.refuse` ends the command."""
    from rediscover.commands.pairs.changing import PairsArguments

    if asked.action in ("show", "remove"):
        return PairsArguments(asked.action, getattr(asked, "number", 0))
    pair = pair_of(asked)
    if asked.action == "add" and not {"source", "target"} <= pair.keys():
        asked.refuse("give --source and --target (or --create)")
    if not pair:
        asked.refuse("give what is to be changed, such as --source, --target or an option")
    return PairsArguments(asked.action, getattr(asked, "number", 0), pair)
