"""What a listener may choose for a pair. The input's JSON Schema says what each means and takes."""

import json
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from rediscover_archive.pairs.references import pieces

SCHEMA = "input.schema.json"


@dataclass(frozen=True)
class Options:
    """The choices of one pair, with their defaults."""

    match: str = "uri"
    bring_back_removed: bool = False
    include_episodes: bool = False
    exclude_explicit: bool = False
    position: str = "bottom"
    limit_added: int = 10_000
    max_new: int = 500
    expect_new_days: int = 0
    copied_from: str = ""
    not_in: list[str] = field(default_factory=list)
    clear_source: bool = False

    @classmethod
    def of(cls, *given: dict[str, Any]) -> "Options":
        """Out of objects that may have other keys too; an earlier one comes before a later one.

        Where several playlists are given as a text, each is a piece of it.
        """
        chosen: dict[str, Any] = {}
        for one in reversed(given):
            chosen |= {field.name: one[field.name] for field in fields(cls) if field.name in one}
        not_in = chosen.get("not_in", [])
        return cls(**{**chosen, "not_in": pieces(not_in) if isinstance(not_in, str) else not_in})

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of an execution's input; its `definitions` are the options."""
    archive = Path(__file__).parents[1]
    bundled, checked_out = archive / SCHEMA, archive.parents[1] / "statemachine" / SCHEMA
    return dict(json.loads((bundled if bundled.exists() else checked_out).read_text(encoding="utf-8")))
