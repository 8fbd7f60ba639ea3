"""Past executions of the embedded engine, kept as files; a damaged one is told, and hinders nothing."""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rediscover.errors import FileDamaged, HomeUnusable
from rediscover.executions.summary import summary
from rediscover.executions.timeline import build, moment_of
from rediscover.machine import files

KEPT = timedelta(days=90)  # as long as Step Functions keeps an execution's history
ODD = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What comes of JSON that is not as this release writes it."""


class Executions:
    """Past executions with their histories, as Step Functions' own answers in JSON; one folder each.

    `damaged` are the files that `all` found last and could not use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.damaged: list[Path] = []

    def save(self, execution: Mapping[str, Any], events: list[dict[str, Any]]) -> None:
        """Keep an execution (DescribeExecution's answer) and its history; drop those that are too old.

        Raises HomeUnusable where they cannot be written.
        """
        folder = self._folder / execution["name"]
        try:
            _write(folder / "history.json", events)
            _write(folder / "execution.json", execution)
        except OSError as error:
            raise HomeUnusable(f"The record of this run cannot be kept in {folder}: {error.strerror}.") from error
        oldest = datetime.now(UTC) - KEPT
        for saved in self.all():
            if moment_of(saved["startDate"]) < oldest:
                shutil.rmtree(self._folder / saved["name"], ignore_errors=True)

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
