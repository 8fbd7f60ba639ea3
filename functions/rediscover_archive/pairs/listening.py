"""The sources at Spotify that are no playlists: saved tracks, and what was played."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rediscover_archive.errors import MalformedAnswer, PlaylistChanging
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.pairs.reading import Reading, Unfinished, all_items, is_hidden, unseen_warnings
from rediscover_archive.spotify.client import PAGE, Head, Spotify
from rediscover_archive.spotify.items import Item, media_of
from rediscover_archive.spotify.pages import Fetch, Picture, whole_page
from rediscover_archive.spotify.sources import LIKED, RECENTLY_PLAYED
from rediscover_archive.text import clean, counted

LIKED_SONGS = "Liked Songs"
HIDDEN = "hidden"
"""Stands for a snapshot_id, of which liked songs have none: what their memory lacks was not shown twice."""

VISIBLE_PLAYS = 50
"""Most plays that Spotify shows (Spotify, Get Recently Played Tracks)."""

PLAYED_KEPT = 1_000
"""Most played tracks that are remembered."""


_PLAYED_FROM = re.compile(r"spotify:(?:user:[^:]+:)?(album|artist|playlist|show):([0-9A-Za-z]{22})")
"""`spotify:user:NAME:playlist:ID` is the older spelling of `spotify:playlist:ID`; Spotify still sends both."""


@dataclass(frozen=True)
class Play:
    """A track that was played, when (ISO 8601, UTC), and the URI of what it was played from, "" where none is given."""

    item: Item
    at: str
    context: str


Reader = Callable[[Spotify, str, Memory | None, Unfinished], Reading]


def read_liked(spotify: Spotify, memory: Memory | None, unfinished: Unfinished) -> Reading:
    """The saved tracks, newest first: read from the top until the rest must be what is remembered.

    Tracks are saved at the top only, so from a track on that is remembered, at a place that agrees with the total,
    everything is as it was. Where songs are counted and not shown, the next run reads all once more. Raises
    PlaylistChanging and what Spotify.saved_tracks raises.
    """
    fetch = spotify.saved_tracks
    if memory and (memory.snapshot_ids or not memory.unseen):
        latest = _down_to_what_is_known(fetch, memory)
        remembered = (latest.items, latest.total) == (memory.items, memory.total)
    else:
        first = whole_page(fetch, 0)
        head = Head(
            playlist_id=LIKED.name,
            name=LIKED_SONGS,
            owner="",
            owner_id="",
            collaborative=False,
            snapshot_id=first.items[0].uri or "" if first.items else "",
            total=first.total,
            first=first.items,
            goes_on=first.goes_on,
        )
        picture = all_items(fetch, head, unfinished) if first.total else Picture([], 0, 0)
        latest, remembered = Memory(LIKED.name, picture.total, picture.items, unseen=picture.unseen), False
    if latest.unseen and is_hidden(latest, memory):
        latest.snapshot_ids.append(HIDDEN)
    return Reading(LIKED_SONGS, "", latest, remembered, unseen_warnings(LIKED_SONGS, latest, memory))


def read_played(spotify: Spotify, source_id: str, memory: Memory | None) -> Reading:
    """The tracks that were played, each once and oldest first, from one context where `source_id` names one.

    Spotify shows the latest plays only, so what was seen is remembered, and a gap before them is told.
    """
    context = source_id.partition(":")[2]
    played = plays(spotify)
    seen_until = memory.cursor if memory else ""
    warnings = []
    if seen_until and len(played) >= VISIBLE_PLAYS and played[0].at > seen_until:
        warnings.append(
            f"More than {VISIBLE_PLAYS} tracks were played since {seen_until[:16].replace('T', ' ')} (UTC), and "
            "Spotify shows no more: some may be missing. Let the schedule run more often."
        )
    fresh = [play for play in played if play.at > seen_until]
    if context:
        warnings += _left_out(fresh, context)
    known = memory.items if memory else []
    # All that are shown, not only the fresh ones: what was heard without a network comes late, with its own time.
    heard = (play.item for play in played if context in ("", play.context))
    items = list({item.uri: item for item in (*known, *heard)}.values())[-PLAYED_KEPT:]
    latest = Memory(source_id, len(items), items, cursor=played[-1].at if played else seen_until)
    name = "recently played" + (f" from {context}" if context else "")
    return Reading(name, "", latest, remembered=latest == memory, warnings=tuple(warnings))


def plays(spotify: Spotify) -> list[Play]:
    """`GET /me/player/recently-played`: all that Spotify shows, oldest first."""
    entries = spotify.recently_played(VISIBLE_PLAYS)
    found = [play for entry in entries if (play := _play(entry))]
    if entries and not found:
        raise MalformedAnswer(
            f"Of {counted(len(entries), 'play')} in Spotify's answer for what was recently played, none has a time."
        )
    return sorted(found, key=lambda play: play.at)


def _left_out(fresh: list[Play], context: str) -> list[str]:
    """What is told of plays that may be of the context, or not; each is told once, since the cursor moves on."""
    nowhere = sum(not play.context for play in fresh)
    beside = sum(play.context != context and play.context.startswith(f"{context}:") for play in fresh)
    unknown = sum(play.context != "" and not _is_known(play.context, context) for play in fresh)
    told = (
        (nowhere, "Of {} plays Spotify does not say what they were played from: they are left out."),
        (beside, "{} plays were of what Spotify recommends below that list and not of it: they are left out."),
        (unknown, "Of {} plays Spotify says in an unknown way what they were played from: they are left out."),
    )
    return [words.format(number) for number, words in told if number]


def _is_known(uri: str, context: str) -> bool:
    return bool(_PLAYED_FROM.fullmatch(uri)) or uri.startswith(f"{context}:") or uri.endswith(":collection")


def _down_to_what_is_known(fetch: Fetch, memory: Memory) -> Memory:
    places = {item.uri: place for place, item in enumerate(memory.items)}
    items: list[Item] = []
    total, unseen, offset = -1, 0, 0
    while total < 0 or offset < total:
        page = whole_page(fetch, offset)
        if total not in (-1, page.total):
            raise PlaylistChanging("The liked songs changed while they were being read. Start again when they rest.")
        total, unseen, offset = page.total, unseen + page.unseen, offset + PAGE
        items += page.items
        place = places.get(items[-1].uri) if items else None
        if place is None:
            continue
        rest, hidden = memory.items[place + 1 :], max(unseen, memory.unseen)
        if len(items) + len(rest) + hidden == total:
            return Memory(LIKED.name, total, items + rest, unseen=hidden)
    return Memory(LIKED.name, len(items) + unseen, items, unseen=unseen)


def _play(entry: Any) -> Play | None:
    """One play; None where it has no time, without which it cannot be told from those that were seen."""
    try:
        at = datetime.fromisoformat(str(entry["played_at"]))
        utc = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    context = entry.get("context")
    uri = clean(context.get("uri")) if isinstance(context, dict) else ""
    known = _PLAYED_FROM.fullmatch(uri)
    played_from = f"spotify:{known[1]}:{known[2]}" if known else uri
    return Play(media_of(entry.get("track")), utc.isoformat(timespec="milliseconds"), played_from)


READERS: dict[str, Reader] = {
    LIKED.name: lambda spotify, _, memory, unfinished: read_liked(spotify, memory, unfinished),
    RECENTLY_PLAYED.name: lambda spotify, source_id, memory, _: read_played(spotify, source_id, memory),
}
"""How each kind of source is read that Spotify is asked for."""
