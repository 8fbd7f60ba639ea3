"""A timeline as rows of a table: one a state, indented by what it runs in, with what went wrong beside it."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rediscover.executions.steps import Scope, Step
from rediscover.executions.timeline import Timeline
from rediscover.executions.waits import left
from rediscover.words import clean, took

QUIET = ("Choice", "Pass", "Succeed")  # states that only steer
SIGNS = {
    "succeeded": ("✔", "green"),
    "caught": ("!", "yellow"),
    "failed": ("✖", "red"),
    "aborted": ("-", "dim"),
}
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@dataclass
class Row:
    """A state, or the heading of one of several iterations of a Map."""

    depth: int
    step: Step | None = None
    heading: str = ""


def rows(scope: Scope, *, quiet: bool, depth: int = 0) -> Iterator[Row]:
    """The rows of a scope in order; `quiet` leaves out the states that only steer, unless they failed."""
    for step in scope.steps:
        if quiet and step.type in QUIET and step.status in ("succeeded", "running"):
            continue
        yield Row(depth, step)
        for inner in step.scopes:
            several = step.type == "Map" and step.length != 1
            if several:
                yield Row(depth + 1, heading=iteration(inner))
            yield from rows(inner, quiet=quiet, depth=depth + 1 + several)


def iteration(scope: Scope) -> str:
    """Which one of how many: `2 of 3`."""
    length = scope.owner.length if scope.owner else None
    return f"{scope.index + 1} of {length}" if length else str(scope.index + 1)


def table(shown: list[Row], now: datetime) -> Table:
    """The rows side by side: state, duration, what there is to say."""
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in shown:
        if row.step is None:
            grid.add_row(Text("  " * row.depth + row.heading, style="dim"))
        else:
            grid.add_row(_name(row, row.step, now), _took(row.step, now), remarks(row.step, now))
    return grid


def remarks(step: Step, now: datetime) -> Text:
    """The failed attempts of a step, each with what followed, and what it waits for."""
    lines = []
    for number, failure in enumerate(step.failures, 1):
        text = Text(clean(failure.error), style="yellow" if step.status in ("succeeded", "running") else "red")
        text.append(f": {clean(failure.message)}" if failure.message else "", style="default")
        if failure.waited is not None:
            text.append(f" Attempt {number + 1} after {took(failure.waited)}.", style="dim")
        elif step.status == "caught":
            text.append(" Caught.", style="dim")
        lines.append(text)
    if step.type == "Wait":
        lines.append(Text(_waiting(step, now), style="cyan" if step.status == "running" else "dim"))
    return Text("\n").join(lines)


def detailed(timeline: Timeline, now: datetime) -> RenderableType:
    """Every state with its input and output as indented JSON."""
    parts: list[RenderableType] = []
    for row in rows(timeline.root, quiet=False):
        parts.append(table([row], now))
        if row.step is not None:
            indent = 2 * row.depth + 4
            parts.append(_document("input", row.step.input, indent))
            parts.append(_document("output", row.step.output, indent))
    return Group(*parts)


def _document(title: str, text: str | None, indent: int) -> RenderableType:
    if not text:
        return Padding(Text(f"{title}: none", style="dim"), (0, 0, 0, indent))
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    lines = [f"{title}:", *(clean(line) for line in text.split("\n"))]
    return Padding(Text("\n".join(lines), overflow="fold"), (0, 0, 0, indent))


def _name(row: Row, step: Step, now: datetime) -> Text:
    sign, style = SIGNS.get(step.status) or (SPINNER[int(now.timestamp() * 8) % len(SPINNER)], "cyan")
    text = Text("  " * row.depth)
    text.append(f"{sign} ", style=style)
    text.append(clean(step.name), style="dim" if step.type in QUIET else "bold" if step.scopes else "")
    return text


def _took(step: Step, now: datetime) -> Text:
    return Text(took(step.duration(now)), style="cyan" if step.status == "running" else "dim")


def _waiting(step: Step, now: datetime) -> str:
    if step.status != "running":
        return "waited" if step.exited else "cut off"
    return left(step, now)
