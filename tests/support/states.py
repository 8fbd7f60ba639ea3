"""States for tests, whole and typed: each as a run usually has it, or otherwise where keywords say so."""

from typing import Any, cast

from rediscover_archive.pairs.options import Options
from rediscover_archive.runs.state import Pair, PairOutcome, PairState, PlanCounts, ReportedPair, Run


def run(**otherwise: Any) -> Run:
    """What a pair knows of its run."""
    usual: Run = {"name": "run", "dry_run": False, "settle_seconds": 1}
    return cast(Run, usual | otherwise)


def pair(**otherwise: Any) -> Pair:
    """A pair as Prepare makes it."""
    usual: Pair = {
        "index": 0,
        "source": "s",
        "target": "t",
        "source_ids": ["S" * 22],
        "target_id": "T" * 22,
        "options": Options().document(),
    }
    return cast(Pair, usual | otherwise)


def counts(**otherwise: Any) -> PlanCounts:
    """A plan of nothing."""
    usual: PlanCounts = {
        "document": "plans/run/0.json",
        "offered": 0,
        "already_there": 0,
        "skipped": 0,
        "to_add": 0,
        "added": 0,
        "left_out": 0,
        "more": False,
        "names": [],
    }
    return cast(PlanCounts, usual | otherwise)


def pair_state(**otherwise: Any) -> PairState:
    """A pair before it is read."""
    usual: PairState = {"pair": pair(), "run": run(), "spotify_requests": 0}
    return cast(PairState, usual | otherwise)


def outcome(**otherwise: Any) -> PairOutcome:
    """A pair for which there was nothing to do."""
    usual: PairOutcome = {
        "source": "s",
        "target": "t",
        "outcome": "nothing_new",
        "offered": 0,
        "already_there": 0,
        "skipped": 0,
        "added": 0,
        "target_total": 0,
        "verified": True,
        "error": None,
    }
    return cast(PairOutcome, usual | otherwise)


def reported_pair(**otherwise: Any) -> ReportedPair:
    """The same in a report."""
    usual: ReportedPair = {
        **outcome(),
        "source_name": "S",
        "target_name": "T",
        "target_id": "id",
        "made": False,
        "warnings": [],
        "added_tracks": [],
        "left_out": [],
        "week": "",
        "week_status": "",
    }
    return cast(ReportedPair, usual | otherwise)
