"""`rediscover history`: past executions, and one execution's timeline."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from rediscover.commands.drawn import drawn
from rediscover.commands.results import cut_off_lines, lines
from rediscover.errors import UnknownExecution
from rediscover.executions.picture.drawing import standalone
from rediscover.executions.reports import ODD, cut_off, number_added, report_of
from rediscover.executions.steps import Step
from rediscover.executions.summary import summary
from rediscover.executions.timeline import Timeline, build, moment_of
from rediscover.executions.view import whole
from rediscover.machine.terminal import broken, say
from rediscover.words import clean, took

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable

SHOWN = 24  # characters of an execution's name in the list, more where they are needed to tell names apart


class Past(Protocol):
    """Where executions and their histories come from."""

    def all(self) -> list[dict[str, Any]]:
        """Name, ARN and dates of each, the latest first."""

    def described(self, execution: Mapping[str, Any], /) -> dict[str, Any]:
        """DescribeExecution's answer for one of them."""

    def events(self, execution: Mapping[str, Any], /) -> list[dict[str, Any]]:
        """The history of one of them, oldest event first."""

    def page(self, execution: Mapping[str, Any], /) -> str | None:
        """The address where it is shown, if it is."""


def history(
    past: Past,
    documents: "Readable",
    wanted: str | None,
    *,
    io: bool,
    as_json: bool,
    out: Console,
    as_svg: bool = False,
) -> int:
    """Print the list of executions, or what the wanted one did, by its report in `documents`, and its timeline.

    With `as_svg` that is a picture of the state machine.

    Raises UnknownExecution.
    """
    executions = past.all()
    if wanted is None:
        _print_list([past.described(execution) for execution in executions], documents, as_json, out)
        return 0
    execution = past.described(find(executions, wanted))
    timeline = build(execution, past.events(execution))
    if as_svg:
        out.print(Text(standalone(drawn(timeline))), soft_wrap=True, end="")
        return 0
    report = report_of(documents, execution["name"])
    if as_json:
        out.print(Text(json.dumps({**_timeline_json(timeline, io), "report": report})), soft_wrap=True)
    else:
        out.print(whole(timeline, io=io, result=_result_lines(documents, execution, report)), crop=False)
        if page := past.page(execution):
            say(out, page, "dim")
    return 0


def find(executions: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """The execution with that name or ARN, else the only one whose name begins so; or UnknownExecution."""
    exact = [one for one in executions if wanted in (one["name"], one["executionArn"])]
    found = exact or [one for one in executions if one["name"].startswith(wanted)]
    if not found:
        raise UnknownExecution(f"There is no execution {clean(wanted)}. `rediscover history` lists them.")
    if len(found) > 1:
        names = ", ".join(clean(one["name"]) for one in found)
        raise UnknownExecution(f"Several executions begin with {clean(wanted)}: {names}.")
    return found[0]


def _result_lines(documents: "Readable", execution: Mapping[str, Any], report: Mapping[str, Any] | None) -> list[str]:
    """What an execution did, by name; nothing where its report is damaged, on which nothing depends."""
    with suppress(*ODD):
        if report:
            return list(lines(report, whole=True))
        if execution["status"] != "RUNNING":
            return list(cut_off_lines(cut_off(documents, execution["name"])))
    return []


def _print_list(executions: Sequence[dict[str, Any]], documents: "Readable", as_json: bool, out: Console) -> None:
    results = [_summary(execution, documents) for execution in executions]
    if as_json:
        out.print(Text(json.dumps(results)), soft_wrap=True)
        return
    if not executions:
        say(out, "No executions yet.")
        return
    names = [execution["name"] for execution in executions]
    listed = [_Listed.of(one, result, names) for one, result in zip(executions, results, strict=True)]
    out.print(_List(listed), crop=False)


@dataclass(frozen=True)
class _Listed:
    """An execution in the list; `added` is empty where nothing is known of it."""

    name: str
    started: str
    took: str
    added: str
    result: Text

    @classmethod
    def of(cls, execution: Mapping[str, Any], result: Mapping[str, Any], names: Sequence[str]) -> "_Listed":
        started, stopped = moment_of(execution["startDate"]), execution.get("stopDate")
        took_so_far = (moment_of(stopped) if stopped else datetime.now(UTC)) - started
        return cls(
            clean(_short(execution["name"], names)),
            f"{started.astimezone():%Y-%m-%d %H:%M}",
            took(took_so_far),
            "" if result["added"] is None else str(result["added"]),
            _result(result),
        )


@dataclass(frozen=True)
class _List:
    """A line for each execution; where they do not fit into the terminal, two."""

    executions: Sequence[_Listed]

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        head = _Listed("Execution", "Started", "Took", "Added", Text("Result", style="bold"))
        rows = [head, *self.executions]
        name, took_most, added = (max(len(text) for text in texts) for texts in zip(*map(_sized, rows), strict=True))
        before = name + len(rows[1].started) + took_most + added + 8
        if before + max(len(word) for row in rows for word in row.result.plain.split()) > width:
            for row in self.executions:
                yield from _in_two_lines(row, width)
            return
        for row in rows:
            shown = f"{row.name:<{name}}  {row.started:<16}  {row.took:>{took_most}}  {row.added:>{added}}  "
            line = Text(shown, style="bold" if row is head else "")
            yield from broken(line.append_text(row.result), width, before)


def _sized(row: _Listed) -> tuple[str, str, str]:
    return row.name, row.took, row.added


def _in_two_lines(row: _Listed, width: int) -> Iterator[Text]:
    count = f" ({row.added} added)" if row.added not in ("", "0") else ""
    yield from broken(Text(f"{row.started}  ").append_text(row.result).append(count), width, 2)
    yield from broken(Text(f"  {row.name}  {row.took}", style="dim"), width, 2)


def _summary(execution: Mapping[str, Any], documents: "Readable") -> dict[str, Any]:
    return summary(execution, None if execution["status"] == "SUCCEEDED" else number_added(documents, execution))


def _result(summary: Mapping[str, Any]) -> Text:
    if summary["outcome"]:
        return Text(clean(summary["outcome"].replace("_", " ")))
    error = f": {clean(summary['error'])}" if summary["error"] else ""
    return Text(f"{summary['status']}{error}", style="cyan" if summary["status"] == "RUNNING" else "red")


def _short(name: str, names: Sequence[str]) -> str:
    """As much of a name as `find` needs to know it."""
    length = SHOWN
    while length < len(name) and sum(other.startswith(name[:length]) for other in names) > 1:
        length += 1
    return name[:length]


def _timeline_json(timeline: Timeline, io: bool) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "execution": timeline.arn,
        "status": timeline.status,
        "started": timeline.started.isoformat(),
        "stopped": timeline.stopped.isoformat() if timeline.stopped else None,
        "error": timeline.error,
        "cause": timeline.message,
        "steps": [_step_json(step, now, io) for step in timeline.steps()],
    }


def _step_json(step: Step, now: datetime, io: bool) -> dict[str, Any]:
    data = {"input": step.input, "output": step.output} if io else {}
    return {
        "state": step.name,
        "type": step.type,
        "where": [{"state": scope.owner.name, "index": scope.index} for scope in step.where if scope.owner],
        "status": step.status,
        "entered": step.entered.isoformat(),
        "exited": step.exited.isoformat() if step.exited else None,
        "seconds": step.duration(now).total_seconds(),
        "wait_seconds": step.wait_seconds,
        "attempts": step.attempts,
        "failures": [
            {
                "error": failure.error,
                "cause": failure.message,
                "at": failure.at.isoformat(),
                "retried_after_seconds": failure.waited.total_seconds() if failure.waited else None,
            }
            for failure in step.failures
        ],
        **data,
    }
