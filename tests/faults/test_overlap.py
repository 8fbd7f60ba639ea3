"""Runs that overlap, crash, are stopped or meet a listener who edits the target: the promise holds."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.faults.crash import kill
from tests.faults.promise import Archive, archive, broken_promises
from tests.support.few import SOAK, paired
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

ROUNDS = 50 if SOAK else 2
BATCHES = [1, 2, 3]


def _start(stack: Stack, *archives: Archive) -> str:
    return stack.start({"pairs": [one.pair for one in archives]})


def _run(stack: Stack, before: Archive) -> Execution:
    return stack.ended(_start(stack, before))


def _assert_kept(stack: Stack, simulator: Simulator, before: Archive) -> None:
    """The promise now, and after one undisturbed run."""
    assert broken_promises(simulator, before, completed=False) == []
    simulator.faults.clear()
    assert _run(stack, before).status == "SUCCEEDED"
    assert broken_promises(simulator, before, completed=True) == []


@pytest.mark.engine
def test_of_ten_starts_at_once_one_works_and_the_others_are_busy(stack: Stack, simulator: Simulator) -> None:
    for number in range(ROUNDS):
        before = archive(simulator, f"round {number}", offered=120, kept=10)
        with ThreadPoolExecutor(10) as pool:
            started = list(pool.map(lambda _: _start(stack, before), range(10)))  # noqa: B023 (used at once)
        ended = [stack.ended(arn) for arn in started]
        assert [(one.error, one.cause) for one in ended if one.status != "SUCCEEDED"] == []
        outcomes = [one.output["outcome"] for one in ended]
        # One that starts after the first has ended finds its work done.
        assert outcomes.count("added") == 1
        assert set(outcomes) <= {"added", "busy", "nothing_new"}
        assert broken_promises(simulator, before, completed=True) == []


@pytest.mark.engine
@pytest.mark.parametrize(("moment", "batch"), paired(["reset", "lost_response"], BATCHES))
def test_a_crash_before_or_after_a_write(stack: Stack, simulator: Simulator, moment: Any, batch: int) -> None:
    before = archive(simulator, "crash")
    simulator.faults.add(Fault(moment, method="POST", path="/items", nth=batch, meanwhile=kill("add_tracks")))
    execution = _run(stack, before)
    assert execution.status == "SUCCEEDED"
    assert execution.failed_attempts == ["Runtime.ExitError"]
    _assert_kept(stack, simulator, before)


@pytest.mark.engine
def test_a_run_that_is_stopped_while_it_adds(stack: Stack, simulator: Simulator) -> None:
    """The next run lets a function end that may still be adding."""
    before = archive(simulator, "stopped")
    sfn = stack.engine.client("stepfunctions")

    def stop() -> None:
        sfn.stop_execution(executionArn=arn)

    simulator.faults.add(Fault("delay_after", method="POST", path="/items", nth=2, meanwhile=stop))
    arn = _start(stack, before)
    assert stack.ended(arn).status in ("ABORTED", "FAILED")
    _assert_kept(stack, simulator, before)


@pytest.mark.engine
def test_a_run_that_lost_its_claim_adds_nothing_more(stack: Stack, simulator: Simulator) -> None:
    before = archive(simulator, "lost claim")
    another = f"{stack.engine.outputs['StateMachineArn'].replace(':stateMachine:', ':execution:')}:another"
    s3, bucket = stack.engine.client("s3"), stack.engine.outputs["BucketName"]

    def take_over() -> None:
        s3.put_object(Bucket=bucket, Key="claims/run.json", Body=json.dumps({"execution": another}))

    simulator.faults.add(Fault("delay_after", method="POST", path="/items", nth=1, meanwhile=take_over))
    execution = _run(stack, before)
    assert execution.error == "ClaimLost"
    assert len(simulator.uris(before.target)) == 130 + 100
    _assert_kept(stack, simulator, before)


@pytest.mark.parametrize(("kind", "items_lag"), paired(["lost_response", "reset", "delay_after"], [0.6, 0.0]))
def test_reads_that_lag_behind_writes(stack: Stack, simulator: Simulator, kind: Any, items_lag: float) -> None:
    before = archive(simulator, f"lag {items_lag}")
    simulator.settings.update(items_lag_seconds=items_lag, snapshot_lag_seconds=30)
    simulator.faults.add(Fault(kind, method="POST", path="/items", nth=2))
    with stack.environment_of("PrepareFunction", SETTLE_SECONDS="1"):
        execution = _run(stack, before)
        assert execution.output["pairs"][0]["verified"]
        again = _run(stack, before)
    assert again.output["outcome"] == "nothing_new"
    _assert_kept(stack, simulator, before)


def _removes_one(simulator: Simulator, before: Archive) -> None:
    simulator.remove(before.target, [str(before.kept[5])])


def _removes_many(simulator: Simulator, before: Archive) -> None:
    simulator.remove(before.target, [str(uri) for uri in before.kept[10:120]])


def _appends(simulator: Simulator, before: Archive) -> None:
    simulator.add(before.target, simulator.tracks(60, "Theirs"))


def _inserts_on_top(simulator: Simulator, before: Archive) -> None:
    simulator.add(before.target, simulator.tracks(60, "Theirs"), position=0)


def _reorders(simulator: Simulator, before: Archive) -> None:
    simulator.reorder(before.target, 100, 0, 20)


EDITS = [_removes_one, _removes_many, _appends, _inserts_on_top, _reorders]


@pytest.mark.parametrize(("edit", "kind", "batch"), paired(EDITS, ["delay_before", "lost_response", "reset"], [1, 3]))
def test_what_the_listener_edits_meanwhile_stays_as_they_made_it(
    stack: Stack, simulator: Simulator, edit: Callable[[Simulator, Archive], None], kind: Any, batch: int
) -> None:
    before = archive(simulator, "edited")
    new = [uri for uri in before.offered if uri not in before.kept]
    edited: list[str | None] = []

    def edit_once() -> None:
        edit(simulator, before)
        edited[:] = [uri for uri in simulator.uris(before.target) if uri not in new]

    simulator.faults.add(Fault(kind, method="POST", path="/items", nth=batch, meanwhile=edit_once))
    assert _run(stack, before).status == "SUCCEEDED"
    now = simulator.uris(before.target)
    assert [uri for uri in now if uri not in new] == edited
    assert [uri for uri in now if uri in new] == new


@pytest.mark.parametrize("batch", [1, 2])
def test_what_the_listener_adds_while_a_run_is_interrupted_is_not_added_again(
    stack: Stack, simulator: Simulator, batch: int
) -> None:
    before = archive(simulator, "interrupted")
    new = [str(uri) for uri in before.offered if uri not in before.kept]
    theirs = [new[150], new[229]]
    simulator.faults.add(Fault("unauthorized", method="POST", path="/items", nth=batch))
    renewal = Fault("delay_before", path="/api/token", nth=2, meanwhile=lambda: simulator.add(before.target, theirs))
    simulator.faults.add(renewal)
    assert _run(stack, before).status == "SUCCEEDED"
    assert renewal.struck
    now = simulator.uris(before.target)
    assert sorted(map(str, now)) == sorted(map(str, [*before.kept, *new]))
    assert [uri for uri in now if uri in new and uri not in theirs] == [uri for uri in new if uri not in theirs]


@pytest.mark.parametrize("status", [403, 500])
def test_a_target_that_is_full_says_what_is_still_to_add(stack: Stack, simulator: Simulator, status: int) -> None:
    simulator.settings.update(playlist_cap_status=status)
    before = archive(simulator, "full", offered=150, kept=9_900)
    execution = _run(stack, before)
    assert execution.error == "PlaylistFull"
    assert "is full at 10,000 items; 50 tracks still to add" in str(execution.cause)
    assert stack.report(execution)["pairs"][0]["added"] == 100
    assert broken_promises(simulator, before, completed=False) == []


def test_a_target_that_is_nearly_full_is_told_ahead(stack: Stack, simulator: Simulator) -> None:
    before = archive(simulator, "nearly full", offered=10, kept=9_495)
    message = stack.report(_run(stack, before))["message"]
    assert "9,505 of at most 10,000 items" in message
    assert "nearly full" in message


@pytest.mark.engine
def test_a_state_run_again_with_the_same_input_adds_nothing_twice(stack: Stack, simulator: Simulator) -> None:
    """What a redrive does: the state that failed, or was cut off, gets its old input once more."""
    before = archive(simulator, "redriven")
    execution = _run(stack, before)
    inputs = [
        event["lambdaFunctionScheduledEventDetails"]["input"]
        for event in execution.history
        if "lambdaFunctionScheduledEventDetails" in event
        and "AddTracks" in event["lambdaFunctionScheduledEventDetails"]["resource"]
    ]
    assert len(inputs) == 3
    name = stack.engine.resources["AddTracksFunction"]
    simulator.forget_requests()
    for given in inputs:
        answer = stack.engine.client("lambda").invoke(FunctionName=name, Payload=given)
        assert "FunctionError" not in answer
        assert simulator.requests_count("POST") == 0
        assert broken_promises(simulator, before, completed=True) == []


def test_a_pair_that_waits_for_its_quota_does_not_hold_up_the_others(stack: Stack, simulator: Simulator) -> None:
    waiting, others = archive(simulator, "waiting"), [archive(simulator, f"other {n}", 5, 5) for n in range(4)]
    seen: list[int] = []

    def look() -> None:
        seen.append(sum(len(simulator.uris(one.target)) for one in others))

    simulator.faults.add(Fault("quota", method="GET", path=f"{waiting.source}$", retry_after=300))
    simulator.faults.add(Fault("delay_before", method="GET", path=f"{waiting.source}$", meanwhile=look))
    execution = stack.ended(_start(stack, waiting, *others))
    assert execution.output["outcome"] == "added"
    assert seen == [4 * 10], "the others were done while it waited"
