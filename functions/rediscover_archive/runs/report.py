"""A run's report: its pairs with the names of what was added and left out."""

from collections.abc import Iterable

from rediscover_archive.documents import Documents
from rediscover_archive.pairs.plan import read_plan, read_progress
from rediscover_archive.pairs.references import as_text
from rediscover_archive.runs.state import PairOutcome, PairState, ReportedPair
from rediscover_archive.runs.summary import target_name, twin_warnings


def reported(documents: Documents, outcome: PairOutcome, state: PairState) -> ReportedPair:
    """One pair, out of its outcome and the state that its iteration ended with. Raises DocumentMissing."""
    pair = state["pair"]
    report: ReportedPair = {
        **outcome,
        "source_name": state["source"]["name"] if "source" in state else as_text(pair["source"]),
        "target_name": target_name(state),
        "target_id": pair.get("target_id", ""),
        "made": pair.get("made", False),
        "warnings": _warnings(state),
        "added_tracks": [],
        "left_out": [],
    }
    if "plan" in state:
        where = state["plan"]["document"]
        plan, progress = read_plan(documents, where), read_progress(documents, where)
        refused = {track["uri"]: track["reason"] for track in progress.left_out}
        reached = plan.tracks if state["run"]["dry_run"] else plan.tracks[: progress.next]
        report["added_tracks"] = [track for track in reached if track["uri"] not in refused]
        report["left_out"] = plan.skipped + [
            {**track, "reason": refused[track["uri"]]} for track in plan.tracks if track["uri"] in refused
        ]
    return report


def requests_of(state: PairState) -> int:
    """The requests of a pair; one that failed while reading has them in its branches too."""
    to_read_and_add = sum(branch["spotify_requests"] for branch in _branches(state))
    return to_read_and_add + state["pair"].get("requests_to_find", 0)


def _warnings(state: PairState) -> list[str]:
    """What was remarked while the source was read, also where the pair failed then, and of the target's making."""
    sources = [branch["source"] for branch in _branches(state) if "source" in branch]
    of_source = sources[0].get("warnings", []) if sources else []
    of_target = state["target"].get("warnings", []) if "target" in state else []
    return [*of_source, *of_target, *twin_warnings(state["pair"])]


def _branches(state: PairState) -> Iterable[PairState]:
    return (state, *state.get("read", []))
