"""What cannot be seen by running the state machines: the rules that every state of them keeps."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from rediscover_archive import errors

ROOT = Path(__file__).parents[2]
FILES = {
    "StateMachine": ROOT / "statemachine" / "rediscover.asl.json",
    "ManyPairsStateMachine": ROOT / "statemachine" / "many-pairs.asl.json",
}
LAMBDA_ERRORS = {
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
"""https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception"""
SNS_ERRORS = {
    "SNS.AmazonSNSException",  # what has no class of its own, such as an answer with 503
    "SNS.InternalErrorException",
    "SNS.ThrottledException",
    "SNS.SdkClientException",
    "States.Timeout",
}

LONGEST_NAME = 80
"""Characters of a state's name (Amazon States Language, States)."""

State = dict[str, Any]


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, State]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from _states(inner)


MACHINES: dict[str, dict[str, Any]] = {
    machine: json.loads(file.read_text(encoding="utf-8")) for machine, file in FILES.items()
}
EVERY_STATE = {f"{machine}.{name}": state for machine in MACHINES for name, state in _states(MACHINES[machine])}
EVERY_TASK = {name: state for name, state in EVERY_STATE.items() if state["Type"] == "Task"}
TASKS = {name: state for name, state in _states(MACHINES["StateMachine"]) if state["Type"] == "Task"}
SPOTIFY_TASKS = [
    name for name, state in TASKS.items() if name.startswith(("Find", "Read", "Add", "Verify", "Clear", "Refresh"))
]


@pytest.mark.parametrize("machine", MACHINES)
def test_no_two_states_share_a_name(machine: str) -> None:
    names = [name for name, _ in _states(MACHINES[machine])]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", EVERY_STATE)
def test_a_name_says_what_kind_of_state_it_is_and_is_short_enough(name: str) -> None:
    state, own = EVERY_STATE[name], name.partition(".")[2]
    assert len(own) <= LONGEST_NAME
    assert own.endswith("?") == (state["Type"] == "Choice")
    assert own.startswith("WaitTo") == (state["Type"] == "Wait" and own != "Settle")
    assert own.startswith("RefreshToken") or state.get("Resource") != "${RefreshTokenFunctionArn}"


@pytest.mark.parametrize("name", TASKS)
def test_the_choice_whether_to_wait_has_the_name_of_the_state_that_was_asked_to(name: str) -> None:
    choice = EVERY_STATE[f"StateMachine.{TASKS[name]['Next']}"]
    asked = {"$.again", "$.token_again"} & {one.get("Variable") for one in choice.get("Choices", [])}
    assert bool(asked) == (TASKS[name]["Next"] == f"{name}Done?")


@pytest.mark.parametrize("name", EVERY_STATE)
def test_every_state_says_why_it_is_there(name: str) -> None:
    assert len(EVERY_STATE[name]["Comment"]) > 15


@pytest.mark.parametrize("name", EVERY_TASK)
def test_every_task_ends_retries_and_is_caught(name: str) -> None:
    task = EVERY_TASK[name]
    runs_the_other_machine = name == "ManyPairsStateMachine.RunBatch"
    assert 0 < task["TimeoutSeconds"] <= (176_400 if runs_the_other_machine else 150)
    retried = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
    assert "States.ALL" not in retried
    for retry in task["Retry"]:
        assert retry["MaxDelaySeconds"] > 0
        assert retry["JitterStrategy"] == "FULL"
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    if task["Resource"].endswith("FunctionArn}"):
        assert retried >= LAMBDA_ERRORS
        assert all(one["MaxAttempts"] >= 6 for one in task["Retry"] if LAMBDA_ERRORS & {*one["ErrorEquals"]})
    if task["Resource"].endswith(":sns:publish"):
        assert retried == SNS_ERRORS


def _subclasses(family: type) -> set[str]:
    return {
        name for name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, family) and one != family
    }


@pytest.mark.parametrize("name", TASKS)
def test_what_ends_for_good_is_never_retried(name: str) -> None:
    retried = {error for retry in TASKS[name]["Retry"] for error in retry["ErrorEquals"]}
    assert not retried & _subclasses(errors.Stop)


def test_every_try_again_error_is_retried_somewhere_and_unavailability_everywhere() -> None:
    retried = {name: {e for retry in TASKS[name]["Retry"] for e in retry["ErrorEquals"]} for name in SPOTIFY_TASKS}
    assert len(SPOTIFY_TASKS) == 13
    assert set().union(*retried.values()) >= _subclasses(errors.TryAgain)
    assert all({"SpotifyUnavailable", "MalformedAnswer"} <= names for names in retried.values())


@pytest.mark.parametrize("name", TASKS)
def test_a_caught_failure_keeps_the_name_of_its_state(name: str) -> None:
    # Prepare's replaces its input, which may be anything.
    result_path = TASKS[name]["Catch"][-1].get("ResultPath")
    assert result_path == (None if name == "Prepare" else f"$.failure.{name}")


@pytest.mark.parametrize("machine", MACHINES)
def test_every_substitution_is_given_and_used(machine: str) -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    given = set(template["Resources"][machine]["Properties"]["DefinitionSubstitutions"])
    assert set(re.findall(r"\$\{(\w+)\}", FILES[machine].read_text(encoding="utf-8"))) == given


@pytest.mark.parametrize("machine", MACHINES)
def test_the_definition_passes_the_linter(machine: str) -> None:
    """`sam validate --lint` does not open the DefinitionUri, so the definition is linted as a resource's own."""
    definition = re.sub(
        r"\$\{\w+\}", "arn:aws:lambda:us-east-1:123456789012:function:f", FILES[machine].read_text(encoding="utf-8")
    )
    resource = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "DefinitionString": definition,
            "RoleArn": "arn:aws:iam::123456789012:role/r",
        },
    }
    from cfnlint.api import lint  # it loads sympy, which each process that collects would

    findings = lint(yaml.safe_dump({"Resources": {"StateMachine": resource}}), regions=["us-east-1"])
    assert [str(finding) for finding in findings] == []
