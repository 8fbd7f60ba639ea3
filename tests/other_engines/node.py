"""The state machine on aws-local-stepfunctions, an interpreter in Node.js."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.statemachine.definition import State
from tests.statemachine.runs import Run

PROGRAM = Path(__file__).with_name("run.mjs")
INSTALLED = PROGRAM.with_name("node_modules")


def run_on_node(definition: State, endpoint: str, executions: dict[str, Any]) -> list[Run]:
    """Run executions one after the other, given by name and input; Lambda and SNS are at `endpoint`."""
    assert INSTALLED.exists(), "aws-local-stepfunctions is not installed: run make test-engines."
    named = [{"name": name, "input": given} for name, given in executions.items()]
    done = subprocess.run(
        ["node", PROGRAM],
        input=json.dumps({"definition": definition, "endpoint": endpoint, "executions": named}),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [_run(told) for told in json.loads(done.stdout)]


def _run(told: dict[str, Any]) -> Run:
    return Run.told(
        [(state["name"], state["input"]) for state in told["entered"]],
        status=told["status"],
        output=told.get("output"),
        error=told.get("error"),
        cause=told.get("cause"),
    )
