"""VerifyTarget: read back what was added, and remember the target for the next run."""

from archive.documents import Documents
from archive.pairs import memory
from archive.pairs.plan import read_plan, read_progress
from archive.pairs.verifying import verify
from archive.runs.spotify_step import spotify_step
from archive.runs.step import State, Step
from archive.spotify.client import Spotify


def verify_target(this: Step, spotify: Spotify) -> State:
    """The pair's state with `verified` and `target_total`, and a warning where tracks are shown otherwise."""
    target = this.input["pair"]["target_id"]
    documents = Documents(this.settings.bucket)
    where = this.input["plan"]["document"]
    key = memory.key(target, "target")
    before = memory.recall(documents, key, target)
    found = verify(spotify, read_plan(documents, where), read_progress(documents, where), before)
    if found.memory:
        memory.remember(documents, key, found.memory, "target")
    state = {**this.input, "verified": True, "target_total": found.total}
    if found.otherwise:
        state["target"] = {**this.input.get("target", {}), "warnings": [_shown_otherwise(len(found.otherwise))]}
    return state


def _shown_otherwise(number: int) -> str:
    return (
        f"Spotify shows {number} of the added tracks as another version, or as an empty place. They count as there "
        "until you remove them."
    )


handler = spotify_step(verify_target)
