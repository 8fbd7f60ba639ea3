"""What was kept, read afterwards: the ledger and the record of each target."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rediscover_archive.documents import Readable
from rediscover_archive.ledger.ledger import DAMAGED, PREFIX, Ledger, ledger_key
from rediscover_archive.ledger.record import RECORDS, Track, record_key, tracks_of
from rediscover_archive.ledger.weeks import Week, week_of, without_gaps
from rediscover_archive.spotify.items import playlist_link


@dataclass(frozen=True)
class Archived:
    """A target with all that is known of it; what is damaged is not there, and made anew by the next run."""

    target: str
    ledger: Ledger
    tracks: list[Track]

    @property
    def name(self) -> str:
        """As Spotify had it, or else its address."""
        return self.ledger.name or self.link

    @property
    def link(self) -> str:
        """The playlist's page at Spotify."""
        return playlist_link(self.target)

    def weeks(self, now: datetime) -> Iterator[tuple[str, Week]]:
        """Every week of it, oldest first."""
        return all_weeks(self.ledger, now)


def all_weeks(ledger: Ledger, now: datetime) -> Iterator[tuple[str, Week]]:
    """Every week until the last that is over, or until the last that is known where later ones are another target's."""
    return without_gaps(ledger.weeks, None if ledger.is_dated else week_of(now - timedelta(weeks=1)))


def ledgers(documents: Readable) -> Iterator[Ledger]:
    """Those that are whole."""
    for key in documents.keys(PREFIX):
        if ledger := _ledger(documents, key):
            yield ledger


def archives(documents: Readable, target: str | None = None) -> list[Archived]:
    """Every archive, or that of one target; the one with the latest week first."""
    keys = [*documents.keys(PREFIX), *documents.keys(RECORDS)]
    targets = {key.rpartition("/")[2].removesuffix(".json") for key in keys} if target is None else {target}
    found = []
    for id in targets:
        ledger = _ledger(documents, ledger_key(id))
        tracks = tracks_of(documents.get(record_key(id)))
        if ledger or tracks:
            found.append(Archived(id, ledger or Ledger(id), tracks or []))
    found.sort(key=lambda one: one.name)
    return sorted(found, key=lambda one: max(one.ledger.weeks, default=""), reverse=True)


def _ledger(documents: Readable, key: str) -> Ledger | None:
    try:
        return Ledger.of_document(documents.get(key) or {})
    except DAMAGED:
        return None
