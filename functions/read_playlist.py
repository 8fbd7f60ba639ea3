"""ReadSource and ReadTarget: learn what a playlist or another source holds, from memory where it has not changed."""

import time

from rediscover_archive.documents import Documents
from rediscover_archive.inbox.kept import recall_pasted
from rediscover_archive.inbox.pasted import is_pasted, name_of
from rediscover_archive.ledger.restoring import read_archive
from rediscover_archive.pairs.listening import READERS
from rediscover_archive.pairs.memory import Memory, Role, memory_key, recall_with_etag, remember, remember_since
from rediscover_archive.pairs.plan import run_folder
from rediscover_archive.pairs.reading import Reading, Unfinished, read, read_own
from rediscover_archive.runs.spotify_step import spotify_step
from rediscover_archive.runs.state import Contents, Pair, PairState
from rediscover_archive.runs.step import Attempt
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.sources import ARCHIVE, kind_of
from rediscover_archive.text import fitting

NAME_BYTES, OWNER_BYTES = 600, 150
"""Most of a name in the state, which has to hold those of forty pairs; a playlist's has up to 100 characters."""

ROLES: dict[str, Role] = {"ReadSource": "source", "ReadTarget": "target"}


def read_playlist(attempt: Attempt[PairState], spotify: Spotify) -> PairState:
    """The input with what was read, under its role.

    The items themselves are in documents, one for each source of the pair. A dry run leaves what is remembered as it
    was.
    """
    role, pair = ROLES[attempt.state], attempt.input["pair"]
    ids = pair["source_ids"] if role == "source" else [pair["target_id"], *pair["options"].get("not_in", [])]
    documents = Documents(attempt.settings.bucket)
    found = [_read(attempt, spotify, documents, role, place, source_id) for place, source_id in enumerate(ids)]
    readings = [reading for reading, _ in (found if role == "source" else found[:1])]
    contents: Contents = {
        "name": fitting(", ".join(reading.name for reading in readings), NAME_BYTES),
        "owner": fitting(readings[0].owner, OWNER_BYTES) if len(readings) == 1 else "",
        "total": sum(reading.memory.total for reading in readings),
        "remembered": all(reading.remembered for reading in readings),
        "documents": [document for _, document in found],
    }
    if role == "target":
        return {**attempt.input, "target": contents}
    contents["warnings"] = [warning for reading in readings for warning in reading.warnings]
    return {**attempt.input, "source": contents}


def _read(
    attempt: Attempt[PairState], spotify: Spotify, documents: Documents, role: Role, place: int, source_id: str
) -> tuple[Reading, str]:
    """What `source_id` holds, and the key of the document it is in."""
    pair, run = attempt.input["pair"], attempt.input["run"]
    if is_pasted(source_id):
        return _pasted(documents, run["name"], pair, source_id)
    of_this_run = f"{run_folder(run['name'])}/{pair['index']}.{role}.{place}"
    if kind_of(source_id) is ARCHIVE:
        reading = read_archive(documents, source_id)
        remember(documents, f"{of_this_run}.json", reading.memory, role)
        return reading, f"{of_this_run}.json"
    unfinished = Unfinished(documents, f"{of_this_run}.unfinished.json")
    document = memory_key(source_id, role)
    while True:
        known, etag = recall_with_etag(documents, document, source_id)
        reading = _reading(attempt, spotify, role, source_id, known, unfinished)
        if reading.remembered:
            return reading, document
        if run["dry_run"]:
            remember(documents, f"{of_this_run}.json", reading.memory, role)
            return reading, f"{of_this_run}.json"
        if role == "source":  # of which nothing is noted but what it shows
            remember(documents, document, reading.memory, role)
            return reading, document
        if remember_since(documents, document, reading.memory, role, etag):
            return reading, document


def _reading(
    attempt: Attempt[PairState],
    spotify: Spotify,
    role: Role,
    source_id: str,
    known: Memory | None,
    unfinished: Unfinished,
) -> Reading:
    pair = attempt.input["pair"]
    if source_id == "":  # a target that a dry run would make
        return Reading(pair["create"], "", Memory("", 0, []), remembered=False)
    if kind := kind_of(source_id):
        return READERS[kind.name](spotify, source_id, known, unfinished)
    if role == "source" and pair["options"].get("clear_source"):
        return read_own(spotify, source_id, known, unfinished)
    if known and known.doubt:  # a run that failed a moment ago may have added what does not show yet
        time.sleep(attempt.input["run"]["settle_seconds"])
    brings_back = bool(pair["options"].get("bring_back_removed"))
    return read(spotify, source_id, role, known, unfinished, brings_back=brings_back)


def _pasted(documents: Documents, run: str, pair: Pair, source_id: str) -> tuple[Reading, str]:
    memory, document = recall_pasted(documents, run, pair["index"], source_id)
    others = pair.get("not_tracks", {}).get(source_id)
    return Reading(name_of(memory.total), "", memory, remembered=True, warnings=(others,) if others else ()), document


handler = spotify_step(read_playlist)
