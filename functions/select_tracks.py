"""SelectNewTracks: decide what is new, and write the plan that AddTracks carries out."""

from archive.documents import Documents
from archive.errors import DocumentMissing
from archive.memory import Memory, recall
from archive.plan import key, plan_of, write_plan
from archive.selection import select
from archive.step import State, Step, step

PREVIEW = 5
"""Names of new tracks shown in the state; the plan has all."""


def select_tracks(this: Step) -> State:
    """The pair's state with both playlists and `plan`: where it stands, its counts and its first names."""
    from_source, from_target = this.input["read"]
    pair, run = this.input["pair"], this.input["run"]
    documents = Documents(this.settings.bucket)
    source = _items(documents, from_source["source"], pair["source_id"])
    target = _items(documents, from_target["target"], pair["target_id"])
    selection = select(source.items, (item.uri for item in target.items))
    plan = plan_of(pair["target_id"], target.total, selection)
    where = key(run["name"], pair["index"])
    write_plan(documents, where, plan)
    names = [f"{', '.join(track['artists'])} – {track['name']}"[:50] for track in plan.tracks[:PREVIEW]]
    return {
        "run": run,
        "pair": pair,
        "again": False,
        "spotify_requests": from_source["spotify_requests"] + from_target["spotify_requests"],
        "source": from_source["source"],
        "target": from_target["target"],
        "target_total": target.total,
        "verified": not plan.tracks,
        "plan": {
            "document": where,
            "offered": selection.offered,
            "already_there": selection.already_there,
            "skipped": len(selection.skipped),
            "to_add": len(plan.tracks),
            "added": 0,
            "left_out": 0,
            "more": bool(plan.tracks) and not run["dry_run"],
            "names": names,
        },
    }


def _items(documents: Documents, playlist: State, playlist_id: str) -> Memory:
    found = recall(documents, playlist["document"], playlist_id)
    if found is None:
        raise DocumentMissing(f"{playlist['document']} is gone from the bucket. Start a new run.")
    return found


handler = step(select_tracks)
