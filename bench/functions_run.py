"""A run without the engine: the handlers, called in one process in the state machine's order."""

import importlib
import io
import statistics
import sys
import time
import uuid
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from bench import ROOT
from rediscover_archive.documents import Documents
from rediscover_archive.runs.claim import KEY
from rediscover_archive.settings import Settings
from tests.statemachine.definition import handlers, next_task

State = dict[str, Any]

CONTEXT = SimpleNamespace(
    function_name="bench",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:bench",
    aws_request_id="bench",
)


@dataclass
class FunctionsRun:
    """What a run came to. `seconds` is its time without the settle wait; `states` that of each state."""

    name: str = field(default_factory=lambda: f"bench-{uuid.uuid4()}")
    output: State = field(default_factory=dict)
    seconds: float = 0
    states: dict[str, float] = field(default_factory=dict)


class Functions:
    """The handlers, warm: imported before the first run, in the process that calls them."""

    def __init__(self) -> None:
        # With metrics switched off, Powertools warns of none.
        warnings.filterwarnings("ignore", message="No application metrics to publish")
        self._quiet = io.StringIO()
        sys.path.insert(0, str(ROOT / "functions"))
        with redirect_stdout(self._quiet):
            self._handlers: dict[str, Callable[[State, Any], State]] = {
                state: importlib.import_module(module).handler for state, module in handlers().items()
            }

    def run(self, source: str, target: str) -> FunctionsRun:
        """Archive one pair. A state that fails, fails the benchmark."""
        run = FunctionsRun()
        # Step Functions knows no execution of ours, so its claim would be waited for while it is young.
        Documents(Settings.from_environment().bucket).delete(KEY)
        started = time.perf_counter()
        with redirect_stdout(self._quiet):
            state = self._call(run, "Prepare", {"pairs": [{"source": source, "target": target}], "max_new": 10_000})
            state = self._call(run, "RefreshToken", state)
            pair = {"pair": state["targets"][0]["pairs"][0], "run": state["run"], "spotify_requests": 0}
            summary = self._call(run, "Summarize", {**state, "results": [[self._archive(run, pair)]]})
        run.seconds = time.perf_counter() - started
        run.output = summary["output"]
        if summary["failed"]:
            raise RuntimeError(f"the run failed: {summary['cause']}")
        return run

    def read_target(self, target: str) -> float:
        """ReadTarget alone, with the access token of an earlier run; its seconds."""
        run = FunctionsRun()
        pair = {"index": 0, "target_id": target, "options": {}}
        with redirect_stdout(self._quiet):
            of_run = {"name": run.name, "dry_run": False, "settle_seconds": 0}
            self._call(run, "ReadTarget", {"pair": pair, "run": of_run, "spotify_requests": 0})
        return run.states["ReadTarget"]

    def _archive(self, run: FunctionsRun, pair: State) -> State:
        with ThreadPoolExecutor(2) as branches:
            read = list(branches.map(lambda state: self._call(run, state, pair), ("ReadSource", "ReadTarget")))
        state = self._call(run, "SelectNewTracks", {**pair, "read": read})
        task = "SelectNewTracks"
        while task := next_task(task, state):
            state = self._call(run, task, state)
        return state

    def _call(self, run: FunctionsRun, state: str, given: State) -> State:
        event = {
            "execution": f"arn:aws:states:us-east-1:123456789012:execution:bench:{run.name}",
            "run": run.name,
            "state": state,
            "retry": 0,
            "input": given,
        }
        started = time.perf_counter()
        answer = self._handlers[state](event, CONTEXT)
        run.states[state] = time.perf_counter() - started
        if answer.get("again"):
            raise RuntimeError(f"{state} asks to be called again: {answer.get('waiting_for')}")
        return answer


def median_states(runs: list[FunctionsRun]) -> dict[str, float]:
    """The median seconds of each state."""
    return {state: statistics.median(run.states[state] for run in runs) for state in runs[0].states}
