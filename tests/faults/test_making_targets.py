"""A run that has to make its target first, and everything that may happen to the requests that do.

The promise holds, and there is one target: never two, however the run ended, and one after an undisturbed run.
"""

from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover.simulator.faults import Kind
from tests.faults.cases import FAULTS
from tests.faults.crash import kill
from tests.faults.promise import Archive, broken_promises, untold_failures
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

NAME = "(re)Discover"
LAG = 0.5
"""Seconds until a new playlist shows in the list of playlists; the wait before a look at it is 1.3 here."""

MAKING: dict[str, Any] = {"method": "POST", "path": "/me/playlists"}
LOOKING: dict[str, Any] = {"method": "GET", "path": "/me/playlists"}


def _source(simulator: Simulator) -> str:
    simulator.settings.update(listing_lag_seconds=LAG)
    return simulator.create_playlist("Source", simulator.tracks(110, "New"))


def _run(stack: Stack, source: str) -> Execution:
    return stack.ended(stack.start({"pairs": [{"source": source, "target": {"create": NAME}}]}))


def _made(simulator: Simulator) -> list[str]:
    return [playlist.id for playlist in simulator.playlists.values() if playlist.name == NAME]


def _assert_kept(stack: Stack, simulator: Simulator, source: str, execution: Execution) -> None:
    """The promise now, and after one undisturbed run."""
    assert untold_failures(execution, stack.report(execution)) == []
    assert len(_made(simulator)) <= 1
    simulator.faults.clear()
    undisturbed = _run(stack, source)
    assert undisturbed.status == "SUCCEEDED", undisturbed.cause
    (made,) = _made(simulator)
    whole = Archive(source, made, simulator.uris(source), [])
    assert broken_promises(simulator, whole, completed=True) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_one_target_is_made_whatever_happens_to_the_request_that_makes_it(
    stack: Stack, simulator: Simulator, fault: str
) -> None:
    source = _source(simulator)
    struck = simulator.faults.add(Fault(**MAKING, **FAULTS[fault]))
    execution = _run(stack, source)
    assert struck.struck == 1
    assert (execution.status == "FAILED") == (fault in ("400", "403", "404", "422"))
    assert execution.status == "FAILED" or execution.output["spotify_requests"] == simulator.requests_count()
    _assert_kept(stack, simulator, source, execution)


@pytest.mark.parametrize("fault", FAULTS)
def test_one_target_is_made_whatever_happens_to_the_look_for_it(stack: Stack, simulator: Simulator, fault: str) -> None:
    source = _source(simulator)
    simulator.faults.add(Fault("lost_response", **MAKING))
    struck = simulator.faults.add(Fault(**LOOKING, **FAULTS[fault]))
    execution = _run(stack, source)
    assert struck.struck == 1
    _assert_kept(stack, simulator, source, execution)


@pytest.mark.parametrize("fault", ["503", "reset before it took effect", "401", "404"])
def test_a_spotify_that_makes_no_target_fails_the_run_in_words(stack: Stack, simulator: Simulator, fault: str) -> None:
    source = _source(simulator)
    simulator.faults.add(Fault(**MAKING, **{**FAULTS[fault], "count": -1}))
    execution = _run(stack, source)
    assert execution.status == "FAILED"
    assert str(execution.cause).startswith("FindTarget: ")
    assert simulator.requests_count("POST", "/me/playlists") <= 3
    _assert_kept(stack, simulator, source, execution)


@pytest.mark.parametrize("count", [2, 3, -1])
def test_answers_that_are_lost_again_and_again(stack: Stack, simulator: Simulator, count: int) -> None:
    source = _source(simulator)
    simulator.faults.add(Fault("lost_response", **MAKING, count=count))
    _assert_kept(stack, simulator, source, _run(stack, source))


@pytest.mark.engine
@pytest.mark.parametrize("moment", ["reset", "lost_response"])
def test_a_crash_before_or_after_the_target_is_made(stack: Stack, simulator: Simulator, moment: Kind) -> None:
    source = _source(simulator)
    simulator.faults.add(Fault(moment, **MAKING, meanwhile=kill("find_target")))
    execution = _run(stack, source)
    assert execution.status == "SUCCEEDED", execution.cause
    assert execution.failed_attempts == ["Runtime.ExitError"]
    _assert_kept(stack, simulator, source, execution)


@pytest.mark.engine
def test_a_run_that_is_stopped_while_it_makes_its_target(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    sfn = stack.engine.client("stepfunctions")
    arn: list[str] = []
    simulator.faults.add(Fault("delay_after", **MAKING, meanwhile=lambda: sfn.stop_execution(executionArn=arn[0])))
    arn.append(stack.start({"pairs": [{"source": source, "target": {"create": NAME}}]}))
    assert stack.ended(arn[0]).status in ("ABORTED", "FAILED")
    assert _run(stack, source).status == "SUCCEEDED"
    assert len(_made(simulator)) == 1


@pytest.mark.engine
def test_the_state_run_again_with_the_same_input_makes_nothing_twice(stack: Stack, simulator: Simulator) -> None:
    """What a redrive does, and Lambda when it runs a function twice."""
    source = _source(simulator)
    execution = _run(stack, source)
    (given,) = [
        event["lambdaFunctionScheduledEventDetails"]["input"]
        for event in execution.history
        if "FindTarget" in event.get("lambdaFunctionScheduledEventDetails", {}).get("resource", "")
    ]
    simulator.forget_requests()
    name = stack.engine.resources["FindTargetFunction"]
    answer = stack.engine.client("lambda").invoke(FunctionName=name, Payload=given)
    assert "FunctionError" not in answer
    assert simulator.requests_count() == 0
    assert len(_made(simulator)) == 1
