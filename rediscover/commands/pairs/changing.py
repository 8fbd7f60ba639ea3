"""`rediscover pairs`: showing, adding, changing and removing what `rediscover run` archives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from rich.console import Console

from rediscover.commands.arguments.input_check import check_input
from rediscover.commands.arguments.pair_options import flag
from rediscover.commands.pairs.kept import HOW_TO_REMEMBER, AlreadyRemembered, KeptPairs, NothingRemembered
from rediscover.commands.pairs.names import known_names, with_names
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.words import clean
from rediscover_archive.pairs.references import as_text
from rediscover_archive.runs.run_input import pairs_of
from rediscover_archive.settings import Settings

Action = Literal["show", "add", "change", "remove"]


@dataclass(frozen=True)
class PairsArguments:
    """What is asked for on the command line; `number` counts from 1, and `pair` has what flags say of it."""

    action: Action = "show"
    number: int = 0
    pair: dict[str, Any] = field(default_factory=dict)


def pairs(arguments: PairsArguments, environment: Mapping[str, str], out: Console) -> int:
    """Do it, and show what is remembered then; 0.

    Raises InvalidInput, NothingRemembered, AlreadyRemembered and what Home and KeptPairs raise, and then nothing was
    changed.
    """
    home = Home.of(environment)
    kept = KeptPairs(home)
    given = kept.read()
    if arguments.action != "show":
        given = {**given, "pairs": _changed(given["pairs"], arguments)}
        kept.write(given)
    if not given["pairs"]:
        say(out, f"Nothing is remembered. {HOW_TO_REMEMBER}")
        return 0
    for line in described(given["pairs"], known_names(home)):
        say(out, line)
    say(out, f"`rediscover run` archives them. They stand in {clean(str(kept.path))}.")
    return 0


def described(remembered: list[dict[str, Any]], names: Mapping[str, str]) -> Iterator[str]:
    """A line for each pair, with its number, the `names` of its playlists, and its options as they are typed."""
    in_words = check_input({"pairs": remembered}, on_stack=False, from_flags=False)
    for number, (pair, checked) in enumerate(zip(remembered, in_words, strict=True), 1):
        source = with_names(checked["source"], checked["source_ids"], names)
        if isinstance(pair["target"], dict):
            target = f"a playlist that is made: {as_text(pair['target'])}"
        else:
            target = with_names(pair["target"], [checked["target_id"]], names)
        options = "".join(f" {_typed(*one)}" for one in pair.items() if one[0] not in ("source", "target"))
        yield clean(f"{number:>3}. {source} to {target}{options}")


def added(remembered: list[dict[str, Any]], pair: dict[str, Any]) -> list[dict[str, Any]]:
    """These pairs and one more. Raises InvalidInput, by the flag, and AlreadyRemembered."""
    check_input({"pairs": [pair]}, on_stack=False, from_flags=True)
    if number := number_of(remembered, pair):
        raise AlreadyRemembered(
            f"That pair is remembered already, as number {number}. Change its options, or remove it."
        )
    return [*remembered, pair]


def number_of(remembered: list[dict[str, Any]], pair: dict[str, Any]) -> int | None:
    """The number of the pair with the same sources and target, however they are written. Raises InvalidInput."""
    says = [_says(one) for one in (*remembered, pair)]
    return says.index(says[-1]) + 1 if says[-1] in says[:-1] else None


def _changed(remembered: list[dict[str, Any]], arguments: PairsArguments) -> list[dict[str, Any]]:
    if arguments.action == "add":
        return added(remembered, arguments.pair)
    at = arguments.number - 1
    if not 0 <= at < len(remembered):
        told = f"There is no pair {arguments.number}. `rediscover pairs` shows those that are remembered."
        raise NothingRemembered(told)
    before, after = remembered[:at], remembered[at + 1 :]
    if arguments.action == "remove":
        return [*before, *after]
    pair = {**remembered[at], **arguments.pair}
    added([*before, *after], pair)
    return [*before, pair, *after]


def _says(pair: dict[str, Any]) -> tuple[Any, ...]:
    (checked,) = pairs_of({"pairs": [pair]}, Settings.from_environment({}), datetime.now(UTC))
    target = checked.get("target_id") or ("create", pair["target"]["create"])
    return tuple(checked["source_ids"]), target


def _typed(option: str, value: Any) -> str:
    if isinstance(value, bool):
        return flag(option) if value else flag(f"no_{option}")
    if isinstance(value, list):
        return " ".join(_typed(option, one) for one in value)
    return f"{flag(option)} {value}"
