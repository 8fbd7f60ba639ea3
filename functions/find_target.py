"""FindTarget: the playlist that a pair's target is to be made as, remembered or new."""

from archive.documents import Documents
from archive.errors import InvalidInput
from archive.runs.spotify_step import spotify_step
from archive.runs.step import State, Step
from archive.spotify.client import Spotify
from archive.targets.making import Maker


def find_target(this: Step, spotify: Spotify) -> State:
    """The pair's state; the pair has `target_id`, `earlier` (the full volumes), `volume`, `made` and `twins` now.

    `target_id` is "" where a dry run would make the playlist. `volume` is the name it was made with, `made` tells that
    this run did, `twins` are ids. `requests_to_find` counts what this state sent.
    """
    pair, run = this.input["pair"], this.input["run"]
    maker = Maker(
        spotify=spotify,
        documents=Documents(this.settings.bucket),
        run=run["name"],
        dry_run=run["dry_run"],
        waited_for=this.input.get("waiting_for", ""),
    )
    found = maker.find(pair["create"])
    target_id = found.volume.playlist_id
    if target_id in pair["source_ids"]:
        raise InvalidInput(
            f"pairs[{pair['index']}]: source and target are the same playlist, {target_id}, which was made for this "
            "target. Give it another one."
        )
    target = {
        "target_id": target_id,
        "earlier": found.earlier,
        "volume": found.volume.name,
        "made": found.volume.run == run["name"],
        "twins": found.twins,
        **({"found_again": True} if found.again and target_id else {}),
        "requests_to_find": this.input["spotify_requests"] + spotify.sent,
    }
    return {**this.input, "pair": {**pair, **target}}


handler = spotify_step(find_target)
