"""The tree that an execution's history becomes: steps, the scopes they run in, and their failures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Status = Literal["running", "succeeded", "caught", "failed", "aborted"]
What = Literal["entered", "failed", "retrying", "exited"]


@dataclass
class Failure:
    """One attempt that failed; `waited` is the time until the next one, None when there was none (yet)."""

    error: str
    message: str
    at: datetime
    waited: timedelta | None = None


@dataclass
class Step:
    """A state that was entered once; `input` and `output` are JSON text as the history has them.

    `exited` is None for a state that was never left, because it still runs (`ended` is None too), failed
    uncaught, or was cut off. `length` is the number of a Map's items.
    """

    name: str
    type: str
    scope: "Scope" = field(repr=False)
    entered: datetime
    input: str = ""
    exited: datetime | None = None
    output: str | None = None
    status: Status = "running"
    ended: datetime | None = None
    attempts: int = 0
    length: int | None = None
    wait_until: datetime | None = None
    failures: list[Failure] = field(default_factory=list)
    scopes: list["Scope"] = field(default_factory=list)

    @property
    def where(self) -> tuple["Scope", ...]:
        """The map iterations and parallel branches around this step, outermost first."""
        owner = self.scope.owner
        return () if owner is None else (*owner.where, self.scope)

    @property
    def unretried(self) -> Failure | None:
        """The failure after which no further attempt was made, as far as is known."""
        return self.failures[-1] if self.failures and self.failures[-1].waited is None else None

    @property
    def wait_seconds(self) -> float | None:
        """How long a Wait state waits: as defined if that is known, else as measured; else None."""
        end = self.wait_until or self.exited
        return (end - self.entered).total_seconds() if self.type == "Wait" and end else None

    def duration(self, now: datetime) -> timedelta:
        """Time from entering to the end, or until `now` while it runs."""
        return max((self.ended or now) - self.entered, timedelta(0))


@dataclass
class Scope:
    """A sequence of steps: the whole execution (no owner), a Map's iteration or a Parallel's branch."""

    owner: Step | None = None
    index: int = 0
    ended: datetime | None = None
    steps: list[Step] = field(default_factory=list)


@dataclass
class Moment:
    """Something worth a line of its own, in the history's order; `number` is the step's attempt."""

    at: datetime
    what: What
    step: Step
    number: int
    failure: Failure | None = None


def walk(scope: Scope) -> Iterator[Step]:
    """The steps of a scope and of all scopes inside it, parents before their children."""
    for step in scope.steps:
        yield step
        for inner in step.scopes:
            yield from walk(inner)
