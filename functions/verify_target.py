"""VerifyTarget: read back what was added, and remember the target for the next run."""

from dataclasses import replace

from rediscover_archive.documents import Documents
from rediscover_archive.pairs.memory import memory_key, recall_with_etag, remember_since
from rediscover_archive.pairs.plan import read_plan, read_progress, write_plan
from rediscover_archive.pairs.verifying import verify
from rediscover_archive.runs.spotify_step import spotify_step
from rediscover_archive.runs.state import PairState
from rediscover_archive.runs.step import Attempt
from rediscover_archive.spotify.client import Spotify


def verify_target(attempt: Attempt[PairState], spotify: Spotify) -> PairState:
    """The pair's state with `verified` and `target_total`, and a warning where tracks are shown otherwise."""
    target, document = attempt.input["pair"]["target_id"], attempt.input["plan"]["document"]
    documents = Documents(attempt.settings.bucket)
    where = memory_key(target, "target")
    is_for_clearing = attempt.input["pair"].get("for_clearing", False)
    plan, progress = read_plan(documents, document), read_progress(documents, document)
    while True:
        known, etag = recall_with_etag(documents, where, target)
        found = verify(spotify, plan, progress, known)
        if is_for_clearing or not plan.is_named:
            verified = [item.uri for item in found.verified if item.uri] if is_for_clearing else []
            write_plan(documents, document, replace(plan.named_by(found.shown), verified=verified))
        if found.memory is None or remember_since(documents, where, found.memory, "target", etag):
            break
    state: PairState = {**attempt.input, "verified": True, "target_total": found.total}
    if found.otherwise:
        state["target"] = {**attempt.input["target"], "warnings": [_shown_otherwise(len(found.otherwise))]}
    return state


def _shown_otherwise(number: int) -> str:
    return (
        f"Spotify shows {number} of the added tracks as another version, or as an empty place. They count as there "
        "until you remove them."
    )


handler = spotify_step(verify_target)
