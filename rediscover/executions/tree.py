"""A timeline as rows of a table: one a state, indented by what it runs in, with what went wrong beside it."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from rediscover.executions.steps import Scope, Step
from rediscover.executions.timeline import Timeline
from rediscover.executions.waits import left
from rediscover.machine.terminal import NARROW, WORD, broken, has_signs
from rediscover.words import clean, took

QUIET = ("Choice", "Pass", "Succeed")  # states that only steer
MARKS = {
    "running": ("", "running", "cyan"),
    "succeeded": ("✔", "done", "green"),
    "caught": ("!", "caught", "yellow"),
    "failed": ("✖", "failed", "red"),
    "aborted": ("-", "cut off", "dim"),
}
"""How a state's status is shown: a sign, or where the terminal has none a word, and its colour."""

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
ROOM = 30
"""Fewest cells in which sentences are still read well; where there are fewer beside a state, they stand below it."""


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


@dataclass
class Table:
    """The rows: state, duration, and beside them, or below where there is no room, what there is to say.

    `live` is what is redrawn in place, where no line may be longer than the terminal.
    """

    shown: list[Row]
    now: datetime
    live: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        indent = 1 if width < NARROW else 2
        signs = has_signs(console)
        names = [_name(row, indent, self.now, signs) for row in self.shown]
        times = [took(row.step.duration(self.now)) if row.step else "" for row in self.shown]
        longest, slowest = (max(map(cell_len, texts), default=0) for texts in ([name.plain for name in names], times))
        for row, name, time in zip(self.shown, names, times, strict=True):
            name.append(" " * (longest - name.cell_len + 2) + f"{time:>{slowest}}", style=_faint(row.step))
            for line in self._with_remarks(name, row, indent * row.depth + 4, width):
                line.no_wrap, line.overflow = (False, "fold") if self.live else (True, "ignore")
                yield line

    def _with_remarks(self, line: Text, row: Row, below: int, width: int) -> Iterator[Text]:
        beside = line.cell_len + 2
        said = remarks(row.step, self.now) if row.step else []
        longest = max((cell_len(word) for remark in said for word in WORD.findall(remark.plain)), default=0)
        needed = max((remark.cell_len for remark in said), default=0)
        if beside + min(needed, max(ROOM, longest)) <= width:
            line.append("  ").append(said[0] if said else "").rstrip()
            yield from broken(line, width, beside)
            said, below = said[1:], beside
        else:
            line.rstrip()
            yield from broken(line, width, below)
        for remark in said:
            remark.pad_left(below)
            yield from broken(remark, width, below)


def remarks(step: Step, now: datetime) -> list[Text]:
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
    return lines


def detailed(timeline: Timeline, now: datetime) -> RenderableType:
    """Every state with its input and output as indented JSON."""
    parts: list[RenderableType] = []
    for row in rows(timeline.root, quiet=False):
        parts.append(Table([row], now))
        if row.step is not None:
            indent = 2 * row.depth + 4
            parts.append(_document("input", row.step.input, indent))
            parts.append(_document("output", row.step.output, indent))
    return Group(*parts)


def _document(title: str, text: str | None, indent: int) -> RenderableType:
    blank = " " * indent
    if not text:
        return Text(f"{blank}{title}: none", style="dim")
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    lines = [f"{title}:", *(clean(line) for line in text.split("\n"))]
    return Text("\n".join(f"{blank}{line}" for line in lines), no_wrap=True, overflow="ignore")


def _name(row: Row, indent: int, now: datetime, signs: bool) -> Text:
    text = Text(" " * indent * row.depth)
    if row.step is None:
        return text.append(row.heading, style="dim")
    sign, word, style = MARKS[row.step.status]
    shown = (sign or SPINNER[int(now.timestamp() * 8) % len(SPINNER)]) if signs else f"{word:<7}"
    text.append(f"{shown} ", style=style)
    quiet = "dim" if row.step.type in QUIET else "bold" if row.step.scopes else ""
    return text.append(clean(row.step.name), style=quiet)


def _faint(step: Step | None) -> str:
    return "cyan" if step and step.status == "running" else "dim"


def _waiting(step: Step, now: datetime) -> str:
    if step.status != "running":
        return "waited" if step.exited else "cut off"
    return left(step, now)
