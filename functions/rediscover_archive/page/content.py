"""What the page shows, whatever it was gathered from."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from rediscover_archive.spotify.items import link_of, playlist_link

STATUSES = ("kept", "heard", "unchanged", "missed")


@dataclass(frozen=True)
class Track:
    """A track. `week` is the ISO week in which it came; `left_at` (ISO 8601) is None while it is there."""

    uri: str
    name: str
    artists: tuple[str, ...]
    week: str
    left_at: str | None = None

    @property
    def link(self) -> str | None:
        """Its page at Spotify; None for what has none, as a local file."""
        return link_of(self.uri)


@dataclass(frozen=True)
class Week:
    """What is known of an ISO week: `status` is one of STATUSES."""

    name: str
    status: str
    offered: int = 0
    added: int = 0
    runs: int = 0

    @property
    def number(self) -> int:
        """Its number in the year."""
        return int(self.name[6:])

    @property
    def year(self) -> int:
        """The ISO year."""
        return int(self.name[:4])

    @property
    def first_day(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def days(self) -> str:
        """From Monday to Sunday, as in 16–22 Nov 2026."""
        first, last = self.first_day, self.first_day + timedelta(days=6)
        if first.year != last.year:
            return f"{first.day} {first:%b %Y} – {last.day} {last:%b %Y}"
        if first.month != last.month:
            return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"
        return f"{first.day}–{last.day} {last:%b %Y}"


@dataclass(frozen=True)
class Archive:
    """One target, its weeks oldest first and without gaps, its tracks in the order in which they came."""

    target: str
    name: str
    weeks: list[Week]
    tracks: list[Track]

    @property
    def link(self) -> str:
        """The playlist's page at Spotify."""
        return playlist_link(self.target)


@dataclass(frozen=True)
class Notice:
    """What needs a look, and what to do about it."""

    kind: Literal["failure", "warning", "authorization"]
    text: str


@dataclass(frozen=True)
class Content:
    """All of the page, as it was at `made_at`."""

    made_at: datetime
    archives: list[Archive]
    notices: list[Notice] = field(default_factory=list)


def week_before_a_year(made_at: datetime) -> str:
    """The same ISO week of the year before; its last one where that year has no 53rd."""
    year, number, _ = made_at.isocalendar()
    last = date(year - 1, 12, 28).isocalendar().week
    return f"{year - 1}-W{min(number, last):02}"
