"""The cases as requests for AWS's TestState, a state at a time, with what it has to answer.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.statemachine.answers import Throw
from tests.statemachine.definition import STATES, State, catcher, mocked
from tests.statemachine.runs import Run
from tests.statemachine.ways import Case

DEFINITION = json.dumps(mocked())
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:rediscover"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:rediscover:mocked"
BRANCH_FAILED = Throw("States.BranchFailed")


@dataclass(frozen=True)
class StateRequest:
    """A request, and the `status` and `nextState` that are to be answered; None for a state that ends its machine."""

    request: dict[str, Any]
    status: str
    next_state: str | None

    @property
    def name(self) -> str:
        """The state."""
        return str(self.request["stateName"])


def state_requests(runs: Iterable[tuple[Case, Run]]) -> list[StateRequest]:
    """A request for everything that happened to a state in these runs, each once.

    There is none for a Wait, in which nothing is decided.
    """
    made = [one for case, run in runs for one in _of_run(case, run)]
    return list({json.dumps(one.request, sort_keys=True): one for one in made}.values())


def _of_run(case: Case, run: Run) -> Iterator[StateRequest]:
    answers = {task: list(given) for task, given in case.all_answers.items()}
    inputs = {name: list(given) for name, given in run.inputs.items()}
    for name, following in pairwise([*run.path, ""]):
        state, given = STATES[name], inputs[name].pop(0)
        if state["Type"] == "Task":
            yield from _attempts(name, given, answers[name])
        elif state["Type"] in ("Map", "Parallel"):
            result = json.dumps([{} for _ in state.get("Branches", [])])
            yield _request(name, given, "SUCCEEDED", state.get("Next"), {"result": result})
            if "Catch" in state:
                yield _request(name, given, "CAUGHT_ERROR", state["Catch"][0]["Next"], _error(BRANCH_FAILED))
        elif state["Type"] != "Wait":
            status = "FAILED" if state["Type"] == "Fail" else "SUCCEEDED"
            yield _request(name, given, status, following if state["Type"] == "Choice" else state.get("Next"))


def _attempts(name: str, given: Any, answers: list[Any]) -> Iterator[StateRequest]:
    """The attempts of one visit; takes them from `answers`."""
    state, failed = STATES[name], Counter[int]()
    while True:
        answer, attempt = answers.pop(0), failed.total()
        if not isinstance(answer, Throw):
            yield _request(name, given, "SUCCEEDED", state["Next"], {"result": json.dumps(answer)}, attempt)
            return
        retrier = _retrier(state, answer.error)
        again = retrier is not None and failed[retrier] < state["Retry"][retrier]["MaxAttempts"]
        caught = None if again else catcher(state, answer.error)
        retried = {"stateConfiguration": {"retrierRetryCount": 0 if retrier is None else failed[retrier]}}
        status = "RETRIABLE" if again else "CAUGHT_ERROR"
        yield _request(name, given, status, caught, _error(answer), attempt, **retried)
        if retrier is None or not again:
            return
        failed[retrier] += 1


def _request(
    name: str,
    given: Any,
    status: str,
    next_state: str | None,
    mock: dict[str, Any] | None = None,
    attempt: int = 0,
    **settings: Any,
) -> StateRequest:
    request = {"definition": DEFINITION, "stateName": name, "input": json.dumps(given), **settings}
    if mock:  # only then may there be a context
        context = {
            "Execution": {"Id": EXECUTION, "Name": "mocked"},
            "State": {"Name": name, "RetryCount": attempt},
            "StateMachine": {"Id": MACHINE, "Name": "rediscover"},
        }
        request |= {"mock": {**mock, "fieldValidationMode": "NONE"}, "context": json.dumps(context)}
    return StateRequest(request, status, next_state)


def _error(throw: Throw) -> dict[str, Any]:
    return {"errorOutput": {"error": throw.error, "cause": throw.cause}}


def _retrier(state: State, error: str) -> int | None:
    """Which of a state's retriers an error is for."""
    return next((n for n, one in enumerate(state.get("Retry", [])) if error in one["ErrorEquals"]), None)
