"""AddTracks: add the plan's next batch of at most 100 tracks to the target."""

from rediscover_archive.documents import Documents
from rediscover_archive.errors import ClaimLost, PlaylistFull
from rediscover_archive.pairs.adding import Adder, keep_note
from rediscover_archive.pairs.memory import memory_key, recall
from rediscover_archive.pairs.plan import read_plan, read_progress, write_progress
from rediscover_archive.runs.claim import holds
from rediscover_archive.runs.measure import count
from rediscover_archive.runs.spotify_step import spotify_step
from rediscover_archive.runs.state import PairState
from rediscover_archive.runs.step import Attempt
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.targets.volumes import full_volume


def add_tracks(attempt: Attempt[PairState], spotify: Spotify) -> PairState:
    """The pair's state with `plan.added`, `plan.left_out` and `plan.more`.

    What is known of earlier attempts is in the plan's progress document.
    """
    documents = Documents(attempt.settings.bucket)
    pair, counts = attempt.input["pair"], attempt.input["plan"]
    target = pair["target_id"]
    if not holds(documents, attempt.execution):
        raise ClaimLost(f"Another execution has taken over; nothing more is added to playlist {target} by this one.")
    plan, progress = read_plan(documents, counts["document"]), read_progress(documents, counts["document"])
    known = recall(documents, memory_key(target, "target"), target)
    adder = Adder(
        spotify=spotify,
        plan=plan,
        progress=progress,
        save=lambda latest: write_progress(documents, counts["document"], latest),
        note=lambda note: keep_note(documents, target, note, on_top=plan.on_top),
        lag=attempt.input["run"]["settle_seconds"],
        unseen=plan.unseen,
        held=known.held if known else (),
        refused=frozenset(known.refused if known else ()),
        beside=known.items[0 if plan.on_top else -1].uri if known and known.items else None,
    )
    settled = progress.next
    # Otherwise an attempt that got no answer to us did its batch.
    if progress.ends or settled <= counts["added"] + counts["left_out"]:
        try:
            adder.add_next_batch(interrupted=attempt.retry > 0 or attempt.input["again"])
        except PlaylistFull:
            if "create" not in pair:
                raise
            raise full_volume(documents, pair["create"], target, counts["to_add"] - progress.next) from None
        count("TracksAdded", progress.next - settled)
    return {
        **attempt.input,
        "plan": {
            **counts,
            "added": progress.added,
            "left_out": len(progress.left_out),
            "more": progress.next < counts["to_add"],
        },
        "target_total": plan.before + progress.added,
    }


handler = spotify_step(add_tracks)
