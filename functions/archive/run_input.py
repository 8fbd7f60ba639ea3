"""An execution's input: checked against its JSON Schema, filled from the stack's settings."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema

from archive.errors import InvalidInput
from archive.references import playlist_id
from archive.settings import Settings

SCHEMA = "input.schema.json"

Pair = dict[str, Any]
"""`{"index", "source", "target", "source_id", "target_id"}`: as given, and as Spotify's ids."""


def pairs_of(given: Any, settings: Settings) -> list[Pair]:
    """The pairs to archive. Raises InvalidInput, naming the field and the value."""
    _validate(given)
    pairs = given.get("pairs") or _own_pair(settings)
    known: dict[tuple[str, str], int] = {}
    result = []
    for index, pair in enumerate(pairs):
        at = f"pairs[{index}]"
        source = playlist_id(pair["source"], f"{at}.source")
        target = playlist_id(pair["target"], f"{at}.target")
        if source == target:
            raise InvalidInput(f"{at}: source and target are the same playlist, {source}. Give it another target.")
        if (source, target) in known:
            raise InvalidInput(f"{at}: says the same as pairs[{known[source, target]}]. Remove one of them.")
        known[source, target] = index
        result.append({"index": index, **pair, "source_id": source, "target_id": target})
    return result


def by_target(pairs: list[Pair]) -> list[dict[str, Any]]:
    """`[{"target", "pairs"}]`: pairs with the same target in one group, to run one after the other."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair["target_id"], []).append(pair)
    return [{"target": target, "pairs": members} for target, members in groups.items()]


def _own_pair(settings: Settings) -> list[Pair]:
    missing = [
        name for name, value in (("SourcePlaylist", settings.source), ("TargetPlaylist", settings.target)) if not value
    ]
    if missing:
        raise InvalidInput(
            f"The input names no pairs, and the stack's parameter {' and '.join(missing)} is not set. Set it, or "
            'start with {"pairs": [{"source": …, "target": …}]}.'
        )
    return [{"source": settings.source, "target": settings.target}]


def _validate(given: Any) -> None:
    try:
        _schema()(given)
    except fastjsonschema.JsonSchemaValueException as error:
        field = error.name.removeprefix("data").removeprefix(".") or "input"
        problem = error.message.removeprefix(error.name).strip()
        raise InvalidInput(f"{field} {problem}; it is {_shown(error.value)}.") from None


@cache
def _schema() -> Callable[[Any], Any]:
    here = Path(__file__).parent
    bundled, checked_out = here / SCHEMA, here.parents[1] / "statemachine" / SCHEMA
    text = (bundled if bundled.exists() else checked_out).read_text(encoding="utf-8")
    validator: Callable[[Any], Any] = fastjsonschema.compile(json.loads(text))
    return validator


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"
