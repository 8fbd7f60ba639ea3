"""`rediscover export`: the archive for other programs."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from rediscover.commands.archive.chosen import archive_of, check_week
from rediscover_archive.ledger.record import FIELDS, Track
from rediscover_archive.ledger.shelf import Archived
from rediscover_archive.spotify.items import link_of

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable

FORMULA = re.compile(r"^[=+\-@\t\r]")
"""How a cell begins that spreadsheets calculate (OWASP, CSV Injection)."""


@dataclass(frozen=True)
class ExportArguments:
    """What is asked for on the command line."""

    target: str | None
    format: str
    week: str | None


def export(documents: "Readable", arguments: ExportArguments, out: Console) -> int:
    """Print an archive, or one week of it. Raises NoArchive, UnknownWeek, and InvalidInput for what is no playlist."""
    if arguments.week:
        check_week(arguments.week)
    archive = archive_of(documents, arguments.target)
    tracks = [track for track in archive.tracks if arguments.week in (None, track["week"])]
    if text := FORMATS[arguments.format](archive, tracks):
        out.print(Text(text), soft_wrap=True)
    return 0


def _json(archive: Archived, tracks: list[Track]) -> str:
    target = {"id": archive.target, "name": archive.ledger.name, "url": archive.link}
    return json.dumps({"target": target, "tracks": tracks}, ensure_ascii=False)


def _csv(_: Archived, tracks: list[Track]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows([_cell(track[name]) for name in FIELDS] for track in tracks)
    return text.getvalue().removesuffix("\n")


def _cell(value: str | list[str] | None) -> str:
    text = "; ".join(value) if isinstance(value, list) else value or ""
    return f"'{text}" if FORMULA.match(text) else text


def _links(_: Archived, tracks: list[Track]) -> str:
    return "\n".join(link for _, link in _there(tracks))


def _m3u(archive: Archived, tracks: list[Track]) -> str:
    lines = ["#EXTM3U", f"#PLAYLIST:{archive.name}"]
    for track, link in _there(tracks):
        lines += [f"#EXTINF:-1,{', '.join(track['artists'])} - {track['name']}", link]
    return "\n".join(lines)


def _there(tracks: list[Track]) -> Iterator[tuple[Track, str]]:
    """Those that have not left the archive, with their links; a local file has none."""
    for track in tracks:
        if track["left_at"] is None and (link := link_of(track["uri"])):
            yield track, link


FORMATS: dict[str, Callable[[Archived, list[Track]], str]] = {
    "json": _json,
    "csv": _csv,
    "links": _links,
    "m3u": _m3u,
}
