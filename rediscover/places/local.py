"""An execution on the embedded engine: shown while it runs, saved when it ends."""

from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from rediscover.engine import Engine
from rediscover.errors import HomeUnusable
from rediscover.executions.finished import Ended, with_report
from rediscover.executions.kept import Executions
from rediscover.executions.timeline import build
from rediscover.executions.view import Shown, view_on
from rediscover.executions.watch import events, follow
from rediscover.machine.terminal import say
from rediscover.words import clean


def attend(engine: Engine, execution_arn: str, saved: Executions, console: Console, shown: Shown = "states") -> Ended:
    """Show as much as `shown` of an execution on `console` until it ends, save it, and fetch what it reported.

    Interrupted by Ctrl-C, the execution is saved as ABORTED before KeyboardInterrupt goes on; it ends with
    its engine.
    """
    client = engine.client("stepfunctions")
    with view_on(console, shown) as view:
        try:
            execution = follow(client, execution_arn, view)
        except KeyboardInterrupt:
            execution, history = _aborted(client, execution_arn)
            view.update(build(execution, history))
            _save(saved, execution, history, console)
            raise
    _save(saved, execution, events(client, execution_arn), console)
    return with_report(engine, execution)


def _save(saved: Executions, execution: dict[str, Any], history: list[dict[str, Any]], console: Console) -> None:
    """Keep the record of a run that has done its work, and so does not fail by it."""
    try:
        saved.save(execution, history)
    except HomeUnusable as error:
        say(console, clean(str(error)), "red")


def _aborted(client: Any, execution_arn: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An execution and its history as StopExecution should leave them; moto's makes a FAILED of a stopped Map."""
    history = events(client, execution_arn)
    execution: dict[str, Any] = dict(client.describe_execution(executionArn=execution_arn))
    del execution["ResponseMetadata"]
    if execution["status"] == "RUNNING":
        execution |= {"status": "ABORTED", "stopDate": datetime.now(UTC)}
    return execution, history
