"""The doctor's look at the deployed stack: its schedule, its last executions, and who is told."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rediscover.commands.checks.findings import Finding, bad, good, unchecked
from rediscover.errors import EXPLAINED
from rediscover.places.aws import explained

SHOWN = 3


def check_stack(aws: Any, outputs: Mapping[str, str]) -> Iterator[Finding]:
    """Findings on what `outputs`, the stack's, name; `aws` is a boto3 session."""
    checks: dict[str, Callable[[Any, Mapping[str, str]], Finding]] = {
        "Schedule": _schedule,
        "Runs": _runs,
        "Notifications": _notifications,
    }
    for name, check in checks.items():
        try:
            with explained():
                yield check(aws, outputs)
        except EXPLAINED as error:
            yield bad(name, error)


def _schedule(aws: Any, outputs: Mapping[str, str]) -> Finding:
    rule = aws.client("events").describe_rule(Name=outputs["ScheduleRuleName"])
    if rule["State"] == "DISABLED":
        return unchecked(
            "Schedule",
            f"the rule {rule['Name']} is disabled, so nothing runs by itself. Switch it on with "
            "`sam deploy --parameter-overrides ScheduleState=ENABLED`.",
        )
    return good("Schedule", f"the rule {rule['Name']} is enabled: {rule['ScheduleExpression']}, in UTC.")


def _runs(aws: Any, outputs: Mapping[str, str]) -> Finding:
    client = aws.client("stepfunctions")
    found = client.list_executions(stateMachineArn=outputs["StateMachineArn"], maxResults=SHOWN)["executions"]
    if not found:
        return unchecked("Runs", "none yet. Start one with `rediscover run --aws`.")
    told = ", ".join(f"{one['status']} {one['startDate'].astimezone():%Y-%m-%d %H:%M}" for one in found)
    if found[0]["status"] in ("SUCCEEDED", "RUNNING"):
        return good("Runs", f"the latest: {told}.")
    return bad("Runs", f"the latest: {told}. `rediscover history --aws {found[0]['name']}` shows what went wrong.")


def _notifications(aws: Any, outputs: Mapping[str, str]) -> Finding:
    client = aws.client("sns")
    found = client.list_subscriptions_by_topic(TopicArn=outputs["TopicArn"])["Subscriptions"]
    confirmed = [one for one in found if one["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        return good("Notifications", f"go to {', '.join(one['Endpoint'] for one in confirmed)}.")
    if any(one["SubscriptionArn"] == "PendingConfirmation" for one in found):
        pending = ", ".join(one["Endpoint"] for one in found)
        return bad("Notifications", f"{pending} has not confirmed yet. Open the link in AWS's e-mail.")
    return bad(
        "Notifications",
        "nobody is told of failures. Add yourself with `sam deploy --parameter-overrides NotificationEmail=…`.",
    )
