"""AddTracks: add the plan's next batch of at most 100 tracks to the target."""

from archive.documents import Documents
from archive.errors import ClaimLost, PlaylistFull
from archive.pairs import memory
from archive.pairs.adding import Adder, Note, noted
from archive.pairs.plan import read_plan, read_progress, write_progress
from archive.runs.claim import holds
from archive.runs.measure import count
from archive.runs.spotify_step import spotify_step
from archive.runs.step import State, Step
from archive.spotify.client import Spotify
from archive.targets.volumes import mark_full


def add_tracks(this: Step, spotify: Spotify) -> State:
    """The pair's state with `plan.added`, `plan.left_out` and `plan.more`.

    What is known of earlier attempts is in the plan's progress document.
    """
    documents = Documents(this.settings.bucket)
    if not holds(documents, this.execution):
        raise ClaimLost(
            f"Another execution has taken over; nothing more is added to playlist {this.input['pair']['target_id']} "
            "by this one."
        )
    plan = this.input["plan"]
    where = plan["document"]
    progress = read_progress(documents, where)
    settled = progress.next
    todo, target = read_plan(documents, where), this.input["pair"]["target_id"]
    known = memory.recall(documents, memory.key(target, "target"), target)
    adder = Adder(
        spotify=spotify,
        plan=todo,
        progress=progress,
        save=lambda latest: write_progress(documents, where, latest),
        note=lambda note: _note(documents, target, note),
        lag=this.input["run"]["settle_seconds"],
        unseen=todo.unseen,
        refused=frozenset(known.refused if known else ()),
    )
    if (
        progress.ends or settled <= plan["added"] + plan["left_out"]
    ):  # else an attempt that got no answer to us did its batch
        try:
            adder.add_next_batch(interrupted=this.retry > 0 or this.input["again"])
        except PlaylistFull:
            if "create" not in this.input["pair"]:
                raise
            raise _goes_on(this, documents, plan["to_add"] - progress.next) from None
        count("TracksAdded", progress.next - settled)
    return {
        **this.input,
        "plan": {
            **plan,
            "added": progress.added,
            "left_out": len(progress.left_out),
            "more": progress.next < plan["to_add"],
        },
        "target_total": adder.plan.before + progress.added,
    }


def _note(documents: Documents, target: str, note: Note) -> None:
    """Keep what later runs must know of the target where it is remembered."""
    where = memory.key(target, "target")
    known = memory.recall(documents, where, target) or memory.Memory(target, 0, [])
    memory.remember(documents, where, noted(known, note), "target")


def _goes_on(this: Step, documents: Documents, left: int) -> PlaylistFull:
    pair = this.input["pair"]
    mark_full(documents, pair["create"])
    return PlaylistFull(
        f"Playlist {pair['target_id']} is full; {left} tracks are still to add. The tracks that fitted stay, and the "
        "next run makes a new playlist and adds the others to it."
    )


handler = spotify_step(add_tracks)
