"""Prepare: check the input, fill it from the stack's settings, and claim the run."""

from datetime import UTC, datetime
from typing import Any

import boto3

from archive.documents import Documents
from archive.runs.claim import claim
from archive.runs.run_input import Pair, by_target, pairs_of
from archive.runs.step import State, Step, step
from archive.targets.volumes import playlist_of

FUNCTION_SECONDS = 125
"""After an execution was stopped, a function of it may go on for its Timeout, 120 seconds; then it can add no more."""


def _told(execution: str) -> tuple[str, datetime | None]:
    """Status and end of an execution; UNKNOWN, and no end, where there is none of that name."""
    sfn = boto3.client("stepfunctions")
    try:
        told = sfn.describe_execution(executionArn=execution)
    except (sfn.exceptions.ExecutionDoesNotExist, sfn.exceptions.InvalidArn):
        return "UNKNOWN", None
    return told["status"], told.get("stopDate")


def _is_running(execution: str) -> bool | None:
    status, _ = _told(execution)
    return None if status == "UNKNOWN" else status in ("RUNNING", "PENDING_REDRIVE")


def _seconds_to_let_end(execution: str) -> int:
    status, stopped = _told(execution)
    if status not in ("ABORTED", "TIMED_OUT") or stopped is None:
        return 0
    return max(0, FUNCTION_SECONDS - int((datetime.now(UTC) - stopped).total_seconds()))


def _one_after_the_other(pairs: list[Pair], documents: Documents) -> list[dict[str, Any]]:
    """As `by_target`; a target given by its name is the playlist that was made for it."""
    groups: dict[str, list[Pair]] = {}
    for group in by_target(pairs):
        first = group["pairs"][0]
        made = playlist_of(documents, first["create"]) if "create" in first else None
        groups.setdefault(made or group["target"], []).extend(group["pairs"])
    return [
        {"target": target, "pairs": sorted(members, key=lambda pair: pair["index"])}
        for target, members in groups.items()
    ]


def prepare(this: Step) -> State:
    """`{"busy", "wait_seconds", "targets", "run", "spotify_requests"}`, or the output of a run that ends as busy.

    `wait_seconds` is how long to let the functions end of a run that was stopped a moment ago.
    """
    pairs = pairs_of(this.input, this.settings, datetime.now(UTC))
    documents = Documents(this.settings.bucket)
    made = claim(documents, this.execution, _is_running)
    if made.holder != this.execution:
        output = {"outcome": "busy", "pairs": [], "spotify_requests": 0, "reauthorize_by": None}
        return {"busy": True, "output": output}
    return {
        "busy": False,
        "wait_seconds": _seconds_to_let_end(made.displaced) if made.displaced else 0,
        "run": {
            "name": this.run,
            "dry_run": bool(this.input.get("dry_run")),
            "settle_seconds": this.settings.settle_seconds,
        },
        "targets": _one_after_the_other(pairs, documents),
        "spotify_requests": 0,
    }


handler = step(prepare)
