"""The state machine's definition, as the tests of every engine need it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.engine.deployment.template import load

NOTIFY_SECONDS = 1
"""Notify's TimeoutSeconds in `mocked`, so that it can be waited for."""

FILE = Path(__file__).parents[2] / "statemachine" / "rediscover.asl.json"

State = dict[str, Any]


def states_of(machine: State) -> Iterator[tuple[str, State]]:
    """Every state by its name, those in a Map or Parallel after it."""
    for name, state in machine["States"].items():
        yield name, state
        for inner in inner_machines(state):
            yield from states_of(inner)


def inner_machines(state: State) -> list[State]:
    """A Parallel's branches, or a Map's item processor."""
    return [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]


STATES = dict(states_of(json.loads(FILE.read_text(encoding="utf-8"))))
ROOT = FILE.parents[1]
TASKS = [name for name, state in STATES.items() if state["Type"] == "Task"]


@cache
def functions() -> dict[str, str]:
    """The logical id of the function behind each state that runs one, by the machine and the template."""
    template, _ = load(ROOT / "template.yaml", {})
    substituted = template["Resources"]["StateMachine"]["Properties"]["DefinitionSubstitutions"]
    arns = {f"${{{name}}}": value["Fn::GetAtt"][0] for name, value in substituted.items() if "Fn::GetAtt" in value}
    return {name: arns[STATES[name]["Resource"]] for name in TASKS if STATES[name]["Resource"] in arns}


@cache
def handlers() -> dict[str, str]:
    """The module behind each of these states."""
    template, _ = load(ROOT / "template.yaml", {})
    resources = template["Resources"]
    return {
        state: resources[function]["Properties"]["Handler"].partition(".")[0] for state, function in functions().items()
    }


def next_task(name: str, output: State) -> str:
    """The Task after a state that gave `output`, past choices, waits and what passes on; "" where a pair ends."""
    following = str(STATES[name].get("Next", ""))
    while following and STATES[following]["Type"] != "Task":
        state = STATES[following]
        following = _chosen(state, output) if state["Type"] == "Choice" else str(state.get("Next", ""))
    return following


def _chosen(choice: State, output: State) -> str:
    for rule in choice["Choices"]:
        value: Any = output
        for key in rule["Variable"].removeprefix("$.").split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if (value is not None) if "IsPresent" in rule else value is rule["BooleanEquals"]:
            return str(rule["Next"])
    return str(choice["Default"])


def mocked() -> State:
    """The definition with ARNs of nothing that is there, for services that are mocked. Its retries come soon."""
    text = re.sub(r"\$\{(\w+FunctionArn)\}", rf"arn:aws:lambda:{REGION}:{ACCOUNT}:function:\1", FILE.read_text("utf-8"))
    machine: State = json.loads(text.replace("${TopicArn}", f"arn:aws:sns:{REGION}:{ACCOUNT}:topic"))
    machine["States"]["Notify"]["TimeoutSeconds"] = NOTIFY_SECONDS
    for _, state in states_of(machine):
        for retrier in state.get("Retry", []):
            retrier.update(IntervalSeconds=1, BackoffRate=1, MaxDelaySeconds=2)
    return machine


def catcher(state: State, error: str) -> str:
    """Where an error that is not retried leads."""
    return str(next(one["Next"] for one in state["Catch"] if {error, "States.ALL"} & set(one["ErrorEquals"])))


def in_order(entered: list[str]) -> list[str]:
    """States in the order they were entered, but a Parallel's branches one after the other, as they are written."""
    branch_of = {
        name: (parallel, number)
        for parallel, state in STATES.items()
        for number, branch in enumerate(state.get("Branches", []))
        for name, _ in states_of(branch)
    }
    ordered: list[str] = []
    at_once: list[str] = []
    for name in [*entered, ""]:
        if name in branch_of:
            at_once.append(name)
            continue
        ordered += sorted(at_once, key=branch_of.__getitem__)
        at_once.clear()
        ordered += [name] if name else []
    return ordered
