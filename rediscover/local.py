"""An execution on the embedded engine: shown while it runs, saved when it ends, with its report."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from rediscover.engine import Engine
from rediscover.home import Executions
from rediscover.timeline import build
from rediscover.view import view_on
from rediscover.watch import events, follow


@dataclass
class Ended:
    """A finished execution: DescribeExecution's answer, its output, and the report that Summarize wrote.

    `output` is None for an execution that failed, `report` for one that ended before Summarize.
    """

    execution: dict[str, Any]
    output: dict[str, Any] | None
    report: dict[str, Any] | None

    @property
    def succeeded(self) -> bool:
        """Whether it ended as it should."""
        return bool(self.execution["status"] == "SUCCEEDED")


def new_name() -> str:
    """A name for an execution that no other has; names sort by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(3)}"


def attend(engine: Engine, execution_arn: str, saved: Executions, console: Console) -> Ended:
    """Show an execution on `console` until it ends, save it, and fetch what it reported.

    Interrupted by Ctrl-C, the execution is saved as ABORTED before KeyboardInterrupt goes on; it ends with
    its engine.
    """
    client = engine.client("stepfunctions")
    with view_on(console) as view:
        try:
            execution = follow(client, execution_arn, view)
        except KeyboardInterrupt:
            execution, history = _aborted(client, execution_arn)
            view.update(build(execution, history))
            saved.save(execution, history)
            raise
    saved.save(execution, events(client, execution_arn))
    output = json.loads(execution["output"]) if execution.get("output") else None
    return Ended(execution, output, _report(engine, execution["name"]))


def _aborted(client: Any, execution_arn: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An execution and its history as StopExecution should leave them; moto's makes a FAILED of a stopped Map."""
    history = events(client, execution_arn)
    execution: dict[str, Any] = dict(client.describe_execution(executionArn=execution_arn))
    del execution["ResponseMetadata"]
    if execution["status"] == "RUNNING":
        execution |= {"status": "ABORTED", "stopDate": datetime.now(UTC)}
    return execution, history


def _report(engine: Engine, name: str) -> dict[str, Any] | None:
    s3 = engine.client("s3")
    with suppress(ClientError):
        answer = s3.get_object(Bucket=engine.outputs["BucketName"], Key=f"runs/{name}.json")
        report: dict[str, Any] = json.loads(answer["Body"].read())
        return report
    return None
