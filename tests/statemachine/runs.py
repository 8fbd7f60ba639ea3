"""What a case came to on an interpreter."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from tests.statemachine.definition import in_order


@dataclass(frozen=True)
class Run:
    """The end of an execution, the states it entered, in `in_order`'s order, and the inputs of each one's visits."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    path: tuple[str, ...]
    inputs: dict[str, list[Any]]

    @classmethod
    def told(cls, entered: list[tuple[str, Any]], **end: Any) -> Self:
        """The run of what was entered, each with its input, and its other fields."""
        inputs: dict[str, list[Any]] = {name: [] for name, _ in entered}
        for name, given in entered:
            inputs[name].append(given)
        return cls(path=tuple(in_order([name for name, _ in entered])), inputs=inputs, **end)

    @classmethod
    def of(cls, states: Any, execution: str, seconds: float = 60, wait: Callable[[float], object] = time.sleep) -> Self:
        """The execution, once it has ended; `states` is a client of its Step Functions, and `wait` waits for an end."""
        until = time.monotonic() + seconds
        while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < until, "the execution does not end"
            wait(0.2)
        events = states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        key = "stateEnteredEventDetails"
        return cls.told(
            [(event[key]["name"], json.loads(event[key]["input"])) for event in events if key in event],
            status=told["status"],
            output=json.loads(told["output"]) if told.get("output") else None,
            error=told.get("error"),
            cause=told.get("cause"),
        )


def readable(value: Any) -> Any:
    """`value` with every cause that is JSON read, as moto writes it anew without spaces; less the invocation's id."""
    if isinstance(value, list):
        return [readable(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _read(item) if key.lower() == "cause" else readable(item) for key, item in value.items()}


def _read(cause: Any) -> Any:
    try:
        told = json.loads(cause)
    except (TypeError, ValueError):
        return cause
    return {key: item for key, item in told.items() if key != "requestId"}
