"""Gathering what the page shows out of the documents that the runs wrote; at no Spotify request."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from rediscover_archive.authorization.reminder import ends_soon
from rediscover_archive.ledger.shelf import Archived
from rediscover_archive.page.content import Archive, Content, Notice, Track, Week


def gathered(archives: list[Archived], now: datetime, report: dict[str, Any] | None, ends: date | None) -> Content:
    """The page of `archives`. `report` is the latest run's, `ends` the day on which the authorization does."""
    return Content(now, [_archive(one, now) for one in archives], list(_notices(report, now.date(), ends)))


def _archive(archived: Archived, now: datetime) -> Archive:
    weeks = [Week(name, known.status, known.offered, known.added, known.runs) for name, known in archived.weeks(now)]
    tracks = [
        Track(one["uri"], one["name"], tuple(one["artists"]), one["week"], one["left_at"]) for one in archived.tracks
    ]
    return Archive(archived.target, archived.name, weeks, tracks)


def _notices(report: dict[str, Any] | None, today: date, ends: date | None) -> Iterator[Notice]:
    """What the latest run was told to the listener for, and that the authorization ends, in its last days."""
    if report and report.get("error"):
        yield Notice("failure", str(report["error"]["cause"]))
    if ends and (told := ends_soon(today, ends)):
        yield Notice("authorization", told)
    pairs = report.get("pairs", []) if report else []
    warnings = [str(warning) for pair in pairs for warning in pair.get("warnings", [])]
    yield from (Notice("warning", warning) for warning in dict.fromkeys(warnings))
