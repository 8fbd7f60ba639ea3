"""A run's report: its pairs with the names of what was added and left out, and what of it the ledger keeps."""

from collections.abc import Iterable
from datetime import datetime

from rediscover_archive.documents import Documents
from rediscover_archive.ledger.keeping import complete, keep
from rediscover_archive.ledger.ledger import Contribution
from rediscover_archive.pairs.options import Options
from rediscover_archive.pairs.plan import added, read_plan, read_progress
from rediscover_archive.pairs.references import as_text
from rediscover_archive.runs.state import PairOutcome, PairState, ReportedPair, RunState
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
        "week": "",
        "week_status": "",
    }
    if "plan" in state:
        where = state["plan"]["document"]
        plan, progress = read_plan(documents, where), read_progress(documents, where)
        refused = {track["uri"]: track["reason"] for track in progress.left_out}
        report["added_tracks"] = plan.tracks if state["run"]["dry_run"] else added(plan, progress)
        report["left_out"] = plan.skipped + [
            {**track, "reason": refused[track["uri"]]} for track in plan.tracks if track["uri"] in refused
        ]
    return report


def kept_in_ledger(
    documents: Documents, run: str, now: datetime, state: RunState, pairs: list[ReportedPair], ended: list[PairState]
) -> bool:
    """Keep what a run came to, by target, and say in its `pairs` what that makes of the week; whether a listener is
    reminded to copy. Nothing is kept of a dry run, nor of a target whose playlist is not known.
    """
    if state.get("run", {}).get("dry_run", True):
        return False
    if "results" not in state:  # the run failed before it came to the pairs
        _keep_failed(documents, run, now, state)
        return False
    of_target: dict[str, list[tuple[ReportedPair, Contribution]]] = {}
    for pair, one in zip(pairs, ended, strict=True):
        of_target.setdefault(pair["target_id"], []).append((pair, _contribution(pair, one)))
    reminded = False
    for target, members in of_target.items():
        if target:
            kept = keep(documents, run, now, target, [contribution for _, contribution in members])
            reminded = reminded or kept.reminded
            for (pair, _), warnings in zip(members, kept.warnings, strict=True):
                pair["week"], pair["week_status"] = kept.week, kept.status
                pair["warnings"] += warnings
    for one in ended:
        for volume in one["pair"].get("earlier", []):
            complete(documents, volume, now, [_contribution(None, one)])
    return reminded


def _keep_failed(documents: Documents, run: str, now: datetime, state: RunState) -> None:
    for group in state.get("targets", []):
        states: list[PairState] = [
            {"pair": pair, "run": state["run"], "spotify_requests": 0} for pair in group["pairs"] if "target_id" in pair
        ]
        if states:
            target = states[0]["pair"]["target_id"]
            keep(documents, run, now, target, [_contribution(None, one) for one in states])


def _contribution(reported: ReportedPair | None, state: PairState) -> Contribution:
    pair, options = state["pair"], Options.of(state["pair"]["options"])
    source = next((branch["source"] for branch in _branches(state) if "source" in branch), None)
    return Contribution(
        sources=pair["source_ids"],
        source_name=source["name"] if source else as_text(pair["source"]),
        target_name=target_name(state),
        is_dated=isinstance(pair["target"], dict) and "{" in pair["target"]["create"],
        succeeded=reported is not None and reported["error"] is None,
        offered=reported["offered"] if reported else 0,
        tracks=reported["added_tracks"] if reported else [],
        documents=source["documents"] if source else [],
        has_changed=source is not None and not source["remembered"],
        expect_new_days=options.expect_new_days,
        copied_from=options.copied_from,
    )


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
