"""ClearSource: remove from the source what was read back in the target."""

from collections.abc import Sequence
from functools import partial

from rediscover_archive.documents import Documents
from rediscover_archive.errors import ClaimLost, DocumentMissing
from rediscover_archive.inbox.clearing import Clearer, may_leave
from rediscover_archive.pairs.memory import memory_key, recall, remember
from rediscover_archive.pairs.plan import Plan, plan_key, read_plan, read_progress, write_progress
from rediscover_archive.runs.claim import holds
from rediscover_archive.runs.spotify_step import spotify_step
from rediscover_archive.runs.state import PairState
from rediscover_archive.runs.step import Attempt
from rediscover_archive.spotify.client import Spotify


def clear_source(attempt: Attempt[PairState], spotify: Spotify) -> PairState:
    """The pair's state with `cleared`: how many tracks left its sources."""
    documents = Documents(attempt.settings.bucket)
    pair, where = attempt.input["pair"], attempt.input["plan"]["document"]
    if not holds(documents, attempt.execution):
        raise ClaimLost("Another execution has taken over; nothing is removed from a source by this one.")
    progress = read_progress(documents, where)
    for cleared in pair.get("clears", []):
        key = memory_key(cleared["source"], "source")
        source = recall(documents, key, cleared["source"])
        if source is None:
            raise DocumentMissing(f"{key} is gone from the bucket. Start a new run.")
        clearer = Clearer(spotify, source, partial(remember, documents, key, role="source"))
        for number in clearer.clear(may_leave(source, _plans(documents, attempt.run, cleared["pairs"]))):
            progress.cleared += number
            write_progress(documents, where, progress)
    return {**attempt.input, "cleared": progress.cleared}


def _plans(documents: Documents, run: str, pairs: Sequence[int]) -> list[Plan | None]:
    found: list[Plan | None] = []
    for pair in pairs:
        try:
            found.append(read_plan(documents, plan_key(run, pair)))
        except DocumentMissing:  # the pair failed before it had one
            found.append(None)
    return found


handler = spotify_step(clear_source)
