"""Executions recorded from the embedded engine, and one in the shapes that AWS uses."""

import json
from pathlib import Path
from typing import Any

from rediscover.executions.timeline import Timeline, build

FOLDER = Path(__file__).with_name("recorded")


def load(name: str) -> dict[str, Any]:
    """`{"execution", "events"}` as Step Functions answered."""
    recording: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return recording


def timeline(name: str) -> Timeline:
    """The timeline of a recording."""
    recording = load(name)
    return build(recording["execution"], recording["events"])


def running(name: str, until: int, definition: dict[str, Any] | None = None) -> Timeline:
    """The timeline of a recording as it was after the event with the id `until`."""
    recording = load(name)
    execution = {**recording["execution"], "status": "RUNNING"}
    for key in ("stopDate", "output", "error", "cause"):
        execution.pop(key, None)
    return build(execution, recording["events"][:until], definition)
