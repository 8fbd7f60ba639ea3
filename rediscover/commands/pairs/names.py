"""What playlists are called, by what runs and the ledgers noted of them; Spotify is not asked."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from rediscover.executions.reports import ODD, report_of
from rediscover.places.home import Home
from rediscover_archive.errors import InvalidInput
from rediscover_archive.ledger.shelf import ledgers
from rediscover_archive.pairs.references import as_text, identified, sources_of
from rediscover_archive.text import quoted

LOOKED_AT = 20
"""Runs, the latest, whose reports are read."""


def known_names(home: Home) -> dict[str, str]:
    """The names that are known, by the playlists' ids; the latest one of each."""
    reports = (report_of(home.documents, one["name"]) for one in home.executions.all())
    names = {ledger.target: ledger.name for ledger in ledgers(home.documents) if ledger.name}
    for report in reversed([*islice(filter(None, reports), LOOKED_AT)]):
        for pair in report.get("pairs", []):
            with suppress(*ODD, InvalidInput):  # nothing depends on a report that is damaged; what was pasted is no id
                names |= {id: name for id, name in _named_in(pair) if name and identified(id)}
    return names


def with_names(given: str | list[str], ids: list[str], names: Mapping[str, str]) -> str:
    """Sources, or a target, as they are `given`, with the names that are known of their `ids`."""
    parts = given if isinstance(given, list) else [given]
    if len(parts) != len(ids):
        return as_text(given)
    return ", ".join(
        f"{quoted(names[id])} ({as_text(part)})" if id in names else as_text(part)
        for part, id in zip(parts, ids, strict=True)
    )


def _named_in(pair: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Ids and names in a reported pair; several sources have one name together, and where none is known it is an id."""
    sources = sources_of(pair["source"], "source")
    if len(sources) == 1 and pair["source_name"] != as_text(pair["source"]):
        yield sources[0], pair["source_name"]
    if pair["target_id"] and pair["target_name"] != as_text(pair["target"]):
        yield pair["target_id"], pair["target_name"]
