"""Firing a deployed rule as EventBridge would. moto keeps rules, but never fires those with a schedule."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from botocore.exceptions import ClientError

from rediscover.engine.aws import ACCOUNT, REGION, Clients
from rediscover.errors import EngineFailed

# A text in an input template, or a placeholder outside of texts.
_TEMPLATE_PART = re.compile(r'"(?:[^"\\]|\\.)*"|<([^<>"\s]+)>')
_PLACEHOLDER = re.compile(r"<([^<>\s]+)>")


class RuleNotFired(EngineFailed):
    """EventBridge would not fire the rule, or not in the way that it is set up."""


def fire(
    clients: Clients,
    clients_of: Callable[[str], Clients],
    rule_name: str,
    *,
    at: datetime | None,
    given: str,
    even_if_disabled: bool,
) -> list[str]:
    """Start an execution for each target of a rule, as `at` its scheduled time; their ARNs. Raises RuleNotFired.

    `clients_of` are the clients with the rights of a role, by its ARN; `given` is an input in place of the targets'.
    """
    event, targets = _event_and_targets(clients, rule_name, at, even_if_disabled=even_if_disabled)
    own = {"Input": given} if given else {}
    return [_start(clients_of, {**target, **own}, event) for target in targets]


def invoke(clients: Clients, rule_name: str, *, at: datetime | None) -> list[Any]:
    """Invoke each target of a rule, all of them functions, and wait for their answers. Raises RuleNotFired.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
    """
    event, targets = _event_and_targets(clients, rule_name, at, even_if_disabled=False)
    return [_invoke(clients, target, event) for target in targets]


def _event_and_targets(
    clients: Clients, rule_name: str, at: datetime | None, *, even_if_disabled: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    events = clients("events")
    rule = events.describe_rule(Name=rule_name)
    if rule["State"] == "DISABLED" and not even_if_disabled:
        raise RuleNotFired(f"The rule {rule_name} is disabled, so EventBridge does not fire it.")
    return _scheduled_event(rule["Arn"], at), events.list_targets_by_rule(Rule=rule_name)["Targets"]


def event_id(rule_name: str, at: datetime) -> str:
    """The id of the event of a rule's date, with which the names of its executions begin."""
    return str(uuid5(NAMESPACE_URL, f"{rule_name} {at:%Y-%m-%dT%H:%M:%SZ}"))


def _scheduled_event(rule_arn: str, at: datetime | None) -> dict[str, Any]:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule-legacy.html"""
    return {
        "version": "0",
        "id": event_id(rule_arn.rpartition("/")[2], at) if at else str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": f"{at or datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [rule_arn],
        "detail": {},
    }


def _start(clients_of: Callable[[str], Clients], target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    if ":stateMachine:" not in target["Arn"]:
        raise RuleNotFired(f"The engine starts state machines only, not {target['Arn']}.")
    if "RoleArn" not in target:
        raise RuleNotFired(f"EventBridge needs a role to start {target['Arn']}.")
    states = clients_of(target["RoleArn"])("stepfunctions")
    try:
        execution = states.start_execution(
            stateMachineArn=target["Arn"], name=f"{event['id']}_{uuid4()}", input=_input(target, event)
        )
    except ClientError as error:
        raise RuleNotFired(f"EventBridge cannot start {target['Arn']}: {error}") from error
    return str(execution["executionArn"])


def _invoke(clients: Clients, target: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    if ":function:" not in target["Arn"]:
        raise RuleNotFired(f"{target['Arn']} is no function.")
    try:
        answered = clients("lambda").invoke(FunctionName=target["Arn"], Payload=_input(target, event))
    except ClientError as error:
        raise RuleNotFired(f"EventBridge cannot invoke {target['Arn']}: {error}") from error
    answer = json.loads(answered["Payload"].read())
    if "FunctionError" in answered:
        raise RuleNotFired(f"{target['Arn']} failed: {answer['errorType']}: {answer['errorMessage']}")
    return answer


def _input(target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(target["InputPath"], event))
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        paths = transformer.get("InputPathsMap", {})
        values = {name: _at(path, event) for name, path in paths.items()}
        return _filled_in(transformer["InputTemplate"], {**_reserved(event), **values})
    return json.dumps(event)


def _reserved(event: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html"""
    return {
        "aws.events.event": event,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event.json": event,
        "aws.events.rule-arn": event["resources"][0],
        "aws.events.rule-name": event["resources"][0].rpartition("/")[2],
    }


def _filled_in(template: str, values: Mapping[str, Any]) -> str:
    """Placeholders become JSON; inside a text they become text, escaped."""

    def inside_text(match: re.Match[str]) -> str:
        value = values[match[1]]
        text = value if isinstance(value, str) else json.dumps(value)
        return json.dumps(text)[1:-1]

    def part(match: re.Match[str]) -> str:
        return json.dumps(values[match[1]]) if match[1] else _PLACEHOLDER.sub(inside_text, match[0])

    return _TEMPLATE_PART.sub(part, template)


def _at(path: str, event: Mapping[str, Any]) -> Any:
    """The value at a path such as `$.detail.state`."""
    value: Any = event
    for key in path.removeprefix("$").split("."):
        if key:
            value = value[key]
    return value
