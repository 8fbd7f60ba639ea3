"""The toy stack that the engine is tried with."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from rediscover.engine import Engine

ROLE = "arn:aws:iam::123456789012:role/any"
TEMPLATE = Path(__file__).with_name("toy") / "template.yaml"


def toy_engine(home: Path, parameters: dict[str, str] | None = None, **settings: Any) -> Engine:
    """An engine with the toy template, not started."""
    return Engine(home, parameters or {}, template=TEMPLATE, **settings)


def invoke(engine: Engine, function: str, **event: Any) -> tuple[Any, str | None]:
    """A function's answer, and the header that says whether it is an error."""
    answer = engine.client("lambda").invoke(FunctionName=engine.resources[function], Payload=json.dumps(event).encode())
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def ended(engine: Engine, execution: str) -> Any:
    """DescribeExecution's answer once the execution has ended; output and cause are read."""
    states = engine.client("stepfunctions")
    while (described := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.02)
    if "output" in described:
        described["output"] = json.loads(described["output"])
    return described


def run(engine: Engine, definition: dict[str, Any] | str, given: Any, role: str = ROLE) -> Any:
    """Run a state machine until it ends: the one of that ARN, or one of that definition with a role, by its ARN."""
    states = engine.client("stepfunctions")
    machine = definition
    if isinstance(definition, dict):
        made = states.create_state_machine(name=f"m{uuid4()}", definition=json.dumps(definition), roleArn=role)
        machine = made["stateMachineArn"]
    started = states.start_execution(stateMachineArn=machine, input=json.dumps(given))
    return ended(engine, started["executionArn"])


def events(engine: Engine, execution: str) -> list[dict[str, Any]]:
    """An execution's history."""
    found: list[dict[str, Any]] = engine.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    return found
