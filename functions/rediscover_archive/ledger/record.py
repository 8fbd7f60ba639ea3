"""The archive's own record: every track that was ever in a target, by name, when it came and when it left. Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import Any

from rediscover_archive.ledger.weeks import moment_of, week_of, written
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.spotify.items import Item

VERSION = 1
RECORDS = "archives/tracks/"
FIELDS = ("uri", "name", "artists", "isrc", "added_at", "week", "source", "left_at")

Track = dict[str, Any]
"""`{"uri", "name", "artists", "isrc", "added_at", "week", "source", "left_at"}`: `source` is "" where none is known, as
of what the listener added by hand; `left_at` is None while it is there.
"""

Find = Callable[[str], tuple[str, Item] | None]
"""The source that has a track now, and what it is there."""


def record_key(target: str) -> str:
    """Where a target's record stands."""
    return f"{RECORDS}{target}.json"


def tracks_of(document: Mapping[str, Any] | None) -> list[Track] | None:
    """The tracks of a record; None for what is none."""
    tracks = (document or {}).get("tracks")
    if not document or document.get("version") != VERSION or not isinstance(tracks, list):
        return None
    whole = all(isinstance(one, dict) and all(name in one for name in FIELDS) for one in tracks)
    return [{**one} for one in tracks] if whole and all(map(_is_sound, tracks)) else None


def record_of(target: str, tracks: list[Track]) -> dict[str, Any]:
    """The document."""
    return {"version": VERSION, "target": target, "tracks": tracks}


def state_of(memory: Memory | None, ours: Iterable[str]) -> str:
    """What tells one state of a target from others, as far as the record goes."""
    held = [item.uri for item in memory.held] if memory else []
    removed = [item.uri for item in memory.removed] if memory else []
    text = json.dumps([held, removed, sorted(ours)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def brought_up_to_date(
    tracks: list[Track], memory: Memory | None, ours: Mapping[str, Track], find: Find, now: datetime
) -> list[Track]:
    """The record with what stands in the target now, by its `memory`, and what the run added itself (`ours`).

    A track that came back has two entries. A row that Spotify shows in place of a track is none of its own. Of a target
    that counts more than it shows, only what is known to be removed has left. What the run added is in the order of
    `ours`.
    """
    there = {track["uri"] for track in tracks if track["left_at"] is None}
    held = _in_order({item.uri: item for item in _standing(memory) if item.uri}, ours) if memory else {}
    gone = _gone(there, memory) - held.keys() - ours.keys() if memory else set()
    kept = [
        {**track, "left_at": written(now)} if track["left_at"] is None and track["uri"] in gone else track
        for track in tracks
    ]
    new = [uri for uri in {**held, **ours} if uri not in there]
    return kept + [_entry(uri, held.get(uri), ours.get(uri), find, now) for uri in new]


def _in_order(held: dict[str, Item], ours: Iterable[str]) -> dict[str, Item]:
    """`held`, where none of `ours` came later than the next one: on top, the last batch is sent first."""
    came = [uri for uri in ours if uri in held]
    earliest = [*accumulate((held[uri].added_at for uri in reversed(came)), min)]
    return held | {uri: replace(held[uri], added_at=at) for uri, at in zip(reversed(came), earliest, strict=True)}


def _standing(memory: Memory) -> list[Item]:
    """What is held, without the rows that show the same recording in place of what was sent.

    Not by the place of the row alone, which the listener's own tracks may have after a run that failed.
    """
    sent = [one.item for one in memory.sent]
    recordings = {item.isrc for item in sent} - {None}
    return [*(item for item in memory.items if item.isrc not in recordings), *sent]


def _gone(there: set[str], memory: Memory) -> set[str]:
    return there & {str(item.uri) for item in memory.removed} if memory.unseen else there


def _entry(uri: str, item: Item | None, ours: Track | None, find: Find, now: datetime) -> Track:
    found = None if ours else find(uri)
    source, known = found or ("", item)
    name = {"name": known.name, "artists": list(known.artists), "isrc": known.isrc} if known else {}
    added_at = item.added_at if item and moment_of(item.added_at) else written(now)
    week = week_of(now if ours else moment_of(added_at) or now)
    plain: Track = {"name": "", "artists": [], "isrc": item.isrc if item else None, "source": source}
    entry = {"uri": uri, **plain, **name, **(ours or {}), "added_at": added_at, "week": week, "left_at": None}
    return {field: entry[field] for field in FIELDS}


def _is_sound(track: Track) -> bool:
    texts = all(isinstance(track[name], str) for name in ("uri", "name", "added_at", "week", "source"))
    people = isinstance(track["artists"], list) and all(isinstance(one, str) for one in track["artists"])
    return texts and people and isinstance(track["left_at"], str | None) and isinstance(track["isrc"], str | None)
