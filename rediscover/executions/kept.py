"""Past executions of the embedded engine, kept as files; a damaged one is told, and hinders nothing."""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rediscover.errors import FileDamaged, HomeUnusable
from rediscover.executions.summary import summary
from rediscover.executions.timeline import build, moment_of
from rediscover.machine import files

KEPT = 1_000
"""Executions, the latest: of twelve weeks with a run every two hours. Clocks jump, so none is dropped for its age."""

KILLED = {
    "status": "ABORTED",
    "error": "Killed",
    "cause": "The program that ran it was killed, or could not go on. The next run of its pairs completes it.",
}
ODD = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What comes of JSON that is not as this release writes it."""

RUNNING = "RUNNING"


class Executions:
    """Past executions with their histories, as Step Functions' own answers in JSON; one folder each.

    `damaged` are the files that `all` found last and could not use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged: list[Path] = []

    def save(self, execution: Mapping[str, Any], events: list[dict[str, Any]]) -> None:
        """Keep an execution (DescribeExecution's answer) and its history; drop those that are too many.

        One that runs is kept too, so that it is known whatever becomes of this program. Raises HomeUnusable where they
        cannot be written.
        """
        folder = self._folder / execution["name"]
        try:
            _write(folder / "history.json", events)
            _write(folder / "execution.json", execution)
        except OSError as error:
            raise HomeUnusable(f"The record of this run cannot be kept in {folder}: {error.strerror}.") from error
        if execution["status"] != RUNNING:
            others = [saved["name"] for saved in self.all() if saved["name"] != execution["name"]]
            for name in others[KEPT - 1 :]:
                shutil.rmtree(self._folder / name, ignore_errors=True)

    @property
    def running(self) -> dict[str, Any] | None:
        """The one that runs, or that was running when its program was killed; None where there is none."""
        return next((execution for execution in self.all() if execution["status"] == RUNNING), None)

    def settle(self) -> None:
        """Note of those that their program left running that they ended with it. Raises HomeUnusable."""
        for execution in self.all():
            if execution["status"] == RUNNING:
                path = self._folder / execution["name"] / "execution.json"
                last_seen = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                try:
                    _write(path, {**execution, **KILLED, "stopDate": last_seen})
                except OSError as error:
                    raise HomeUnusable(f"Cannot write {path}: {error.strerror}.") from error

    def all(self) -> list[dict[str, Any]]:
        """DescribeExecution's answer for each, the latest first; timestamps are ISO text."""
        self.damaged = []
        found = []
        for path in sorted(self._folder.glob("*/execution.json")):
            try:
                found.append(_execution_in(path))
            except (OSError, *ODD):
                self.damaged.append(path)
        return sorted(found, key=lambda execution: moment_of(execution["startDate"]), reverse=True)

    def described(self, execution: Mapping[str, Any]) -> dict[str, Any]:
        """DescribeExecution's answer for one of them."""
        return dict(execution)

    def page(self, _: Mapping[str, Any]) -> None:
        """Nowhere but here."""

    def events(self, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The history of one of them, oldest event first. Raises FileDamaged."""
        path = self._folder / execution["name"] / "history.json"
        try:
            found: list[dict[str, Any]] = json.loads(path.read_bytes())
            build(execution, found)
        except (OSError, *ODD) as error:
            raise FileDamaged(what_to_do(path)) from error
        return found


def what_to_do(path: Path) -> str:
    """A sentence about a damaged file of a past execution."""
    return (
        f"{path} cannot be understood. It is only the record of a past run, and nothing depends on it. Remove the "
        f"folder {path.parent}."
    )


def _execution_in(path: Path) -> dict[str, Any]:
    """The execution in a file. Raises OSError and ODD."""
    execution: dict[str, Any] = json.loads(path.read_bytes())
    if execution["name"] != path.parent.name:  # by which it would be removed
        raise ValueError
    summary(execution)
    build(execution, [])
    return execution


def _write(path: Path, value: object) -> None:
    files.replace(path, json.dumps(value, default=_iso).encode())


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(type(value).__name__)
