"""A kind of source is named wherever it has to be; each forgotten place is named by one test."""

from pathlib import Path

import pytest

from rediscover_archive.pairs.listening import READERS
from rediscover_archive.spotify.sources import AT_SPOTIFY, KINDS
from tools import options

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def test_every_kind_of_source_is_read() -> None:
    assert READERS.keys() == AT_SPOTIFY.keys(), (
        "Say in READERS of functions/rediscover_archive/pairs/listening.py how it is read."
    )


@pytest.mark.parametrize("name", KINDS)
def test_the_inputs_schema_tells_every_kind(name: str) -> None:
    source = options.schema()["properties"]["pairs"]["items"]["properties"]["source"]
    assert name in source["description"], "Tell it in the source's description in statemachine/input.schema.json."


@pytest.mark.parametrize("name", KINDS)
def test_the_page_tells_every_kind(name: str) -> None:
    row = f"| `{name}:PLAYLIST`" if KINDS[name].needs_context else f"| `{name}`"
    assert row in PAGE.read_text(encoding="utf-8"), f"Give it a row in docs/sources.md that begins with {row}."
