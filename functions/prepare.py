"""Prepare: check the input, fill it from the stack's settings, and claim the run."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from rediscover_archive.documents import Documents
from rediscover_archive.inbox.kept import keep_pasted
from rediscover_archive.runs.claim import claim, is_running, seconds_to_let_end
from rediscover_archive.runs.run_input import by_target, let_clear, pairs_of
from rediscover_archive.runs.state import BUSY, RunState
from rediscover_archive.runs.step import Attempt, step
from rediscover_archive.targets.volumes import playlist_of


def prepare(attempt: Attempt[Any]) -> RunState:
    """`{"busy", "wait_seconds", "targets", "run", "spotify_requests"}`, or the output of a run that ends as busy.

    `wait_seconds` is how long to let the functions end of a run that was stopped a moment ago.
    """
    pairs = pairs_of(attempt.input, attempt.settings, datetime.now(UTC))
    documents = Documents(attempt.settings.bucket)
    held = claim(documents, attempt.execution, is_running)
    if held.holder != attempt.execution:
        return {"busy": True, "output": BUSY}
    for pair in pairs:
        keep_pasted(documents, attempt.run, pair["index"], pair.pop("pasted", {}))
    groups = by_target(pairs, partial(playlist_of, documents))
    if not attempt.input.get("dry_run"):
        let_clear(groups)
    return {
        "busy": False,
        "wait_seconds": seconds_to_let_end(held.displaced) if held.displaced else 0,
        "run": {
            "name": attempt.run,
            "dry_run": bool(attempt.input.get("dry_run")),
            "settle_seconds": attempt.settings.settle_seconds,
        },
        "targets": groups,
        "spotify_requests": 0,
    }


handler = step(prepare)
