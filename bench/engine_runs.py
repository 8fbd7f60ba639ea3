"""Runs of the real state machine on the embedded engine: transitions, payloads, and the memory of the functions."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from bench import NEW, ROOT
from rediscover.engine import Engine
from rediscover.simulator import Simulator

MANY = 20
"""Pairs of the run with many."""

SIDE = 11_000
KNOWN = 10_000
"""Tracks of each playlist of the large run, and how many of the source's the target has already."""

WAIT_SCALE = 0.02

Item = dict[str, Any]
PROCESSES = Path("/proc")


@dataclass(frozen=True)
class Execution:
    """One run. `states` counts how often each state was entered; `log_bytes` are those of its functions' logs."""

    states: dict[str, int]
    events: int
    invocations: dict[str, int]
    requests: int
    log_bytes: int
    largest_payload: int
    payload_of: str

    @property
    def transitions(self) -> int:
        """What Step Functions charges for."""
        return sum(self.states.values())


@dataclass(frozen=True)
class EngineRuns:
    """`memory` is the peak resident size of each function's largest process in bytes; empty where /proc is not."""

    typical: Execution
    nothing_new: Execution
    many: Execution
    large: Execution
    memory: dict[str, int]


def engine_runs(simulator: Simulator) -> EngineRuns:
    """All of them, on one engine and without latency, which changes none of the counts."""
    simulator.settings.update(latency_seconds=0)
    with (
        # A process of its own for each function, as on Lambda.
        patch("rediscover.engine.processes.can_fork", lambda: False),
        TemporaryDirectory() as home,
        Engine(Path(home), simulator.parameters, wait_scale=WAIT_SCALE) as engine,
    ):
        secrets, secret = engine.client("secretsmanager"), engine.outputs["CredentialsSecretArn"]
        secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(simulator.credentials))
        stack = _Stack(engine, simulator, Path(home) / "logs" / "functions.log")
        one, twenty = [stack.pair()], [stack.pair() for _ in range(MANY)]
        stack.run(one + twenty)
        typical, nothing_new = stack.week(one), stack.run(one)
        many = stack.week(twenty)
        tracks = simulator.tracks(2 * SIDE - KNOWN, "Large")
        large = stack.run([stack.pair(tracks[SIDE - KNOWN :], tracks[:SIDE])])
        return EngineRuns(typical, nothing_new, many, large, _peaks())


class _Stack:
    def __init__(self, engine: Engine, simulator: Simulator, log: Path) -> None:
        self._engine = engine
        self._simulator = simulator
        self._log = log

    def pair(self, source: Sequence[Item] = (), target: Sequence[Item] = ()) -> dict[str, str]:
        create = self._simulator.create_playlist
        return {"source": create("Weekly", source), "target": create("Archive", target)}

    def week(self, pairs: list[dict[str, str]]) -> Execution:
        """Archive new tracks of `pairs` that an earlier run remembered."""
        for number, pair in enumerate(pairs):
            self._simulator.replace(pair["source"], self._simulator.tracks(NEW, f"{len(pairs)} pairs, {number}:"))
        return self.run(pairs)

    def run(self, pairs: list[dict[str, str]]) -> Execution:
        """Archive `pairs`, and read the history."""
        sfn, machine = self._engine.client("stepfunctions"), self._engine.outputs["StateMachineArn"]
        self._simulator.forget_requests()
        logged = self._log.stat().st_size
        given = json.dumps({"pairs": pairs, "max_new": 10_000})
        arn = sfn.start_execution(stateMachineArn=machine, input=given)["executionArn"]
        while (told := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.05)
        if told["status"] != "SUCCEEDED":
            raise RuntimeError(f"the execution {told['status']}: {told.get('cause')}")
        history = _history(sfn, arn)
        largest, payload_of = _largest_payload(history)
        return Execution(
            states=dict(Counter(one["name"] for one in _details(history, "stateEnteredEventDetails"))),
            events=len(history),
            invocations=_invocations(history),
            requests=self._simulator.requests_count(),
            log_bytes=self._log.stat().st_size - logged,
            largest_payload=largest,
            payload_of=payload_of,
        )


def reasons() -> dict[str, tuple[str, str]]:
    """The type of each state, in the order of the definition, and its Comment, which says why it is there."""
    text = (ROOT / "statemachine" / "rediscover.asl.json").read_text(encoding="utf-8")
    return dict(_reasons(json.loads(text)))


def _reasons(machine: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, state in machine["States"].items():
        yield name, (state["Type"], state.get("Comment", ""))
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner:
                yield from _reasons(inner)


def _history(sfn: Any, arn: str) -> list[dict[str, Any]]:
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


def _details(history: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    return [event[key] for event in history if key in event]


def _invocations(history: list[dict[str, Any]]) -> dict[str, int]:
    """How often the function of each Task state was invoked, retries too."""
    scheduled = _details(history, "lambdaFunctionScheduledEventDetails")
    return dict(Counter(json.loads(one["input"])["state"] for one in scheduled))


def _largest_payload(history: list[dict[str, Any]]) -> tuple[int, str]:
    """Most bytes of any input or output, and the event that has it."""
    payloads = [
        (len(details[key].encode()), f"{key} of {details.get('name', event['type'])}")
        for event in history
        for details in event.values()
        if isinstance(details, dict)
        for key in ("input", "output", "parameters")
        if isinstance(details.get(key), str)
    ]
    return max(payloads)


def _peaks() -> dict[str, int]:
    peaks: dict[str, int] = {}
    for process in PROCESSES.glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text().split("\0")
            status: dict[str, str] = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        except OSError:  # it has ended meanwhile
            continue
        of_ours = int(status["PPid"]) == os.getpid() and len(command) > 3 and command[2].endswith("worker.py")
        if of_ours and "VmHWM" in status:
            handler = command[3].removesuffix(".handler")
            peaks[handler] = max(peaks.get(handler, 0), int(status["VmHWM"].split()[0]) * 1024)
    return peaks
