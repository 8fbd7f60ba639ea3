"""SelectNewTracks: decide what is new, and write the plan that AddTracks carries out."""

from dataclasses import replace

from rediscover_archive.documents import Documents
from rediscover_archive.errors import DocumentMissing, TooManyNew
from rediscover_archive.pairs.memory import Memory, memory_key, recall
from rediscover_archive.pairs.options import Options
from rediscover_archive.pairs.plan import Plan, name_and_artists, plan_key, plan_of, write_plan
from rediscover_archive.pairs.selection import REMOVED, Selection, select, shown
from rediscover_archive.runs.state import Contents, PairState
from rediscover_archive.runs.step import Attempt, step
from rediscover_archive.spotify.sources import ARCHIVE, kind_of
from rediscover_archive.text import counted, fitting

PREVIEW = 5
"""Names of new tracks shown in the state; the plan has all."""

NAME_BYTES = 200


def select_tracks(attempt: Attempt[PairState]) -> PairState:
    """The pair's state with both playlists and `plan`: where it stands, its counts and its first names."""
    from_source, from_target = attempt.input["read"]
    pair, run = attempt.input["pair"], attempt.input["run"]
    documents = Documents(attempt.settings.bucket)
    options = Options.of(pair["options"])
    places = zip(from_source["source"]["documents"], pair["source_ids"], strict=True)
    sources = [_remembered(documents, document, source_id) for document, source_id in places]
    (document, *others), target_id = from_target["target"]["documents"], pair["target_id"]
    target = _remembered(documents, document, target_id)
    elsewhere = [_remembered(documents, *other) for other in zip(others, options.not_in, strict=True)]
    earlier = [recall(documents, memory_key(volume, "target"), volume) for volume in pair.get("earlier", [])]
    held = [target, *(memory for memory in earlier if memory)]
    selection = select(
        [item for memory in sources for item in memory.items],
        [item for memory in held for item in memory.held],
        [item for memory in held for item in memory.removed],
        options,
        [item for memory in elsewhere for item in memory.held],
    )
    plan = plan_of(target_id, target.total, selection, options.position, target.unseen)
    if pair.get("for_clearing"):
        rows = [item for memory in held for item in memory.items]
        there = [str(item.uri) for item in shown(selection.there, rows, options)]
        plan = replace(plan, there=there, elsewhere=[str(item.uri) for item in selection.elsewhere])
    if not run["dry_run"]:
        _check_number(plan, options.max_new)
    where = plan_key(run["name"], pair["index"])
    write_plan(documents, where, plan)
    names = [fitting(name_and_artists(track)[:50], NAME_BYTES) for track in plan.tracks[:PREVIEW]]
    return {
        "run": run,
        "pair": pair,
        "again": False,
        "spotify_requests": from_source["spotify_requests"] + from_target["spotify_requests"],
        "source": from_source["source"],
        "target": _with_hint(from_target["target"], selection, pair["source_ids"]),
        "target_total": target.total,
        "verified": not plan.tracks,
        "plan": {
            "document": where,
            "offered": selection.offered,
            "already_there": selection.already_there,
            "skipped": len(selection.skipped),
            "elsewhere": len(selection.elsewhere),
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


def _with_hint(target: Contents, selection: Selection, source_ids: list[str]) -> Contents:
    """`target`, with the option that a restoring lacks where all that it would bring back counts as removed."""
    removed = sum(one.reason == REMOVED for one in selection.skipped)
    is_restoring = any(kind_of(source) is ARCHIVE for source in source_ids)
    if not is_restoring or not removed or selection.new or selection.already_there:
        return target
    told = (
        f"{counted(removed, 'track')} of the archive left this target before, and none is brought back unless you "
        "choose bring_back_removed (--bring-back-removed of the command)."
    )
    return {**target, "warnings": [*target.get("warnings", []), told]}


def _check_number(plan: Plan, most: int) -> None:
    new = len(plan.tracks)
    if new > most:
        raise TooManyNew(
            f"{counted(new, 'track')} would be added to playlist {plan.target}, more than max_new = {most}, so nothing "
            f"was added. Look at the target, which Spotify shows with {counted(plan.before, 'item')}. If that is "
            f'right, confirm by starting once with {{"max_new": {new}}} in the input (--max-new of the command).'
        )


handler = step(select_tracks)
