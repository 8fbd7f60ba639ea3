"""What cannot be seen by running the state machine: the rules that every state of it keeps."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint
from samtranslator.yaml_helper import yaml_parse

from archive import errors

ROOT = Path(__file__).parents[2]
ASL = ROOT / "statemachine" / "rediscover.asl.json"
LAMBDA_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}

State = dict[str, Any]


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, State]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from _states(inner)


MACHINE: dict[str, Any] = json.loads(ASL.read_text(encoding="utf-8"))
STATES = dict(_states(MACHINE))
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
SPOTIFY_TASKS = [
    name for name, state in TASKS.items() if name.startswith(("Read", "Renew", "Add", "Verify", "Refresh"))
]


def test_no_two_states_share_a_name() -> None:
    assert len(STATES) == len(list(_states(MACHINE)))


@pytest.mark.parametrize("name", STATES)
def test_every_state_says_why_it_is_there(name: str) -> None:
    assert len(STATES[name]["Comment"]) > 15


@pytest.mark.parametrize("name", TASKS)
def test_every_task_ends_retries_and_is_caught(name: str) -> None:
    task = TASKS[name]
    assert 0 < task["TimeoutSeconds"] <= 150
    retried = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
    assert "States.ALL" not in retried
    for retry in task["Retry"]:
        assert retry["MaxDelaySeconds"] > 0
        assert retry["JitterStrategy"] == "FULL"
    assert task["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
    if name != "Notify":
        assert retried >= LAMBDA_ERRORS


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
    assert len(SPOTIFY_TASKS) == 9
    assert set().union(*retried.values()) >= _subclasses(errors.TryAgain)
    assert all({"SpotifyUnavailable", "MalformedAnswer"} <= names for names in retried.values())


@pytest.mark.parametrize("name", TASKS)
def test_a_caught_failure_keeps_the_name_of_its_state(name: str) -> None:
    result_path = TASKS[name]["Catch"][-1]["ResultPath"]
    assert result_path == ("$" if name == "Prepare" else f"$.failure.{name}")


def test_every_substitution_is_given_and_used() -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    given = set(template["Resources"]["StateMachine"]["Properties"]["DefinitionSubstitutions"])
    assert set(re.findall(r"\$\{(\w+)\}", ASL.read_text(encoding="utf-8"))) == given


def test_the_definition_passes_the_linter() -> None:
    """`sam validate --lint` does not open the DefinitionUri, so the definition is linted as a resource's own."""
    definition = re.sub(
        r"\$\{\w+\}", "arn:aws:lambda:us-east-1:123456789012:function:f", ASL.read_text(encoding="utf-8")
    )
    resource = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "DefinitionString": definition,
            "RoleArn": "arn:aws:iam::123456789012:role/r",
        },
    }
    findings = lint(yaml.safe_dump({"Resources": {"StateMachine": resource}}), regions=["us-east-1"])
    assert [str(finding) for finding in findings] == []
