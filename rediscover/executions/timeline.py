"""What an execution did, as a tree of steps, built from Step Functions' own answers.

The shapes read here are botocore's for DescribeExecution and GetExecutionHistory. Events of parallel branches
and map iterations are interleaved; `previousEventId` says which of them an event continues.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rediscover.executions.steps import Failure, Moment, Scope, Step, What, walk
from rediscover_archive.text import cause_in_words


@dataclass
class Timeline:
    """An execution; `status` is Step Functions' own word (RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED)."""

    arn: str
    name: str
    status: str
    started: datetime
    stopped: datetime | None
    input: str
    output: str | None
    error: str | None
    message: str | None
    root: Scope
    moments: list[Moment]

    def steps(self) -> Iterator[Step]:
        """Every step, parents before their children."""
        return walk(self.root)

    def duration(self, now: datetime) -> timedelta:
        """Time from start to end, or until `now` while it runs."""
        return max((self.stopped or now) - self.started, timedelta(0))


def moment_of(value: datetime | str) -> datetime:
    """A timestamp as botocore gives it, or as ISO text in a saved answer; always with a time zone."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def build(
    execution: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    definition: Mapping[str, Any] | None = None,
) -> Timeline:
    """The timeline of an execution, finished or not.

    `execution` is DescribeExecution's answer, `events` GetExecutionHistory's events, oldest first. With the
    state machine's `definition`, Wait states that are still running know when they will end.
    """
    history = _History(_states(definition or {}))
    for event in events:
        history.take(event)
    stopped = moment_of(execution["stopDate"]) if execution.get("stopDate") else None
    _settle(history.root, stopped)
    return Timeline(
        arn=execution["executionArn"],
        name=execution["name"],
        status=execution["status"],
        started=moment_of(execution["startDate"]),
        stopped=stopped,
        input=execution.get("input", ""),
        output=execution.get("output"),
        error=execution.get("error"),
        message=cause_in_words(execution["cause"]) if execution.get("cause") else None,
        root=history.root,
        moments=history.moments,
    )


def _settle(scope: Scope, end: datetime | None) -> None:
    """Give every step its status and end; after `end` nothing in this scope went on."""
    for step in scope.steps:
        if step.exited:
            step.status, step.ended = "caught" if step.unretried else "succeeded", step.exited
        elif failure := step.unretried if end else None:
            step.status, step.ended = "failed", failure.at
        elif step.type == "Fail":
            step.status, step.ended = "failed", step.entered
        elif end:
            step.status, step.ended = "aborted", end
        for inner in step.scopes:
            _settle(inner, inner.ended or step.ended or (step.unretried.at if step.unretried else None))


def _states(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every state of a definition by its name, which is unique in the whole definition."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, state in definition.get("States", {}).items():
        found[name] = state
        inner = [state.get("ItemProcessor") or state.get("Iterator") or {}, *state.get("Branches", [])]
        for nested in inner:
            found |= _states(nested)
    return found


@dataclass
class _Place:
    """Where an event leaves off: in a scope, and in a step of it unless that was left."""

    scope: Scope
    step: Step | None = None

    def outwards(self) -> Iterator[Step]:
        """The step here and the steps around it, innermost first."""
        step = self.step or self.scope.owner
        while step is not None:
            yield step
            step = step.scope.owner


class _History:
    """Reads events one after the other and remembers the place each one leaves off at."""

    def __init__(self, states: Mapping[str, Mapping[str, Any]]) -> None:
        self.root = Scope()
        self.moments: list[Moment] = []
        self._states = states
        self._places: dict[int, _Place] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        kind: str = event["type"]
        place = self._places.get(event.get("previousEventId", 0), _Place(self.root))
        at = moment_of(event["timestamp"])
        details = _details(event)
        if kind.endswith("StateEntered"):
            place = self._entered(place, at, kind.removesuffix("StateEntered"), details)
        elif kind.endswith("StateExited"):
            place = self._exited(place, at, details)
        elif kind.startswith("MapIteration"):
            place = _iteration(place, at, kind.removeprefix("MapIteration"), details)
        elif kind.endswith("Scheduled") or kind in ("MapStateStarted", "ParallelStateStarted"):
            self._attempted(place, at, details)
        elif kind in ("MapStateFailed", "ParallelStateFailed"):
            place = self._inner_failed(place, at, kind.removesuffix("StateFailed"))
        elif kind.endswith(("Failed", "TimedOut")):
            self._failed(place.step, at, details, kind)
        self._places[event["id"]] = place

    def _entered(self, place: _Place, at: datetime, kind: str, details: Mapping[str, Any]) -> _Place:
        scope = place.scope
        if place.step is not None and place.step.type == "Parallel" and not place.step.exited:
            scope = Scope(owner=place.step, index=len(place.step.scopes))
            place.step.scopes.append(scope)
        step = Step(details["name"], kind, scope, at, details.get("input", ""))
        if kind == "Wait":
            step.wait_until = _wait_until(self._states.get(step.name, {}), step)
        scope.steps.append(step)
        self._note(at, "entered", step)
        return _Place(scope, step)

    def _exited(self, place: _Place, at: datetime, details: Mapping[str, Any]) -> _Place:
        for step in place.outwards():
            if step.name == details["name"] and not step.exited:
                step.exited, step.output = at, details.get("output")
                self._note(at, "exited", step)
                return _Place(step.scope)
        return place

    def _attempted(self, place: _Place, at: datetime, details: Mapping[str, Any]) -> None:
        step = place.step
        if step is None:
            return
        step.attempts += 1
        step.length = details.get("length", step.length)
        if failure := step.unretried:
            failure.waited = at - failure.at
            for scope in step.scopes:
                scope.ended = scope.ended or failure.at
            self._note(at, "retrying", step, failure)

    def _inner_failed(self, place: _Place, at: datetime, kind: str) -> _Place:
        inner = place.step.unretried if place.step else None
        for step in place.outwards():
            if step.type == kind and not step.unretried:
                step.failures.append(Failure(inner.error if inner else "", inner.message if inner else "", at))
                return _Place(step.scope, step)
        return place

    def _failed(self, step: Step | None, at: datetime, details: Mapping[str, Any], kind: str) -> None:
        if step is None or step.unretried:
            return
        timed_out = "States.Timeout" if kind.endswith("TimedOut") else kind
        failure = Failure(details.get("error", timed_out), cause_in_words(details.get("cause")), at)
        step.failures.append(failure)
        self._note(at, "failed", step, failure)

    def _note(self, at: datetime, what: What, step: Step, failure: Failure | None = None) -> None:
        self.moments.append(Moment(at, what, step, step.attempts, failure))


def _iteration(place: _Place, at: datetime, what: str, details: Mapping[str, Any]) -> _Place:
    """Start or end an iteration of the innermost Map around `place` that has the event's name."""
    owner = next((step for step in place.outwards() if step.name == details["name"]), None)
    if owner is None:
        return place
    if what == "Started":
        scope = Scope(owner=owner, index=details["index"])
        owner.scopes.append(scope)
        return _Place(scope)
    for scope in owner.scopes:
        if scope.index == details["index"] and not scope.ended:
            scope.ended = at
    return _Place(owner.scope, owner) if what == "Succeeded" else place


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def _wait_until(state: Mapping[str, Any], step: Step) -> datetime | None:
    """The end of a Wait state, from its `Seconds` or a plain `SecondsPath` (`$.a.b`) into its input."""
    seconds: Any = state.get("Seconds")
    if path := state.get("SecondsPath"):
        try:
            seconds = json.loads(step.input)
            for key in path.removeprefix("$.").split("."):
                seconds = seconds[key]
        except (ValueError, LookupError, TypeError):
            return None
    return step.entered + timedelta(seconds=seconds) if isinstance(seconds, (int, float)) else None
