"""SelectNewTracks: decide what is new, and write the plan that AddTracks carries out."""

from archive.documents import Documents
from archive.errors import DocumentMissing, TooManyNew
from archive.pairs.memory import Memory, recall
from archive.pairs.memory import key as memory_key
from archive.pairs.options import Options
from archive.pairs.plan import Plan, artists_and_name, key, plan_of, write_plan
from archive.pairs.selection import select
from archive.runs.step import State, Step, step
from archive.text import fitting

PREVIEW = 5
"""Names of new tracks shown in the state; the plan has all."""

NAME_BYTES = 200


def select_tracks(this: Step) -> State:
    """The pair's state with both playlists and `plan`: where it stands, its counts and its first names."""
    from_source, from_target = this.input["read"]
    pair, run = this.input["pair"], this.input["run"]
    documents = Documents(this.settings.bucket)
    options = Options.of(pair["options"])
    places = zip(from_source["source"]["documents"], pair["source_ids"], strict=True)
    sources = [_remembered(documents, document, source_id) for document, source_id in places]
    (document,), target_id = from_target["target"]["documents"], pair["target_id"]
    target = _remembered(documents, document, target_id)
    earlier = [recall(documents, memory_key(one, "target"), one) for one in pair.get("earlier", [])]
    held = [target, *(one for one in earlier if one)]
    selection = select(
        [item for one in sources for item in one.items],
        [item for one in held for item in one.held],
        [item for one in held for item in one.removed],
        options,
    )
    plan = plan_of(target_id, target.total, selection, options.position, target.unseen)
    if not run["dry_run"]:
        _check_number(plan, options.max_new)
    where = key(run["name"], pair["index"])
    write_plan(documents, where, plan)
    names = [fitting(artists_and_name(track)[:50], NAME_BYTES) for track in plan.tracks[:PREVIEW]]
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


def _remembered(documents: Documents, document: str, playlist_id: str) -> Memory:
    found = recall(documents, document, playlist_id)
    if found is None:
        raise DocumentMissing(f"{document} is gone from the bucket. Start a new run.")
    return found


def _check_number(plan: Plan, most: int) -> None:
    if len(plan.tracks) > most:
        raise TooManyNew(
            f"{len(plan.tracks)} tracks would be added to playlist {plan.target}, more than max_new = {most}, so "
            f"nothing was added. Look at the target, which Spotify shows with {plan.before} items. If that is right, "
            f'confirm by starting once with {{"max_new": {len(plan.tracks)}}} in the input.'
        )


handler = step(select_tracks)
