"""ReadSource and ReadTarget: learn what a playlist holds, from memory where it has not changed."""

from archive import memory
from archive.documents import Documents
from archive.reading import Unfinished, read
from archive.spotify import Spotify
from archive.spotify_step import spotify_step
from archive.step import State, Step

ROLES: dict[str, memory.Role] = {"ReadSource": "source", "ReadTarget": "target"}


def read_playlist(this: Step, spotify: Spotify) -> State:
    """The input with the playlist under its role: `{"name", "owner", "total", "remembered", "document"}`.

    The items themselves are in the document. A dry run leaves what is remembered as it was.
    """
    role = ROLES[this.name]
    pair, run = this.input["pair"], this.input["run"]
    playlist_id = pair[f"{role}_id"]
    documents = Documents(this.settings.bucket)
    remembered = memory.recall(documents, memory.key(playlist_id, role), playlist_id)
    own = f"plans/{run['name']}/{pair['index']}.{role}"
    reading = read(spotify, playlist_id, role, remembered, Unfinished(documents, f"{own}.unfinished.json"))
    document = f"{own}.json" if run["dry_run"] and not reading.remembered else memory.key(playlist_id, role)
    if not reading.remembered:
        memory.remember(documents, document, reading.memory, role)
    return {
        **this.input,
        role: {
            "name": reading.head.name,
            "owner": reading.head.owner,
            "total": reading.memory.total,
            "remembered": reading.remembered,
            "document": document,
        },
    }


handler = spotify_step(read_playlist)
