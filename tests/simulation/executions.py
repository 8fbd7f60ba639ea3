"""Step Functions: executions of a state machine side by side on the loop; started, stopped, timed out, redriven."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.simulation.interpreter import Call, Effect, Fork, Frame, Interpreter, Pause, State, StateError, frame_of
from tests.simulation.loop import Loop, Timer, cancel

Json = Any
Answered = Callable[[Json, StateError | None], None]


class Resources(Protocol):
    """What Tasks call."""

    def call(self, execution: "Execution", call: Call, answered: Answered) -> None:
        """Begin `call`, and call `answered` once when there is an answer or an error."""


@dataclass(eq=False)
class Branch:
    """A machine that is being stepped. `turn` tells its present effect from those before."""

    frame: Frame
    parent: "Branch | None"
    stepping: Any
    turn: int = 0
    timer: Timer | None = None
    waiting: list[Frame] = field(default_factory=list)
    running: "list[Branch]" = field(default_factory=list)


class Execution:
    """One execution, and what DescribeExecution tells of it."""

    def __init__(self, loop: Loop, resources: Resources, machine: State, arn: str, given: Json) -> None:
        self.arn = arn
        self.name = arn.rsplit(":", 1)[1]
        self.status = "RUNNING"
        self.output: Json = None
        self.error: str | None = None
        self.cause: str | None = None
        self.started_at = loop.now
        self.stopped_at: float | None = None
        self.entered: list[tuple[str, Json]] = []
        self.on_end: Callable[[], None] = lambda: None
        self._loop, self._resources, self._machine = loop, resources, machine
        self._frame = frame_of(machine, given)

    def start(self) -> None:
        """Begin, or go on where it was cut off."""
        self.status, self.stopped_at, self.error, self.cause = "RUNNING", None, None, None
        context = {"Id": self.arn, "Name": self.name}
        interpreter = Interpreter(context, self._jitter, self._enter)
        self._root = Branch(self._frame, None, interpreter.steps(self._frame))
        self._interpreter = interpreter
        self._timer = self._loop.after(self._machine["TimeoutSeconds"], lambda: self._cut_off("TIMED_OUT"))
        self._step(self._root)

    def stop(self) -> None:
        """StopExecution."""
        self._cut_off("ABORTED")

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status == "RUNNING"

    def _jitter(self, most: float) -> float:
        return self._loop.random.random() * most

    def _enter(self, state: str, value: Json) -> None:
        self.entered.append((state, value))

    def _cut_off(self, status: str) -> None:
        if self.is_running:
            _close(self._root)
            self._end(status)

    def _end(self, status: str, **told: Any) -> None:
        self.status, self.stopped_at = status, self._loop.now
        cancel(self._timer)
        for name, value in told.items():
            setattr(self, name, value)
        self.on_end()

    def _step(self, branch: Branch, value: Json = None, error: StateError | None = None) -> None:
        """Let a branch go on with what came of its effect, until its next one."""
        _turn(branch)
        try:
            effect = branch.stepping.throw(error) if error else branch.stepping.send(value)
        except StopIteration as ended:
            self._has_ended(branch, ended.value)
        except StateError as failed:
            self._has_failed(branch, failed)
        else:
            self._perform(branch, effect)

    def _step_if(self, branch: Branch, turn: int) -> None:
        if branch.turn == turn:
            self._step(branch)

    def _perform(self, branch: Branch, effect: Effect) -> None:
        turn = branch.turn

        def go_on(value: Json = None, error: StateError | None = None) -> None:
            if branch.turn == turn:
                self._step(branch, value, error)

        if isinstance(effect, Pause):
            branch.timer = self._loop.after(effect.seconds, go_on)
        elif isinstance(effect, Call):
            branch.timer = self._loop.after(effect.seconds, lambda: go_on(None, StateError("States.Timeout", "")))
            self._resources.call(self, effect, go_on)
        else:
            self._fork(branch, effect)

    def _fork(self, branch: Branch, fork: Fork) -> None:
        branch.waiting = [frame for frame in fork.frames if not frame.is_done]
        branch.running = []
        for _ in range(fork.limit or len(branch.waiting)):
            self._start_next(branch)
        if not branch.running and not branch.waiting:
            turn = branch.turn
            self._loop.after(0, lambda: self._step_if(branch, turn))

    def _start_next(self, branch: Branch) -> None:
        if branch.waiting:
            frame = branch.waiting.pop(0)
            inner = Branch(frame, branch, self._interpreter.steps(frame))
            branch.running.append(inner)
            self._loop.after(0, lambda: self._step_if(inner, 0))

    def _has_ended(self, branch: Branch, output: Json) -> None:
        parent = branch.parent
        if parent is None:
            self._end("SUCCEEDED", output=output)
            return
        parent.running.remove(branch)
        self._start_next(parent)
        if not parent.running:
            self._step(parent)

    def _has_failed(self, branch: Branch, failed: StateError) -> None:
        parent = branch.parent
        if parent is None:
            self._end("FAILED", error=failed.error, cause=failed.cause)
            return
        for inner in parent.running:
            _close(inner)
        parent.running, parent.waiting = [], []
        self._step(parent, error=failed)


def _turn(branch: Branch) -> None:
    """Whatever comes of the effect before is too late now."""
    branch.turn += 1
    if branch.timer:
        cancel(branch.timer)


def _close(branch: Branch) -> None:
    _turn(branch)
    branch.stepping.close()
    for inner in branch.running:
        _close(inner)
