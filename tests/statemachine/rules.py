"""Which Catch, Retry and Choice rules there are, and which of them a run took."""

from collections.abc import Iterator
from itertools import pairwise

from tests.statemachine.definition import STATES, catcher
from tests.statemachine.mocked_services import Attempt
from tests.statemachine.runs import Run

Rule = tuple[str, str, str]
"""The state, what of it (Retry, Catch or Choice), and the error that is retried or the state that is next."""


def every_rule() -> set[Rule]:
    """All that the definition has."""
    found: set[Rule] = set()
    for name, state in STATES.items():
        found |= {(name, "Retry", error) for retrier in state.get("Retry", []) for error in retrier["ErrorEquals"]}
        found |= {(name, "Catch", catcher["Next"]) for catcher in state.get("Catch", [])}
        found |= {(name, "Choice", next_state) for next_state in _choices(name)}
    return found


def taken(run: Run, attempts: list[Attempt]) -> set[Rule]:
    """The rules that a run took."""
    return {*_retried(attempts), *_left(run, attempts)}


def _choices(name: str) -> list[str]:
    state = STATES[name]
    return [*(rule["Next"] for rule in state.get("Choices", [])), *([state["Default"]] if "Default" in state else [])]


def _retried(attempts: list[Attempt]) -> Iterator[Rule]:
    for name in STATES:
        for before, after in pairwise(attempt for attempt in attempts if attempt.state == name):
            if before.error and after.retry > before.retry:
                yield name, "Retry", before.error


def _left(run: Run, attempts: list[Attempt]) -> Iterator[Rule]:
    """By which rule each state was left: the last error of each of its visits tells which one caught it."""
    ends = {name: _ends_of_visits(name, attempts) for name in STATES}
    for name, next_state in pairwise(run.path):
        if next_state in _choices(name):
            yield name, "Choice", next_state
        error = ends[name].pop(0) if ends[name] else None
        if error:
            yield name, "Catch", catcher(STATES[name], error)


def _ends_of_visits(name: str, attempts: list[Attempt]) -> list[str | None]:
    own = [attempt for attempt in attempts if attempt.state == name]
    return [before.error for before, after in pairwise([*own, Attempt(name, 0, None)]) if after.retry == 0]
