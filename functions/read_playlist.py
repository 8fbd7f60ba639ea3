"""ReadSource and ReadTarget: learn what a playlist or another source holds, from memory where it has not changed."""

from archive.documents import Documents
from archive.pairs import memory
from archive.pairs.listening import READERS
from archive.pairs.plan import folder
from archive.pairs.reading import Reading, Unfinished, read
from archive.pairs.sources import kind_of
from archive.runs.spotify_step import spotify_step
from archive.runs.step import State, Step
from archive.spotify.client import Spotify
from archive.text import fitting

NAME_BYTES, OWNER_BYTES = 600, 150
"""Most of a name in the state, which has to hold those of forty pairs; a playlist's has up to 100 characters."""

ROLES: dict[str, memory.Role] = {"ReadSource": "source", "ReadTarget": "target"}


def read_playlist(this: Step, spotify: Spotify) -> State:
    """The input with what was read under its role: `{"name", "owner", "total", "remembered", "documents"}`.

    The items themselves are in the documents, one for each source of the pair. A source also has `warnings`. A dry
    run leaves what is remembered as it was.
    """
    role = ROLES[this.name]
    pair = this.input["pair"]
    ids = pair["source_ids"] if role == "source" else [pair["target_id"]]
    documents = Documents(this.settings.bucket)
    read_ones = [_read(this, spotify, documents, role, place, source_id) for place, source_id in enumerate(ids)]
    readings = [reading for reading, _ in read_ones]
    told: State = {
        "name": fitting(", ".join(reading.name for reading in readings), NAME_BYTES),
        "owner": fitting(readings[0].owner, OWNER_BYTES) if len(readings) == 1 else "",
        "total": sum(reading.memory.total for reading in readings),
        "remembered": all(reading.remembered for reading in readings),
        "documents": [document for _, document in read_ones],
    }
    if role == "source":
        told["warnings"] = [warning for reading in readings for warning in reading.warnings]
    return {**this.input, role: told}


def _read(
    this: Step, spotify: Spotify, documents: Documents, role: memory.Role, place: int, source_id: str
) -> tuple[Reading, str]:
    """What `source_id` holds, and the key of the document it is in."""
    pair, run = this.input["pair"], this.input["run"]
    own = f"{folder(run['name'])}/{pair['index']}.{role}.{place}"
    remembered = memory.recall(documents, memory.key(source_id, role), source_id)
    unfinished = Unfinished(documents, f"{own}.unfinished.json")
    if source_id == "":  # a target that a dry run would make
        reading = Reading(pair["create"], "", memory.Memory("", 0, []), remembered=False)
    elif kind := kind_of(source_id):
        reading = READERS[kind.name](spotify, source_id, remembered, unfinished)
    else:
        reading = read(spotify, source_id, role, remembered, unfinished)
    document = f"{own}.json" if run["dry_run"] and not reading.remembered else memory.key(source_id, role)
    if not reading.remembered:
        memory.remember(documents, document, reading.memory, role)
    return reading, document


handler = spotify_step(read_playlist)
