"""Executions that AWS ends, whatever their Catch says: States.Runtime and States.DataLimitExceeded.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from dataclasses import dataclass
from typing import Any

State = dict[str, Any]

RUNTIME, TOO_LARGE = "States.Runtime", "States.DataLimitExceeded"
DONE: State = {"Type": "Pass", "End": True}
EVERYTHING = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:nothing"
HALF = "x" * 140_000
"""More than half of what a state may be given or give."""


@dataclass(frozen=True)
class Uncatchable:
    """A state, and input with which it ends its execution by `error`."""

    name: str
    error: str
    state: State
    given: State

    def __str__(self) -> str:
        return self.name

    @property
    def machine(self) -> State:
        """The state alone, which catches and retries whatever can be."""
        retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        state = {**self.state, "Retry": retry, "Catch": EVERYTHING, "End": True}
        return {"StartAt": "State", "States": {"State": state, "Caught": DONE}}


def _inner(state: State) -> State:
    return {"StartAt": "Inner", "States": {"Inner": {**state, "End": True}}}


def _parallel(*states: State, **fields: Any) -> State:
    return {"Type": "Parallel", "Branches": [_inner(state) for state in states], **fields}


def _map(state: State) -> State:
    return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": _inner(state)}


PASS: State = {"Type": "Pass"}
LOST: State = {"Type": "Pass", "Parameters": {"a.$": "$.nothing"}}
DOUBLED: State = {"Type": "Pass", "Parameters": {"a.$": "$.half", "b.$": "$.half"}}
EVERY = [
    Uncatchable("Parameters", RUNTIME, {"Type": "Task", "Resource": FUNCTION, "Parameters": LOST["Parameters"]}, {}),
    Uncatchable("ItemsPath", RUNTIME, _map(PASS), {}),
    Uncatchable("InputPath", RUNTIME, _parallel(PASS, InputPath="$.nothing"), {}),
    Uncatchable("OutputPath", RUNTIME, _parallel(PASS, OutputPath="$.nothing"), {}),
    Uncatchable("ResultSelector", RUNTIME, _parallel(PASS, ResultSelector=LOST["Parameters"]), {}),
    Uncatchable("InABranch", RUNTIME, _parallel(LOST), {}),
    Uncatchable("InAnItem", RUNTIME, _map(LOST), {"items": [1]}),
    Uncatchable("SecondsPath", RUNTIME, _parallel({"Type": "Wait", "SecondsPath": "$.nothing"}), {}),
    Uncatchable("TooLargeInABranch", TOO_LARGE, _parallel(DOUBLED), {"half": HALF}),
    Uncatchable("TooLargeInAnItem", TOO_LARGE, _map(DOUBLED), {"items": [{"half": HALF}]}),
    Uncatchable("TooLargeTogether", TOO_LARGE, _parallel(PASS, PASS), {"half": HALF}),
    Uncatchable("TooManyItems", TOO_LARGE, _map({"Type": "Pass", "Result": HALF}), {"items": [1, 2]}),
]
