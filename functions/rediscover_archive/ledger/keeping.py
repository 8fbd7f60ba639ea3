"""Keeping a target's ledger and record after a run, in the bucket, where several executions may do so at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rediscover_archive.documents import Document, Documents
from rediscover_archive.ledger.ledger import DAMAGED, Contribution, Ledger, ledger_key, rebuilt
from rediscover_archive.ledger.record import Track, brought_up_to_date, record_key, record_of, state_of, tracks_of
from rediscover_archive.ledger.reminding import reminder
from rediscover_archive.pairs.memory import Memory, memory_key, recall
from rediscover_archive.spotify.items import Item
from rediscover_archive.text import quoted


@dataclass(frozen=True)
class Kept:
    """The week that a run counted for, how that stands now, what is remarked of each of the target's pairs in it, and
    which of these ask the listener to copy.
    """

    week: str
    status: str
    warnings: list[list[str]]
    reminded: bool


def keep(documents: Documents, run: str, now: datetime, target: str, contributions: Sequence[Contribution]) -> Kept:
    """Write what a run came to for one target, once, however often it is asked to; at no Spotify request.

    What is lost is made anew from what is remembered of the target; what is damaged too, which is told.
    """
    memory = recall(documents, memory_key(target, "target"), target)
    offered = _Offered(documents, contributions)
    known = _ledger(documents.get(ledger_key(target)), target)
    contributions = [_complete(documents, one, offered, known) for one in contributions]
    ours = {track["uri"]: _track(track, one, offered) for one in contributions for track in one.tracks}
    state = state_of(memory, ours)
    told: list[str] = []
    if known is None or known.record != state:
        told += _write_record(documents, target, memory, ours, offered.find, now)
    kept: list[Kept] = []

    def note(ledger: Ledger, *, damaged: bool) -> None:
        week = ledger.note(run, now, contributions)
        reminders = [reminder(one, ledger.pairs[one.key], target, week, run, now) for one in contributions]
        remarks = [_damaged("weeks", contributions[0])] if damaged else []
        warnings = [[text] if text else [] for text in reminders]
        warnings[0] = [*told, *remarks, *warnings[0]]
        kept[:] = [Kept(week, ledger.weeks[week].whole().status, warnings, any(reminders))]

    _update_ledger(documents, target, lambda: rebuilt(target, memory, set(ours)), state, note)
    return kept[0]


def complete(documents: Documents, target: str, now: datetime, contributions: Sequence[Contribution]) -> None:
    """Bring the record of a target up to date to which nothing is added any more, since it is full.

    The run that filled it may have been stopped before it could.
    """
    memory = recall(documents, memory_key(target, "target"), target)
    known, state = _ledger(documents.get(ledger_key(target)), target), state_of(memory, ())
    if known is not None and known.record == state:
        return
    _write_record(documents, target, memory, {}, _Offered(documents, contributions).find, now)

    _update_ledger(documents, target, lambda: rebuilt(target, memory, set()), state, lambda *_, **__: None)


def _update_ledger(
    documents: Documents, target: str, anew: Callable[[], Ledger], state: str, note: Callable[..., None]
) -> None:
    """Say in the ledger, made `anew` where none is sound, of which `state` the record is; and what `note` adds."""

    def change(held: Document | None, *, damaged: bool) -> Document:
        ledger = _ledger(held, target) or anew()
        ledger.record = state
        note(ledger, damaged=damaged)
        return ledger.document()

    _update(documents, ledger_key(target), change, lambda held: _ledger(held, target) is not None)


def _write_record(
    documents: Documents,
    target: str,
    memory: Memory | None,
    ours: dict[str, Track],
    find: Callable[[str], tuple[str, Item] | None],
    now: datetime,
) -> list[str]:
    """Bring the record up to date; what is to be told of it."""
    told: list[str] = []

    def change(held: Document | None, *, damaged: bool) -> Document:
        told[:] = ["The archive's record was damaged. It is made anew from what is in the target."] if damaged else []
        return record_of(target, brought_up_to_date(tracks_of(held) or [], memory, ours, find, now))

    _update(documents, record_key(target), change, lambda held: tracks_of(held) is not None)
    return told


def _update(
    documents: Documents, key: str, change: Callable[..., Document], is_sound: Callable[[Document | None], bool]
) -> None:
    """Change a document; again where another execution did so meanwhile."""
    while True:
        held, etag = documents.get_with_etag(key)
        changed = change(held, damaged=etag is not None and not is_sound(held))
        if changed == held or documents.replace(key, changed, etag):
            return


def _ledger(document: Document | None, target: str) -> Ledger | None:
    """The ledger in a document; None where there is none of that target."""
    try:
        ledger = Ledger.of_document(document) if document else None
    except DAMAGED:
        return None
    return ledger if ledger and ledger.target == target else None


def _damaged(what: str, one: Contribution) -> str:
    return (
        f"What was known of the {what} of {quoted(one.target_name)} was damaged. It is made anew, from when each track "
        "came into the target."
    )


class _Offered:
    """What the sources of a target's pairs hold, read when it is asked for."""

    def __init__(self, documents: Documents, contributions: Sequence[Contribution]) -> None:
        self._documents = documents
        self._contributions = contributions
        self._found: dict[str, tuple[str, Item]] | None = None

    def find(self, uri: str) -> tuple[str, Item] | None:
        """The first source that has a track, and what it is there."""
        if self._found is None:
            self._found = {}
            for one in self._contributions:
                for source, where in zip(one.sources, one.documents, strict=False):
                    memory = recall(self._documents, where, source)
                    for item in memory.items if memory else []:
                        self._found.setdefault(item.uri or "", (source, item))
        return self._found.get(uri)


def _complete(documents: Documents, one: Contribution, offered: _Offered, known: Ledger | None) -> Contribution:
    """`one` with what only its sources' documents tell."""
    seen = known.pairs.get(one.key) if known else None
    is_asked = one.has_changed or not (seen and seen.newest)
    found = [documents.get(where) or {} for where in one.documents] if is_asked else []
    newest = max((str(document.get("newest") or "") for document in found), default="")
    return replace(one, newest=newest, came_from=frozenset(_source_of(track, one, offered) for track in one.tracks))


def _source_of(track: dict[str, Any], one: Contribution, offered: _Offered) -> str:
    found = offered.find(track["uri"]) if len(one.sources) > 1 else None
    return found[0] if found and found[0] in one.sources else one.sources[0]


def _track(track: dict[str, Any], one: Contribution, offered: _Offered) -> Track:
    named = {name: track[name] for name in ("uri", "name", "artists")}
    return {**named, "isrc": track.get("isrc"), "source": _source_of(track, one, offered)}
