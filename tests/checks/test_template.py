"""The template's promises that the linter does not know."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from bundle import contents
from rediscover_archive.targets.making import DOUBT_SECONDS
from tests.statemachine.definition import functions

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}
MACHINES = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::StateMachine"
}


def _statements(function: str) -> list[dict[str, Any]]:
    return [one for policy in FUNCTIONS[function]["Policies"] for one in policy["Statement"]]


def test_every_handler_is_deployed_and_every_function_has_its_handler() -> None:
    files = {Path(name).stem for name in contents() if "/" not in name}
    assert {properties["Handler"] for properties in FUNCTIONS.values()} == {f"{name}.handler" for name in files}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_only_what_is_named(name: str) -> None:
    for statement in _statements(name):
        assert all(":" in action and "*" not in action for action in statement["Action"])
        assert all(resource != "*" for resource in statement["Resource"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_refreshing_and_renewing_read_what_the_user_stored_and_only_renewing_replaces_it(name: str) -> None:
    def reaches(action: str) -> bool:
        allowed = [one["Resource"] for one in _statements(name) if action in one["Action"]]
        return "CredentialsSecret" in str(allowed)

    assert reaches("secretsmanager:GetSecretValue") == (name in ("RefreshTokenFunction", "RenewFunction"))
    assert reaches("secretsmanager:PutSecretValue") == (name == "RenewFunction")


def test_nothing_has_a_public_address_unless_it_is_switched_on() -> None:
    public = [
        one
        for one in TEMPLATE["Resources"].values()
        if one["Type"] in ("AWS::Lambda::Url", "AWS::Lambda::Permission") or "FunctionUrlConfig" in one["Properties"]
    ]
    assert [one["Properties"].get("Action") for one in public] == [
        None,
        "lambda:InvokeFunctionUrl",
        "lambda:InvokeFunction",
    ]
    assert all(one["Condition"] == "IsRenewedByTap" for one in [*public, TEMPLATE["Resources"]["RenewFunction"]])
    assert TEMPLATE["Parameters"]["RenewByTap"]["Default"] == "DISABLED"


def test_a_flood_of_the_public_address_can_be_bounded_and_no_new_account_is_asked_to_reserve_what_it_lacks() -> None:
    bound = FUNCTIONS["RenewFunction"]["ReservedConcurrentExecutions"]
    assert bound == {"Fn::If": ["HasRenewConcurrency", {"Ref": "RenewConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert TEMPLATE["Conditions"]["HasRenewConcurrency"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "RenewConcurrency"}, 0]}]
    }
    assert TEMPLATE["Parameters"]["RenewConcurrency"]["Default"] == 0


def test_the_reminder_names_the_link_only_where_there_is_one() -> None:
    how = FUNCTIONS["RemindFunction"]["Environment"]["Variables"]["HOW_TO_RENEW"]["Fn::If"]
    assert (how[0], "${RenewFunctionUrl.FunctionUrl}" in how[1]["Fn::Sub"]) == ("IsRenewedByTap", True)
    assert how[2]["Fn::Sub"].startswith("Renew it with: rediscover authorize --aws --stack ")


def test_what_has_a_public_address_reaches_the_credentials_and_its_own_notes_only() -> None:
    reached = {str(resource) for one in _statements("RenewFunction") for resource in one["Resource"]}
    own = {"{'Fn::Sub': '${Bucket.Arn}/renewals/*'}", "{'Fn::Sub': '${Bucket.Arn}/archives/page.json'}"}
    assert reached == {"{'Ref': 'CredentialsSecret'}", *own}


def test_the_schedule_ships_disabled_with_somewhere_for_undelivered_starts() -> None:
    schedule = MACHINES["StateMachine"]["Events"]["Weekly"]["Properties"]
    assert TEMPLATE["Parameters"]["ScheduleState"]["Default"] == "DISABLED"
    assert schedule["State"] == {"Fn::If": ["HasManyPairs", "DISABLED", {"Ref": "ScheduleState"}]}
    many = MACHINES["ManyPairsStateMachine"]["Events"]["Weekly"]["Properties"]
    assert many["State"] == {"Ref": "ScheduleState"}
    for rule in (schedule, many):
        assert rule["DeadLetterConfig"]["Arn"]
        assert rule["RetryPolicy"]


@pytest.mark.parametrize("name", MACHINES)
def test_the_execution_log_holds_no_data(name: str) -> None:
    assert MACHINES[name]["Logging"]["IncludeExecutionData"] is False


@pytest.mark.parametrize("name", MACHINES)
def test_every_execution_is_logged_and_traced(name: str) -> None:
    logging = MACHINES[name]["Logging"]
    assert (logging["Level"], MACHINES[name]["Tracing"]) == ("ALL", {"Enabled": True})
    assert logging["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"]


def test_every_function_is_traced_and_logs_where_logs_are_forgotten() -> None:
    everywhere = TEMPLATE["Globals"]["Function"]
    assert (everywhere["Tracing"], everywhere["LoggingConfig"]) == ("Active", {"LogGroup": {"Ref": "FunctionLogs"}})
    assert [name for name, one in FUNCTIONS.items() if {"Tracing", "LoggingConfig"} & one.keys()] == []


@pytest.mark.parametrize("name", MACHINES)
def test_a_state_machine_may_do_only_what_is_named(name: str) -> None:
    statements = [one for policy in MACHINES[name]["Policies"] for one in policy["Statement"]]
    assert not [action for one in statements for action in one["Action"] if "*" in action]
    assert [one["Sid"] for one in statements if one["Resource"] == ["*"]] == ["DeliverLogs"]


def test_every_rule_may_write_to_the_dead_letter_queue() -> None:
    (statement,) = TEMPLATE["Resources"]["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = {arn["Fn::Sub"].partition(":rule/")[2] for arn in statement["Condition"]["ArnEquals"]["aws:SourceArn"]}
    events = [event["Properties"] for one in (*MACHINES.values(), *FUNCTIONS.values()) for event in _events(one)]
    rules = [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::Events::Rule"]
    assert {one["Name"]["Fn::Sub"] for one in (*events, *rules)} == allowed


def _events(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return list(properties.get("Events", {}).values())


def test_every_log_group_forgets() -> None:
    groups = [one for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) == 2
    assert all(one["Properties"]["RetentionInDays"] for one in groups)


@pytest.mark.parametrize("name", TEMPLATE["Parameters"])
def test_every_parameter_is_described_and_constrained(name: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    assert parameter["Description"]
    assert parameter.keys() & {"AllowedPattern", "AllowedValues", "MinValue"}


def test_two_alarms_tell_and_two_only_show() -> None:
    """Of what those two show, the state machine and the rule for untold failures tell."""
    alarms = [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    told = [alarm.get("AlarmActions") for alarm in alarms]
    assert len(told) == 4
    assert told.count([{"Ref": "Topic"}]) == 2


def test_nobody_publishes_to_the_topic_but_the_rule_and_the_alarms() -> None:
    statements = TEMPLATE["Resources"]["TopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {one["Principal"]["Service"] for one in statements} == {"events.amazonaws.com", "cloudwatch.amazonaws.com"}
    assert all((one["Action"], one["Resource"]) == ("sns:Publish", {"Ref": "Topic"}) for one in statements)


def test_the_mails_sender_has_a_name_that_mail_programs_show() -> None:
    assert re.fullmatch(r"[\w ]+", TEMPLATE["Resources"]["Topic"]["Properties"]["DisplayName"])


@pytest.mark.parametrize("name", ["template.yaml", "pipeline.yaml"])
def test_what_outlives_the_stack_is_not_left_over_by_a_deployment_that_failed(name: str) -> None:
    resources = yaml_parse((ROOT / name).read_text(encoding="utf-8"))["Resources"]
    kept = {one: resource["DeletionPolicy"] for one, resource in resources.items() if resource["Type"] in OUTLIVING}
    assert kept
    assert set(kept.values()) == {"RetainExceptOnCreate"}


OUTLIVING = {"AWS::S3::Bucket", "AWS::CodeCommit::Repository"}


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


def test_a_function_that_may_be_making_a_playlist_has_ended_before_another_attempt_looks_for_it() -> None:
    assert FUNCTIONS["FindTargetFunction"].get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"]) < DOUBT_SECONDS


def test_no_function_outlives_the_state_that_waits_for_it() -> None:
    """Otherwise a retry of the state would run beside the first attempt."""
    machine = (ROOT / "statemachine" / "rediscover.asl.json").read_text(encoding="utf-8")
    found = re.findall(r'"Resource": "\$\{(\w+)Arn\}".*?"TimeoutSeconds": (\d+)', machine, re.DOTALL)
    assert len(found) == len(functions())
    for function, seconds in found:
        timeout = FUNCTIONS[function].get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"])
        assert timeout < int(seconds)
