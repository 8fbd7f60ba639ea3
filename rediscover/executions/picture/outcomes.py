"""What became of each state in an execution, over all the times that it was entered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rediscover.executions.steps import Status, Step
from rediscover.executions.timeline import Timeline
from rediscover.words import reason, took

GRAVEST: tuple[Status, ...] = ("running", "failed", "aborted", "caught", "succeeded")
WORDS: dict[Status, str] = {
    "running": "running",
    "failed": "failed",
    "aborted": "cut off",
    "caught": "failed, caught",
    "succeeded": "done",
}


@dataclass(frozen=True)
class Outcome:
    """A state's: the gravest status of its steps, what is counted of them, and how they failed, fit to show."""

    status: Status
    times: int
    counted: str
    failures: tuple[str, ...]

    @property
    def told(self) -> str:
        """In words: `done, 3×, 2 retries`."""
        return ", ".join(part for part in (WORDS[self.status], self.counted) if part)


def outcomes(timeline: Timeline, now: datetime) -> dict[str, Outcome]:
    """The outcome of each state that was entered, by name."""
    steps: dict[str, list[Step]] = {}
    for step in timeline.steps():
        steps.setdefault(step.name, []).append(step)
    return {name: _outcome(entered, now) for name, entered in steps.items()}


def _outcome(steps: list[Step], now: datetime) -> Outcome:
    status = min((step.status for step in steps), key=GRAVEST.index)
    failures = (reason(failure.error, failure.message) for step in steps for failure in step.failures)
    return Outcome(status, len(steps), ", ".join(_counted(steps, now)), tuple(dict.fromkeys(failures)))


def _counted(steps: list[Step], now: datetime) -> Iterator[str]:
    if len(steps) > 1:
        yield f"{len(steps)}×"
    if items := sum(step.length or 0 for step in steps):
        yield f"{items} iteration{'s' if items > 1 else ''}"
    if retries := sum(failure.waited is not None for step in steps for failure in step.failures):
        yield f"{retries} retr{'ies' if retries > 1 else 'y'}"
    if waited := sum((step.duration(now) for step in steps if step.type == "Wait"), timedelta()):
        yield f"waited {took(waited)}"
