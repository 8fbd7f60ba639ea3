"""An archive as a source: all that was ever kept in a playlist, also what is gone from it, at no Spotify request."""

from datetime import UTC, datetime

from rediscover_archive.documents import Readable
from rediscover_archive.errors import InvalidInput
from rediscover_archive.ledger.record import RECORDS, Track, record_key, tracks_of
from rediscover_archive.ledger.weeks import moment_of
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.pairs.reading import Reading
from rediscover_archive.spotify.items import Item

_UNKNOWN = datetime.min.replace(tzinfo=UTC)


def read_archive(documents: Readable, source_id: str) -> Reading:
    """The tracks of an archive (`archive:ID`), each once, in the order they came.

    By the time that Spotify has of each, since a record that was made anew, of a target with new tracks on top, has
    the latest ones first; those of one batch have one time, and stay in their order. Raises InvalidInput where nothing
    is known of that playlist.
    """
    playlist = source_id.partition(":")[2]
    document = documents.get(record_key(playlist))
    tracks = tracks_of(document)
    if tracks is None:
        raise InvalidInput(
            f"The record of playlist {playlist} is damaged. A run into that playlist makes it anew from what is there."
            if document
            else f"Nothing is known of what was kept in playlist {playlist}: there is no {RECORDS}{playlist}.json, "
            "which every run into it writes. Give the playlist that was the target."
        )
    came = sorted(tracks, key=lambda track: moment_of(track["added_at"]) or _UNKNOWN)
    items: dict[str, Item] = {}
    for track in came:
        if track["uri"] not in items or not items[track["uri"]].name:
            items[track["uri"]] = _item(track)
    memory = Memory(source_id, len(items), [*items.values()])
    return Reading(f"archive of {playlist}", "", memory, remembered=False)


def _item(track: Track) -> Item:
    kind = track["uri"].split(":")[1] if ":" in track["uri"] else ""
    return Item(
        track["uri"],
        type=kind,
        name=track["name"],
        artists=tuple(track["artists"]),
        is_local=kind == "local",
        isrc=track["isrc"],
        added_at=track["added_at"],
    )
