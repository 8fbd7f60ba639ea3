"""An execution's input: checked against its JSON Schema, filled from the stack's settings."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, TypedDict

import fastjsonschema

from rediscover_archive.errors import InvalidInput
from rediscover_archive.inbox.pasted import in_words, is_pasted, pasted_in, spelled
from rediscover_archive.pairs.options import Options, schema
from rediscover_archive.pairs.references import playlists_of, sources_of, target_id
from rediscover_archive.runs.state import Group, Pair
from rediscover_archive.settings import Settings
from rediscover_archive.spotify.sources import kind_of
from rediscover_archive.targets.names import name_at
from rediscover_archive.targets.turns import Turn, in_turn
from rediscover_archive.text import clean, repeated

MOST_ELSEWHERE = 10
"""Playlists that `not_in` may name: each is a request, and stands in the state."""

KINDS = {
    **{"object": "an object ({…})", "array": "a list ([…])", "string": "a text", "integer": "a whole number"},
    "boolean": "true or false",
}
"""JSON's types, in words."""


class _Target(TypedDict, total=False):
    target_id: str
    create: str


def pairs_of(given: Any, settings: Settings, now: datetime) -> list[Pair]:
    """The pairs to archive. Raises InvalidInput, naming the field and the value."""
    _validate(given)
    pairs = given.get("pairs") or [_own_pair(settings)]
    known: dict[tuple[Any, ...], int] = {}
    result: list[Pair] = []
    for index, pair in enumerate(pairs):
        at = f"pairs[{index}]"
        pasted = pasted_in(pair["source"], f"{at}.source")
        sources = sources_of(spelled(pair["source"], pasted), f"{at}.source")
        target = _target(pair["target"], f"{at}.target", now)
        if (same := target.get("target_id")) in sources:
            raise InvalidInput(f"{at}: source and target are the same playlist, {same}. Give it another target.")
        says = (*sources, *target.values())
        if says in known:
            raise InvalidInput(f"{at}: says the same as pairs[{known[says]}]. Remove one of them.")
        known[says] = index
        options = Options.of(pair, given, settings.options)
        elsewhere = [one for one in playlists_of(options.not_in, f"{at}.not_in") if one != target.get("target_id")]
        if options.clear_source:
            _check_clearing(sources, at)
        if len(elsewhere) > MOST_ELSEWHERE:
            raise InvalidInput(f"{at}.not_in: these are {len(elsewhere)} playlists; it can name {MOST_ELSEWHERE}.")
        checked: Pair = {
            "index": index,
            "source": in_words(pair["source"], pasted),
            "target": pair["target"],
            "source_ids": sources,
            "options": {**options.document(), "not_in": elsewhere},
        }
        if pasted:
            checked["pasted"] = {one.id: one.uris for one in pasted.values()}
            checked["not_tracks"] = {one.id: one.others for one in pasted.values() if one.others}
        result.append({**checked, **target})
    return result


def by_target(pairs: list[Pair], playlist_of: Callable[[str], str | None]) -> list[Group]:
    """Pairs that meet in a playlist in one group; a target given by its name is the playlist that was made for it.

    `playlist_of` knows that playlist, or says None, and is asked once for each name.
    """
    made = cache(playlist_of)
    turns = [
        Turn(
            target=pair.get("target_id") or made(pair["create"]) or pair["create"],
            not_in=pair["options"]["not_in"],
            sources=pair["source_ids"],
            clears=pair["options"]["clear_source"],
        )
        for pair in pairs
    ]
    return [{"target": turns[group[0]].target, "pairs": [pairs[place] for place in group]} for group in in_turn(turns)]


def let_clear(groups: list[Group]) -> None:
    """Let the last pair of each source that is to be cleared do it, when all pairs that have the source are done."""
    for pairs in (group["pairs"] for group in groups):
        wanted = {source for pair in pairs if pair["options"]["clear_source"] for source in pair["source_ids"]}
        for source in sorted(wanted):
            having = [pair for pair in pairs if source in pair["source_ids"]]
            clears = having[-1].setdefault("clears", [])
            clears.append({"source": source, "pairs": [pair["index"] for pair in having]})
            for pair in having:
                pair["for_clearing"] = True


def _target(given: str | dict[str, str], field: str, now: datetime) -> _Target:
    if isinstance(given, str):
        return {"target_id": target_id(given, field)}
    return {"create": name_at(given["create"], f"{field}.create", now)}


def _check_clearing(sources: list[str], at: str) -> None:
    for source in sources:
        if is_pasted(source) or kind_of(source):
            what = "what was pasted" if is_pasted(source) else source
            raise InvalidInput(
                f"{at}.clear_source: a playlist of your own can be cleared, and not {what}. Leave it out for this "
                "pair, or say false."
            )


def _own_pair(settings: Settings) -> dict[str, Any]:
    target: Any = settings.target or ({"create": settings.create_target} if settings.create_target else None)
    missing = [name for name, value in (("SourcePlaylist", settings.source), ("TargetPlaylist", target)) if not value]
    if missing:
        unset = f"parameter {missing[0]} is" if len(missing) == 1 else f"parameters {' and '.join(missing)} are"
        raise InvalidInput(
            f"The input names no pairs, and the stack's {unset} not set. Set what is missing, or "
            'start with {"pairs": [{"source": …, "target": …}]}.'
        )
    return {"source": settings.source, "target": target}


def _validate(given: Any) -> None:
    try:
        _validator()(given)
    except fastjsonschema.JsonSchemaValueException as error:
        field = error.name.removeprefix("data").removeprefix(".") or "input"
        raise InvalidInput(clean(f"{field} {_problem(error)}")) from None


def _problem(error: fastjsonschema.JsonSchemaValueException) -> str:
    """What is wrong with the value, in our words: the library's are about schemas."""
    rule, limit, value = error.rule, error.rule_definition, error.value
    if rule == "additionalProperties":
        known = error.definition["properties"]
        unknown = next(name for name in value if name not in known)
        return f"has no option {repeated(unknown, 40)}. Its options are {', '.join(known)}."
    if rule in ("maxItems", "maxLength"):
        return f"has {len(value):,} {'entries' if rule == 'maxItems' else 'characters'}, and {limit:,} is the most."
    if rule == "required":
        return f"lacks {' and '.join(name for name in limit if name not in value)}; it is {_shown(value)}."
    return f"{_wanted(error.definition, rule)}; it is {_shown(value)}."


def _wanted(definition: dict[str, Any], rule: str) -> str:
    if rule == "pattern":
        return "is not a playlist's URL, URI or id"
    if rule in ("minItems", "minLength"):
        return "must not be empty"
    if rule == "enum":
        return f"must be {' or '.join(definition['enum'])}"
    types = definition["type"] if isinstance(definition["type"], list) else [definition["type"]]
    between = f" from {definition['minimum']:,} to {definition['maximum']:,}" if "minimum" in definition else ""
    return f"must be {' or '.join(KINDS[one] for one in types)}{between}"


@cache
def _validator() -> Callable[[Any], Any]:
    validator: Callable[[Any], Any] = fastjsonschema.compile(schema(), use_default=False)
    return validator


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"
