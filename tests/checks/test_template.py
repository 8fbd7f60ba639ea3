"""The template's promises that the linter does not know."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def _statements(function: str) -> list[dict[str, Any]]:
    return [one for policy in FUNCTIONS[function]["Policies"] for one in policy["Statement"]]


def test_every_handler_is_deployed_and_every_function_has_its_handler() -> None:
    files = {path.stem for path in (ROOT / "functions").glob("*.py")}
    assert {properties["Handler"] for properties in FUNCTIONS.values()} == {f"{name}.handler" for name in files}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_only_what_is_named(name: str) -> None:
    for statement in _statements(name):
        assert all(":" in action and "*" not in action for action in statement["Action"])
        assert all(resource != "*" for resource in statement["Resource"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_refresh_token_reads_what_the_user_stored(name: str) -> None:
    reading = [one for one in _statements(name) if "secretsmanager:GetSecretValue" in one["Action"]]
    readable = str([one["Resource"] for one in reading])
    assert ("CredentialsSecret" in readable) == (name == "RefreshTokenFunction")


def test_the_schedule_ships_disabled_with_somewhere_for_undelivered_starts() -> None:
    schedule = TEMPLATE["Resources"]["StateMachine"]["Properties"]["Events"]["Weekly"]["Properties"]
    assert TEMPLATE["Parameters"]["ScheduleState"]["Default"] == "DISABLED"
    assert schedule["State"] == {"Ref": "ScheduleState"}
    assert schedule["DeadLetterConfig"]["Arn"]
    assert schedule["RetryPolicy"]


def test_the_execution_log_holds_no_data() -> None:
    logging = TEMPLATE["Resources"]["StateMachine"]["Properties"]["Logging"]
    assert logging["IncludeExecutionData"] is False


def test_every_log_group_forgets() -> None:
    groups = [one for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) == 2
    assert all(one["Properties"]["RetentionInDays"] for one in groups)


@pytest.mark.parametrize("name", TEMPLATE["Parameters"])
def test_every_parameter_is_described_and_constrained(name: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    assert parameter["Description"]
    assert parameter.keys() & {"AllowedPattern", "AllowedValues", "MinValue"}


def test_what_tells_the_listener_may_publish_to_the_topic_and_nowhere_else() -> None:
    resources = TEMPLATE["Resources"]
    (statement,) = resources["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Ref": "Topic"}
    assert statement["Condition"]
    alarms = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    told = [alarm.get("AlarmActions") for alarm in alarms]
    assert len(told) == 4
    assert told.count([{"Ref": "Topic"}]) == 2


def test_the_dashboard_is_json_and_shows_metrics_that_the_functions_emit() -> None:
    body = json.loads(TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    shown = {name for widget in body["widgets"] for _, name, *_ in widget["properties"]["metrics"]}
    emitted = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "functions").rglob("*.py"))
    assert len(shown) == 5
    assert all(f'"{name}"' in emitted for name in shown)


def test_settling_fits_into_a_function_that_waits_for_it_in_doubt() -> None:
    """AddTracks itself waits so long before it looks at the target after a request of unknown outcome."""
    longest = TEMPLATE["Parameters"]["SettleSeconds"]["MaxValue"]
    assert longest <= FUNCTIONS["AddTracksFunction"]["Timeout"] / 2


def test_no_function_outlives_the_state_that_waits_for_it() -> None:
    """Otherwise a retry of the state would run beside the first attempt."""
    machine = (ROOT / "statemachine" / "rediscover.asl.json").read_text(encoding="utf-8")
    found = re.findall(r'"Resource": "\$\{(\w+)Arn\}".*?"TimeoutSeconds": (\d+)', machine, re.DOTALL)
    assert len(found) == 12
    for function, seconds in found:
        timeout = FUNCTIONS[function].get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"])
        assert timeout < int(seconds)
