"""Following an execution until it ends, by asking Step Functions again and again: embedded or on AWS."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from rediscover.executions.timeline import Timeline, build

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE = 1000
"""Events of one answer, the most there are (Step Functions, GetExecutionHistory); without it, 100."""


Keep = Callable[[dict[str, Any], list[dict[str, Any]]], None]


class View(Protocol):
    """Where a running execution is shown."""

    def update(self, timeline: Timeline) -> None:
        """Show the execution as it is now."""


def events(client: "SFNClient", execution_arn: str) -> list[dict[str, Any]]:
    """The whole history of an execution, oldest event first, in botocore's shape."""
    found: list[dict[str, Any]] = []
    page = client.get_execution_history(executionArn=execution_arn, maxResults=PAGE)
    while True:
        found += [dict(event) for event in page["events"]]
        token = page.get("nextToken")
        if not token:
            return found
        page = client.get_execution_history(executionArn=execution_arn, maxResults=PAGE, nextToken=token)


def follow(
    client: "SFNClient",
    execution_arn: str,
    view: View,
    every: float = 0.2,
    keep: Keep = lambda *_: None,
    wait: Callable[[float], object] = time.sleep,
) -> dict[str, Any]:
    """Show an execution in `view` until it ends; returns DescribeExecution's last answer.

    `every` is the number of seconds between two looks; while nothing happens, they become up to five times as many.
    `keep` gets what each of them found while it runs. `wait` waits for so many seconds, or until it may have ended.
    """
    machine = client.describe_state_machine_for_execution(executionArn=execution_arn)
    definition = json.loads(machine["definition"])
    seen, pause = 0, every
    while True:
        # The status first: a history read after the end is complete.
        execution: dict[str, Any] = dict(client.describe_execution(executionArn=execution_arn))
        history = events(client, execution_arn)
        view.update(build(execution, history, definition))
        del execution["ResponseMetadata"]
        if execution["status"] != "RUNNING":
            return execution
        keep(execution, history)
        pause = every if len(history) > seen else min(pause * 1.25, 5 * every)
        seen = len(history)
        wait(pause)
