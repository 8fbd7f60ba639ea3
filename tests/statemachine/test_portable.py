"""The state machine relies on nothing that engines do differently. docs/engines.md lists what that is."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.statemachine.definition import FILE, STATES

TEXT = FILE.read_text(encoding="utf-8")
CONTEXT = {"Execution.Id", "Execution.Name", "State.Name", "State.RetryCount", "Map.Item.Value", "Map.Item.Value.pairs"}
"""All that is read of the context object. A time in it has another form on each engine."""

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
"""The fields in use, which every engine knows, beside Type, Comment, Next and End. None is of JSONata."""

COMPARED = {"BooleanEquals", "NumericGreaterThan", "IsPresent"}


def test_paths_are_json_paths_without_intrinsic_functions() -> None:
    assert "QueryLanguage" not in TEXT
    assert "States." not in re.sub(r'"States\.(ALL|Timeout)"', "", TEXT)
    paths = [value for key, value in _items(json.loads(TEXT)) if key.endswith((".$", "Path")) and value is not None]
    assert [path for path in paths if not re.fullmatch(r"\$(\$?(\.\w+)+)?", path)] == []


def test_of_the_context_only_what_every_engine_can_be_given_is_read() -> None:
    assert set(re.findall(r'"\$\$\.([\w.]+)"', TEXT)) == CONTEXT


@pytest.mark.parametrize("name", STATES)
def test_a_state_has_only_fields_that_every_engine_knows(name: str) -> None:
    state = STATES[name]
    assert set(state) - {"Type", "Comment", "Next", "End"} <= FIELDS[state["Type"]]


def test_a_choice_is_made_by_what_every_engine_compares_alike() -> None:
    rules = [rule for state in STATES.values() for rule in state.get("Choices", [])]
    tests = [one for rule in rules for one in rule.get("Or", [rule])]
    assert {key for one in tests for key in one if key not in ("Variable", "Next")} == COMPARED


def test_every_map_is_inline() -> None:
    maps = [state for state in STATES.values() if state["Type"] == "Map"]
    assert maps
    assert all(state["ItemProcessor"].get("ProcessorConfig", {}).get("Mode", "INLINE") == "INLINE" for state in maps)


def test_every_next_state_is_in_the_same_machine() -> None:
    """moto takes a definition without it."""
    for machine in [json.loads(TEXT), *_machines(json.loads(TEXT))]:
        named = {value for state in machine["States"].values() for value in _nexts(state)} | {machine["StartAt"]}
        assert named <= set(machine["States"])


def test_functions_and_sns_are_all_that_is_called() -> None:
    resources = {state["Resource"] for state in STATES.values() if state["Type"] == "Task"}
    assert all(re.fullmatch(r"\$\{\w+FunctionArn\}|arn:aws:states:::sns:publish", one) for one in resources)


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key in a JSON value, with what it holds."""
    for key, item in value.items() if isinstance(value, dict) else ():
        yield key, item
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _items(item)


def _machines(value: Any) -> Iterator[dict[str, Any]]:
    """The machines within a machine."""
    for key, item in _items(value):
        if key == "ItemProcessor":
            yield item
        if key == "Branches":
            yield from item


def _nexts(state: dict[str, Any]) -> Iterator[str]:
    """The states that may follow."""
    rules = [state, *state.get("Choices", []), *state.get("Catch", [])]
    yield from (rule[key] for rule in rules for key in ("Next", "Default") if key in rule)
