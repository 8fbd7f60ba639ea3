"""Prepare: check the input, fill it from the stack's settings, and claim the run."""

import boto3

from archive.claim import claim
from archive.documents import Documents
from archive.run_input import by_target, pairs_of
from archive.step import State, Step, step


def _is_running(execution: str) -> bool:
    sfn = boto3.client("stepfunctions")
    try:
        return sfn.describe_execution(executionArn=execution)["status"] in ("RUNNING", "PENDING_REDRIVE")
    except (sfn.exceptions.ExecutionDoesNotExist, sfn.exceptions.InvalidArn):
        return False


def prepare(this: Step) -> State:
    """`{"busy", "targets", "run", "spotify_requests"}`, or the output of a run that ends as busy."""
    pairs = pairs_of(this.input, this.settings)
    if claim(Documents(this.settings.bucket), this.execution, _is_running):
        output = {"outcome": "busy", "pairs": [], "spotify_requests": 0, "reauthorize_by": None}
        return {"busy": True, "output": output}
    return {
        "busy": False,
        "run": {
            "name": this.run,
            "dry_run": bool(this.input.get("dry_run")),
            "settle_seconds": this.settings.settle_seconds,
        },
        "targets": by_target(pairs),
        "spotify_requests": 0,
    }


handler = step(prepare)
