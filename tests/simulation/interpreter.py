"""A state machine's definition, stepped: just what statemachine/rediscover.asl.json uses of the Amazon States Language.

https://states-language.net/spec.html. Checked against moto's interpreter in tests/statemachine/test_mock_cases.py, case
by case. What the file does not use is refused, so that a new field in it is not left out here unnoticed.
"""

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Json = Any
State = dict[str, Any]

UNCAUGHT = ("States.Runtime", "States.DataLimitExceeded")
"""What States.ALL does not match (Step Functions, Handling errors)."""

FIELDS = {
    "Task": {"Resource", "Parameters", "ResultPath", "TimeoutSeconds", "Retry", "Catch"},
    "Map": {"ItemsPath", "MaxConcurrency", "ItemSelector", "ItemProcessor", "ResultPath", "Catch"},
    "Parallel": {"Branches", "ResultPath", "Catch"},
    "Choice": {"Choices", "Default"},
    "Wait": {"SecondsPath"},
    "Pass": {"Parameters", "InputPath"},
    "Succeed": set(),
    "Fail": {"Error", "ErrorPath", "CausePath"},
}


class StateError(Exception):
    """What a state fails with: the error's name and its cause."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


@dataclass(frozen=True)
class Pause:
    """Go on after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Call:
    """Go on with what the resource answers, or after so many seconds with States.Timeout."""

    state: str
    resource: str
    payload: Json
    seconds: float


@dataclass
class Frame:
    """Where a machine stands. `branches` are the machines within its present state, once that was entered.

    Kept apart from the generator that steps it: a redrive begins a new one where the old one was cut off.
    """

    machine: State
    state: str
    value: Json
    item: Json = None
    branches: "list[Frame] | None" = None
    is_done: bool = False


@dataclass(frozen=True)
class Fork:
    """Go on when these have all ended, at most `limit` of which (0: all) run at a time."""

    frames: list[Frame]
    limit: int


Effect = Pause | Call | Fork
Stepping = Generator[Effect, Any, Json]


def frame_of(machine: State, value: Json, item: Json = None) -> Frame:
    """A machine at its beginning."""
    return Frame(machine, machine["StartAt"], value, item)


@dataclass
class Interpreter:
    """Steps the machines of one execution. `jitter` draws from 0 to a number, `entered` is told of every state."""

    execution: Mapping[str, Any]
    jitter: Callable[[float], float]
    entered: Callable[[str, Json], None]
    _counted: dict[int, int] = field(default_factory=dict)

    def steps(self, frame: Frame) -> Stepping:
        """Go on from where `frame` stands; the machine's output. Raises StateError."""
        while True:
            state = frame.machine["States"][frame.state]
            _check(frame.state, state)
            if frame.branches is None:
                self.entered(frame.state, frame.value)
            try:
                following, frame.value = yield from self._stepped(frame, state)
            except StateError as error:
                following, frame.value = _caught(state, frame.value, error)
            frame.branches = None
            if following is None:
                frame.is_done = True
                return frame.value
            frame.state = following

    def _stepped(self, frame: Frame, state: State) -> Generator[Effect, Any, tuple[str | None, Json]]:
        """The next state, None after the last one, and its input."""
        value, kind = frame.value, state["Type"]
        if kind == "Choice":
            return _chosen(state, value), value
        if kind == "Fail":
            raise StateError(
                state.get("Error") or found(state["ErrorPath"], value), str(found(state["CausePath"], value))
            )
        if kind == "Wait":
            yield Pause(found(state["SecondsPath"], value))
        elif kind == "Pass":
            context = self._context(frame)
            value = filled(state["Parameters"], value, context) if "Parameters" in state else value
            value = found(state.get("InputPath", "$"), value)
        elif kind == "Task":
            value = placed(state, value, (yield from self._task(frame, state)))
        elif kind in ("Map", "Parallel"):
            if frame.branches is None:
                frame.branches = self._branches(frame, state)
            yield Fork(frame.branches, state.get("MaxConcurrency", 0))
            value = placed(state, value, [one.value for one in frame.branches])
        return state.get("Next"), value

    def _branches(self, frame: Frame, state: State) -> list[Frame]:
        if state["Type"] == "Parallel":
            return [frame_of(branch, frame.value, frame.item) for branch in state["Branches"]]
        items = found(state["ItemsPath"], frame.value)
        machine, selector = state["ItemProcessor"], state["ItemSelector"]
        return [frame_of(machine, filled(selector, frame.value, self._context(frame, item)), item) for item in items]

    def _task(self, frame: Frame, state: State) -> Generator[Effect, Any, Json]:
        retriers = state.get("Retry", [])
        counts, retries = [0] * len(retriers), 0
        while True:
            told = {"Name": frame.state, "RetryCount": retries}
            payload = filled(state["Parameters"], frame.value, self._context(frame, frame.item, told))
            try:
                return (yield Call(frame.state, state["Resource"], payload, state["TimeoutSeconds"]))
            except StateError as error:
                place = next((n for n, one in enumerate(retriers) if _is_for(one, error.error)), None)
                if place is None or counts[place] >= retriers[place]["MaxAttempts"]:
                    raise
                delay = retriers[place]["IntervalSeconds"] * retriers[place]["BackoffRate"] ** counts[place]
                counts[place] += 1
                retries += 1
            yield Pause(self.jitter(min(delay, retriers[place]["MaxDelaySeconds"])))

    def _context(self, frame: Frame, item: Json = None, state: Json = None) -> Json:
        return {"Execution": self.execution, "State": state, "Map": {"Item": {"Value": item or frame.item}}}


def _check(name: str, state: State) -> None:
    """Raises NotImplementedError for what is not known here."""
    unknown = set(state) - {"Type", "Comment", "Next", "End"} - FIELDS[state["Type"]]
    if unknown:
        raise NotImplementedError(f"{name} has {', '.join(sorted(unknown))}")


def _is_for(rule: State, error: str) -> bool:
    """Whether a retrier or catcher is for an error."""
    return error in rule["ErrorEquals"] or ("States.ALL" in rule["ErrorEquals"] and error not in UNCAUGHT)


def _caught(state: State, value: Json, error: StateError) -> tuple[str, Json]:
    for rule in state.get("Catch", []):
        if _is_for(rule, error.error):
            return rule["Next"], placed(rule, value, {"Error": error.error, "Cause": error.cause})
    raise error


def _chosen(state: State, value: Json) -> str:
    for rule in state["Choices"]:
        if _holds(rule, value):
            return str(rule["Next"])
    return str(state["Default"])


def _holds(rule: State, value: Json) -> bool:
    if "Or" in rule:
        return any(_holds(one, value) for one in rule["Or"])
    (compared,) = set(rule) - {"Variable", "Next"}
    if compared == "IsPresent":
        return _is_present(rule["Variable"], value) is rule[compared]
    variable = found(rule["Variable"], value)
    if compared == "BooleanEquals":
        return variable is rule[compared]
    if compared == "NumericGreaterThan":
        return bool(variable > rule[compared])
    raise NotImplementedError(compared)


@cache
def _parts(path: str) -> list[str | int]:
    if not re.fullmatch(r"\$(\.\w+|\[\d+\])*", path):
        raise NotImplementedError(path)
    return [name or int(place) for name, place in re.findall(r"\.(\w+)|\[(\d+)\]", path)]


def found(path: str, value: Json) -> Json:
    """What `path` leads to. Raises StateError where that is nothing."""
    try:
        for part in _parts(path):
            value = value[part]
    except (KeyError, IndexError, TypeError):
        raise StateError("States.Runtime", f"The path {path} leads nowhere.") from None
    return value


def _is_present(path: str, value: Json) -> bool:
    try:
        found(path, value)
    except StateError:
        return False
    return True


def filled(template: Json, value: Json, context: Json) -> Json:
    """A payload template with what its paths lead to."""
    if not isinstance(template, dict):
        return template
    return {
        key.removesuffix(".$"): (
            (found(one[1:], context) if one.startswith("$$") else found(one, value))
            if key.endswith(".$")
            else filled(one, value, context)
        )
        for key, one in template.items()
    }


def placed(state: State, value: Json, result: Json) -> Json:
    """A state's output: its input with the result where ResultPath says, `value` itself left as it was."""
    path = state.get("ResultPath", "$")
    if path is None:
        return value
    parts = _parts(path)
    if not parts:
        return result
    whole: Json = {"whole": value}
    inner, key = whole, "whole"
    for part in parts:
        old = inner[key]
        inner[key] = dict(old) if isinstance(old, dict) else {}
        inner, key = inner[key], str(part)
        inner.setdefault(key, None)
    inner[key] = result
    return whole["whole"]
