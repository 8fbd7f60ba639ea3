"""How an execution looks: live in a terminal, line by line elsewhere, and as a whole when it is finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, Self

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.segment import SegmentLines
from rich.text import Text

from rediscover.executions.steps import Moment, Step
from rediscover.executions.timeline import Timeline
from rediscover.executions.tree import Table, detailed, iteration, rows
from rediscover.executions.waits import waiting
from rediscover.machine.terminal import Prose, say
from rediscover.words import clean, reason, took

STYLES = {"RUNNING": "cyan", "SUCCEEDED": "green"}


Shown = Literal["states", "waits", "nothing"]
"""How much of a running execution is shown: every state, only what keeps it waiting for long, or nothing."""

LONG = 60
"""Seconds of a wait from which on a log says it, so that whoever looks knows why nothing comes."""


def view_on(console: Console, shown: Shown = "states") -> "LiveView | PlainView":
    """A view that suits where `console` writes to."""
    if shown != "states":
        return PlainView(Console(quiet=True) if shown == "nothing" else console, waits_only=True)
    return LiveView(console) if console.is_terminal and not console.is_dumb_terminal else PlainView(console)


class PlainView:
    """One line for each thing that happens, for logs and pipes; or for long waits only."""

    def __init__(self, console: Console, *, waits_only: bool = False) -> None:
        self._console = console
        self._waits_only = waits_only
        self._shown = 0
        self._status = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def update(self, timeline: Timeline) -> None:
        """Print what is new since the last time."""
        if not self._status and not self._waits_only:
            self._print(timeline.started, f"execution {clean(timeline.name)}")
        status, self._status = self._status, timeline.status
        for moment in timeline.moments[self._shown :]:
            self._shown += 1
            if (line := line_of(moment)) and (is_long_wait(moment) or not self._waits_only):
                self._print(moment.at, line)
        if timeline.stopped and timeline.status != status and not self._waits_only:
            duration = took(timeline.duration(timeline.stopped))
            self._print(timeline.stopped, f"{timeline.status} after {duration}")

    def _print(self, at: datetime, line: str) -> None:
        say(self._console, f"{at.astimezone():%H:%M:%S} {line}")


class LiveView:
    """The tree of states, redrawn while the execution runs, left standing when it ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._timeline: Timeline | None = None
        self._live = Live(get_renderable=self._render, console=console, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def update(self, timeline: Timeline) -> None:
        """Show this from now on."""
        self._timeline = timeline

    def _render(self) -> RenderableType:
        now = datetime.now(UTC)
        if self._timeline is None:
            return Text("")
        shown = Table(list(rows(self._timeline.root, quiet=True)), now, live=True)
        all_of_it = Group(shown, heading(self._timeline, now, longest=min(24, self._console.width - 20)))
        return all_of_it if self._timeline.stopped else _Tail(all_of_it, self._console.height - 1)


@dataclass
class _Tail:
    """The last lines of something that may be higher than the terminal."""

    inner: RenderableType
    height: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self.inner, options.update(height=None), pad=False)
        yield SegmentLines(lines[-self.height :], new_lines=True)


def whole(timeline: Timeline, *, io: bool, result: Sequence[str] = ()) -> RenderableType:
    """A timeline to read afterwards: its result, then every state, and its input and output with `io`."""
    now = datetime.now(UTC)
    steps = detailed(timeline, now) if io else Table(list(rows(timeline.root, quiet=False)), now)
    told = [Prose(Text(line)) for line in result]
    parts: list[RenderableType] = [Prose(heading(timeline, now)), *told, *([""] if told else []), steps]
    if timeline.error:
        parts.append(Prose(Text(reason(timeline.error, timeline.message), style="red")))
    return Group(*parts)


def heading(timeline: Timeline, now: datetime, longest: int = 80) -> Text:
    """Name (at most `longest` characters of it), status and duration of an execution."""
    text = Text(clean(timeline.name), style="dim")
    text.truncate(longest, overflow="ellipsis")
    text.append(f"  {timeline.status}", style=STYLES.get(timeline.status, "red"))
    return text.append(f"  {took(timeline.duration(now))}", style="dim")


def line_of(moment: Moment) -> str | None:
    """What a moment is worth saying, if anything."""
    step, error = moment.step, moment.failure
    if moment.what == "failed" and error and step.type != "Fail":
        return f"{_where(step)}: {reason(error.error, error.message)}"
    if moment.what == "retrying" and error and error.waited is not None:
        return f"{_where(step)}: attempt {moment.number} after {took(error.waited)}"
    if moment.what == "entered" and step.type == "Wait":
        return f"{_where(step)}: {waiting(step)}"
    if moment.what == "exited" and step.type == "Task" and step.exited:
        done = "failed, caught" if step.unretried else "done"
        return f"{_where(step)}: {done} after {took(step.exited - step.entered)}"
    return None


def is_long_wait(moment: Moment) -> bool:
    """Whether an execution stands still from now on for long enough to be said even in a log."""
    return moment.what == "entered" and moment.step.type == "Wait" and (moment.step.wait_seconds or 0) >= LONG


def _where(step: Step) -> str:
    """A step's name, after those of the iterations it is in where there are several."""
    around = [
        f"{clean(scope.owner.name)} {iteration(scope)}"
        for scope in step.where
        if scope.owner and scope.owner.type == "Map" and scope.owner.length != 1
    ]
    return " › ".join([*around, clean(step.name)])
