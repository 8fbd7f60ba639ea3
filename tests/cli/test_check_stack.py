"""What the doctor makes of AWS's answers about the schedule, the executions and the topic."""

import io
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from rediscover.commands.checks.stack import check_stack

OUTPUTS = {"ScheduleRuleName": "weekly", "StateMachineArn": "arn:machine", "TopicArn": "arn:topic"}
STARTED = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def found(executions: list[dict[str, Any]] | None = None, subscriptions: list[dict[str, Any]] | None = None) -> Any:
    """The lines for those answers."""
    rule = {"Name": "weekly", "State": "ENABLED", "ScheduleExpression": "rate(7 days)"}
    clients = {
        "events": SimpleNamespace(describe_rule=lambda **_: rule),
        "stepfunctions": SimpleNamespace(list_executions=lambda **_: {"executions": executions or []}),
        "sns": SimpleNamespace(list_subscriptions_by_topic=lambda **_: {"Subscriptions": subscriptions or []}),
    }
    aws = SimpleNamespace(client=lambda service: clients[service])
    return {finding.name: finding for finding in check_stack(aws, OUTPUTS)}


@pytest.mark.parametrize(
    ("statuses", "ok"),
    [
        (["SUCCEEDED", "FAILED"], True),
        (["RUNNING"], True),
        (["FAILED", "SUCCEEDED"], False),
        (["TIMED_OUT"], False),
        (["ABORTED"], False),
    ],
)
def test_the_latest_execution_decides(statuses: list[str], ok: bool) -> None:
    executions = [{"name": f"run-{number}", "status": one, "startDate": STARTED} for number, one in enumerate(statuses)]
    runs = found(executions)["Runs"]
    assert runs.ok is ok
    assert f"{statuses[0]} {STARTED.astimezone():%Y-%m-%d %H:%M}" in runs.told
    assert all(status in runs.told for status in statuses)
    assert ("`rediscover history --aws run-0`" in runs.told) is not ok


@pytest.mark.parametrize(
    ("arn", "ok", "told"),
    [
        ("arn:aws:sns:eu-central-1:123456789012:topic:1", True, "go to me@example.com"),
        ("PendingConfirmation", False, "me@example.com has not confirmed yet"),
        ("Deleted", False, "nobody is told of failures"),
    ],
)
def test_only_a_confirmed_subscription_is_told_anything(arn: str, ok: bool, told: str) -> None:
    notifications = found(subscriptions=[{"SubscriptionArn": arn, "Endpoint": "me@example.com"}])["Notifications"]
    assert notifications.ok is ok
    assert told in notifications.told


def test_one_confirmed_subscription_is_enough() -> None:
    pending = {"SubscriptionArn": "PendingConfirmation", "Endpoint": "you@example.com"}
    confirmed = {"SubscriptionArn": "arn:aws:sns:1", "Endpoint": "me@example.com"}
    notifications = found(subscriptions=[pending, confirmed])["Notifications"]
    assert (notifications.ok, "you@" in notifications.told) == (True, False)


def test_nothing_that_aws_lists_can_begin_a_line_of_its_own_or_move_the_cursor() -> None:
    hostile = "me@example.com\r\n✓ Runs           the latest: SUCCEEDED.\x1b[2K\u202e"
    executions = [{"name": hostile, "status": "FAILED", "startDate": STARTED}]
    subscriptions = [{"SubscriptionArn": "PendingConfirmation", "Endpoint": hostile}]
    printed = io.StringIO()
    for finding in found(executions, subscriptions).values():
        finding.show(Console(file=printed, highlight=False, markup=False, soft_wrap=True))
    lines = printed.getvalue().split("\n")
    assert [line[:9].strip() for line in lines] == ["✓ Schedul", "✗ Runs", "✗ Notific", ""]
    assert not any(char in printed.getvalue() for char in "\r\x1b\u202e")
