"""The pair: tried by a dry run, and remembered."""

from typing import Any

from rediscover.commands.arguments.input_check import check_input
from rediscover.commands.pairs.changing import added, described, number_of
from rediscover.commands.pairs.kept import KeptPairs
from rediscover.commands.pairs.names import known_names
from rediscover.commands.run import RunArguments, run
from rediscover.commands.setup.sitting import Sitting
from rediscover.errors import EXPLAINED
from rediscover.machine.surroundings import undisturbed

ANOTHER = "Add another pair?"


def stands(sitting: Sitting, kept: KeptPairs) -> bool:
    """Whether what is remembered is to stay as it is, with no pair more."""
    remembered = kept.read()["pairs"]
    if not remembered:
        return False
    sitting.tell("Remembered is:")
    for line in described(remembered, known_names(kept.home)):
        sitting.tell(line)
    return not sitting.asker.confirm(ANOTHER, False)


def is_tried(sitting: Sitting, pair: dict[str, Any]) -> bool:
    """Whether a dry run succeeds, or is not wanted; what it would add is shown."""
    check_input({"pairs": [pair]}, on_stack=False, from_flags=True)
    if not sitting.asker.confirm("Show what the first run would add? Nothing is added.", True):
        return True
    arguments = RunArguments({"pairs": [pair], "dry_run": True}, from_flags=True)
    try:
        with undisturbed():
            return run(arguments, sitting.environment, sitting.out, sitting.err) == 0
    except EXPLAINED as error:
        sitting.warn(error)
        return False


def remember(sitting: Sitting, kept: KeptPairs, pair: dict[str, Any]) -> None:
    """Add the pair to what `rediscover run` runs, unless it is there. Raises InvalidInput and HomeUnusable."""
    given = kept.read()
    if number_of(given["pairs"], pair):
        sitting.tell("That pair is remembered already.")
        return
    kept.write({**given, "pairs": added(given["pairs"], pair)})
    sitting.tell("Remembered: `rediscover run` archives it, and `rediscover pairs` shows and changes it.")
