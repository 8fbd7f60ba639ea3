"""FindTarget: the playlist that a pair's target is to be made as, remembered or new."""

from rediscover_archive.documents import Documents
from rediscover_archive.errors import InvalidInput
from rediscover_archive.runs.spotify_step import spotify_step
from rediscover_archive.runs.state import Pair, PairState
from rediscover_archive.runs.step import Attempt
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.targets.making import Maker


def find_target(attempt: Attempt[PairState], spotify: Spotify) -> PairState:
    """The pair's state; the pair has its `target_id` now, and what else runs.state.Pair says of made targets.

    `target_id` is "" where a dry run would make the playlist.
    """
    pair, run = attempt.input["pair"], attempt.input["run"]
    maker = Maker(
        spotify=spotify,
        documents=Documents(attempt.settings.bucket),
        run=run["name"],
        dry_run=run["dry_run"],
        waited_for=attempt.input.get("waiting_for", ""),
    )
    found = maker.find(pair["create"])
    target_id = found.volume.playlist_id
    if target_id in pair["source_ids"]:
        raise InvalidInput(
            f"pairs[{pair['index']}]: source and target are the same playlist, {target_id}, which was made for this "
            "target. Give it another one."
        )
    found_pair: Pair = {
        **pair,
        "target_id": target_id,
        "earlier": found.earlier,
        "volume": found.volume.name,
        "made": found.volume.run == run["name"],
        "twins": found.twins,
        "requests_to_find": attempt.input["spotify_requests"] + spotify.sent,
    }
    if found.again and target_id:
        found_pair["found_again"] = True
    return {**attempt.input, "pair": found_pair}


handler = spotify_step(find_target)
