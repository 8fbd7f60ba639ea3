"""A deployed rule starts what EventBridge would start, with the same input."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rediscover.engine import Engine
from rediscover.engine.eventbridge import RuleNotFired, event_id
from tests.embedded_engine.toys import ROLE, ended

Fire = Callable[..., Any]


@pytest.fixture
def fired(engine: Engine) -> Fire:
    """Deploys a rule with one target, fires it, and gives the input of the execution."""

    def fire(**target: Any) -> Any:
        events = engine.client("events")
        events.put_rule(Name="tried", ScheduleExpression="rate(1 day)")
        events.put_targets(Rule="tried", Targets=[{"Id": "one", **target}])
        (execution,) = engine.fire_rule("tried")
        return json.loads(ended(engine, execution)["input"])

    return fire


@pytest.fixture
def machine(engine: Engine) -> dict[str, str]:
    """A target that takes any input."""
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
    made = engine.client("stepfunctions").create_state_machine(
        name="any", definition=json.dumps(definition), roleArn=ROLE
    )
    return {"Arn": made["stateMachineArn"], "RoleArn": ROLE}


def test_without_an_input_the_target_gets_the_scheduled_event(fired: Fire, machine: dict[str, str]) -> None:
    event = fired(**machine)

    assert event["detail-type"] == "Scheduled Event"
    assert event["resources"] == ["arn:aws:events:us-east-1:123456789012:rule/tried"]
    assert datetime.now(UTC) - datetime.fromisoformat(event["time"]) < timedelta(minutes=1)


def test_an_input_is_passed_as_it_is(fired: Fire, machine: dict[str, str]) -> None:
    assert fired(**machine, Input='{"dry_run": true}') == {"dry_run": True}


def test_an_input_path_chooses_a_part_of_the_event(fired: Fire, machine: dict[str, str]) -> None:
    assert fired(**machine, InputPath="$.detail") == {}


def test_an_input_template_is_filled_in(fired: Fire, machine: dict[str, str]) -> None:
    transformer = {
        "InputPathsMap": {"source": "$.source", "which": "$.resources"},
        "InputTemplate": '{"bare": <source>, "text": "from <source>: <which>", "by": <aws.events.rule-name>}',
    }

    rule = "arn:aws:events:us-east-1:123456789012:rule/tried"
    assert fired(**machine, InputTransformer=transformer) == {
        "bare": "aws.events",
        "text": f'from aws.events: ["{rule}"]',
        "by": "tried",
    }


def test_a_disabled_rule_is_not_fired(engine: Engine) -> None:
    with pytest.raises(RuleNotFired, match="is disabled"):
        engine.fire_rule(engine.outputs["RuleName"])


def test_a_disabled_rule_is_fired_when_that_is_meant(engine: Engine) -> None:
    (first,) = engine.fire_rule(engine.outputs["RuleName"], even_if_disabled=True)
    (second,) = engine.fire_rule(engine.outputs["RuleName"], even_if_disabled=True)

    assert first != second
    assert json.loads(ended(engine, first)["input"]) == {"targets": [], "message": "by the rule"}


def test_a_target_without_a_role_is_not_started(fired: Fire, machine: dict[str, str]) -> None:
    with pytest.raises(RuleNotFired, match="needs a role"):
        fired(Arn=machine["Arn"])


def test_a_target_that_is_no_state_machine_is_named(fired: Fire) -> None:
    with pytest.raises(RuleNotFired, match="Inbox"):
        fired(Arn="arn:aws:sqs:us-east-1:123456789012:rediscover-Inbox")


def test_the_executions_of_a_rules_date_are_known_by_it(engine: Engine) -> None:
    rule = engine.outputs["RuleName"]
    names = [
        engine.fire_rule(rule, at=at, given='{"by": "hand"}', even_if_disabled=True)[0].rpartition(":")[2]
        for at in (datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC))
    ]
    assert names[0] != names[1]
    assert {name.partition("_")[0] for name in names} == {event_id(rule, datetime(2026, 11, 23, 6, tzinfo=UTC))}
    assert event_id(rule, datetime(2026, 11, 30, 6, tzinfo=UTC)) not in names[0]


def test_a_rule_starts_with_the_input_that_is_given(engine: Engine) -> None:
    (execution,) = engine.fire_rule(engine.outputs["RuleName"], given='{"by": "hand"}', even_if_disabled=True)
    assert json.loads(ended(engine, execution)["input"]) == {"by": "hand"}


def test_what_is_no_function_is_not_invoked(engine: Engine, machine: dict[str, str]) -> None:
    engine.client("events").put_rule(Name="started", ScheduleExpression="rate(1 day)")
    engine.client("events").put_targets(Rule="started", Targets=[{"Id": "one", **machine}])
    with pytest.raises(RuleNotFired, match="is no function"):
        engine.invoke_rule("started")
