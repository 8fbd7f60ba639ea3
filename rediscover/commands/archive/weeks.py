"""`rediscover weeks`: what is known of each week of the archives, and the tracks of one week."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from rediscover.commands.archive.chosen import check_week, unknown
from rediscover.commands.results import track_line
from rediscover.machine.terminal import say
from rediscover_archive.ledger.ledger import Ledger
from rediscover_archive.ledger.record import Track, record_key, tracks_of
from rediscover_archive.ledger.shelf import all_weeks, ledgers
from rediscover_archive.ledger.weeks import Week
from rediscover_archive.pairs.references import target_id
from rediscover_archive.spotify.items import playlist_link
from rediscover_archive.text import quoted

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable


@dataclass(frozen=True)
class WeeksArguments:
    """What is asked for on the command line."""

    week: str | None
    target: str | None
    as_json: bool


def weeks(documents: "Readable", arguments: WeeksArguments, out: Console) -> int:
    """Print the weeks of every archive, or of one, oldest first; of one week also its tracks.

    Raises UnknownWeek, and InvalidInput for a target that is no playlist.
    """
    if arguments.week:
        check_week(arguments.week)
    target = target_id(arguments.target, "--target") if arguments.target else None
    rows = [
        (ledger, name, known)
        for ledger in ledgers(documents)
        if target in (None, ledger.target)
        for name, known in all_weeks(ledger, datetime.now(UTC))
        if arguments.week in (None, name)
    ]
    rows.sort(key=lambda row: row[1])
    if arguments.as_json:
        out.print(Text(json.dumps([_json(*row) for row in rows])), soft_wrap=True)
        return 0
    if target and not any(target == ledger.target for ledger in ledgers(documents)):
        say(out, unknown(documents, target))
        return 0
    for line in _lines(documents, rows, arguments.week):
        say(out, line)
    return 0


def _json(ledger: Ledger, week: str, known: Week) -> dict[str, Any]:
    counts = {name: count for name, count in known.told().items() if name != "status"}
    return {"week": week, "target": ledger.target, "status": known.status, **counts}


def _lines(documents: "Readable", rows: list[tuple[Ledger, str, Week]], week: str | None) -> Iterator[str]:
    if not rows:
        yield f"Nothing is known of {week}." if week else "No weeks yet: they begin with the first run."
    shown = {ledger.target: ledger for ledger, _, _ in rows}
    for ledger in shown.values():
        yield quoted(ledger.name) if ledger.name else playlist_link(ledger.target)
        for _, name, known in (row for row in rows if row[0] is ledger):
            added = f"{known.added:>6,} added" if known.added or known.status != "missed" else ""
            yield f"  {name}  {known.status:<9}{added}".rstrip()
            if week:
                yield from _tracks(documents, ledger, week)


def _tracks(documents: "Readable", ledger: Ledger, week: str) -> Iterator[str]:
    tracks = [track for track in tracks_of(documents.get(record_key(ledger.target))) or [] if track["week"] == week]
    for number, track in enumerate(tracks, 1):
        yield f"{number:>5}. {_named(track)}{' (left)' if track['left_at'] else ''}"


def _named(track: Track) -> str:
    named: Mapping[str, Any] = track
    return track_line(named) if track["name"] else track["uri"]
