"""An execution on the embedded engine: shown while it runs, saved when it ends."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from rediscover.engine import Engine
from rediscover.errors import DiskFull, HomeUnusable
from rediscover.executions.finished import Ended, notification_in, with_report
from rediscover.executions.kept import Executions
from rediscover.executions.timeline import build
from rediscover.executions.view import Shown, view_on
from rediscover.executions.watch import events, follow
from rediscover.machine.disk import is_full
from rediscover.machine.terminal import say
from rediscover.words import clean

RECORDED_EVERY = 1.0
"""Seconds, at least."""

LOOKS = {"states": 0.2, "waits": 0.5, "nothing": 0.5}
"""Seconds between two looks, by what is shown; each takes as long as a state."""


def attend(engine: Engine, execution_arn: str, saved: Executions, console: Console, shown: Shown = "states") -> Ended:
    """Show as much as `shown` of an execution on `console` until it ends, save it, and fetch what it reported.

    It is saved while it runs, too; raises DiskFull where there is no room for that. Interrupted by Ctrl-C, the
    execution is saved as ABORTED before KeyboardInterrupt goes on; it ends with its engine.
    """
    client = engine.client("stepfunctions")
    with view_on(console, shown) as view:
        try:
            execution = follow(client, execution_arn, view, LOOKS[shown], _Record(saved), engine.wait)
        except KeyboardInterrupt:
            execution, history = _aborted(client, execution_arn)
            view.update(build(execution, history))
            _save(saved, execution, history, console)
            raise
    history = events(client, execution_arn)
    _save(saved, execution, history, console)
    return replace(with_report(engine, execution), notification=notification_in(history))


class _Record:
    """Saves an execution while it runs, whenever something happened, so that a killed program leaves what it did.

    A disk that is full is known by this too, before the functions fail by it again and again.
    """

    def __init__(self, saved: Executions) -> None:
        self._saved = saved
        self._known = 0
        self._next = 0.0

    def __call__(self, execution: dict[str, Any], history: list[dict[str, Any]]) -> None:
        if len(history) > self._known and time.monotonic() >= self._next:
            try:
                self._saved.save(execution, history)
            except HomeUnusable as error:  # which is told at the end, if it stays so
                if is_full(error.__cause__):
                    raise DiskFull(f"{error} The run was stopped. Make room, and run it again.") from error
            self._known, self._next = len(history), time.monotonic() + RECORDED_EVERY


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
