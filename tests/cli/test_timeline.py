"""The tree of steps that a history becomes."""

from datetime import UTC, datetime, timedelta

import pytest

from rediscover.executions.steps import Step
from rediscover.executions.timeline import Timeline, build
from rediscover_archive.text import cause_in_words
from tests.cli.recordings import load, running, timeline

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def named(found: Timeline, name: str) -> list[Step]:
    return [step for step in found.steps() if step.name == name]


def one(found: Timeline, name: str) -> Step:
    (step,) = named(found, name)
    return step


def where(step: Step) -> list[tuple[str, int]]:
    return [(scope.owner.name, scope.index) for scope in step.where if scope.owner]


def test_each_step_is_in_the_map_iterations_and_the_branch_it_ran_in() -> None:
    reads = named(timeline("nested-maps"), "ReadTarget")
    assert [where(step) for step in reads] == [
        [("ArchiveTargets", 0), ("ArchivePairs", 0), ("ReadBoth", 1)],
        [("ArchiveTargets", 0), ("ArchivePairs", 1), ("ReadBoth", 1)],
        [("ArchiveTargets", 1), ("ArchivePairs", 0), ("ReadBoth", 1)],
    ]


def test_every_state_is_entered_once_in_the_tree_and_ends() -> None:
    steps = list(timeline("nested-maps").steps())
    assert len(steps) == 21
    assert all(step.exited for step in steps)


def test_a_retry_has_its_error_its_sentence_and_the_wait_before_the_next_attempt() -> None:
    read = next(step for step in named(timeline("nested-maps"), "ReadSource") if step.failures)
    assert read.status == "succeeded"
    assert read.attempts == 3
    assert [failure.error for failure in read.failures] == ["SpotifyUnavailable"] * 2
    assert read.failures[0].message == "Spotify answered 503 (Service Unavailable)."
    waits = [failure.waited.total_seconds() for failure in read.failures if failure.waited]
    assert waits == pytest.approx([0.908, 0.246])


def test_a_failure_that_was_caught_is_neither_a_success_nor_an_end() -> None:
    select = one(timeline("nested-maps"), "SelectNewTracks")
    assert select.status == "caught"
    assert select.failures[-1].message == "There is no playlist c."
    assert timeline("nested-maps").status == "SUCCEEDED"


def test_retries_that_are_used_up_leave_a_failed_step() -> None:
    read = one(timeline("retries-exhausted"), "Read")
    assert (read.status, read.attempts, len(read.failures)) == ("failed", 4, 4)
    assert read.failures[-1].waited is None


def test_a_branch_that_is_cut_off_by_the_failure_of_another_is_aborted() -> None:
    found = timeline("uncaught-in-a-branch")
    assert one(found, "Both").status == "failed"
    assert one(found, "Both").failures[0].error == "PlaylistNotFound"
    assert one(found, "Quick").status == "failed"
    assert one(found, "Slow").status == "aborted"
    assert one(found, "Slow").duration(NOW) < timedelta(seconds=1)


def test_a_map_whose_iteration_failed_is_caught_with_the_error_of_the_iteration() -> None:
    pairs = one(timeline("map-caught"), "Pairs")
    assert (pairs.status, pairs.length) == ("caught", 3)
    assert pairs.failures[0].message == "There is no playlist zz."
    assert [step.status for step in named(timeline("map-caught"), "Read")] == ["succeeded", "failed"]


def test_a_failed_execution_says_why_in_words() -> None:
    found = timeline("caught-then-failed")
    assert (found.status, found.error) == ("FAILED", "PlaylistNotFound")
    assert found.message == "There is no playlist zz."
    assert one(found, "Failed").status == "failed"


def test_a_timeout_is_a_failure() -> None:
    slow = one(timeline("timed-out"), "Slow")
    assert slow.status == "failed"
    assert slow.failures[0].error == "States.Timeout"


def test_a_timeout_that_names_no_error_is_called_as_aws_calls_it() -> None:
    recording = load("timed-out")
    del recording["events"][4]["taskTimedOutEventDetails"]["error"]
    slow = one(build(recording["execution"], recording["events"]), "Slow")
    assert slow.failures[0].error == "States.Timeout"


def test_a_failed_iteration_has_ended_while_the_others_go_on() -> None:
    inner_ended = running("aws-shapes", 22)
    assert one(inner_ended, "Read").status == "failed"
    assert one(inner_ended, "Pairs").status == "running"
    outer_ended = running("aws-shapes", 24)
    assert one(outer_ended, "Pairs").status == "failed"
    assert one(outer_ended, "Targets").status == "running"


def test_a_map_is_left_by_its_name_whatever_its_iterations_were_doing() -> None:
    recording = load("aws-shapes")
    left = {"id": 26, "previousEventId": 25, "type": "MapStateExited", "stateExitedEventDetails": {"name": "Targets"}}
    events = [*recording["events"][:25], {**left, "timestamp": "2026-11-02T06:00:09.000+00:00"}]
    found = build(recording["execution"], events)
    assert one(found, "Targets").exited
    assert one(found, "Settle").exited is None


def test_a_wait_lasts_as_long_as_measured() -> None:
    waits = [step.wait_seconds for step in named(timeline("nested-maps"), "Settle")]
    assert waits == pytest.approx([1.0, 0.001], abs=0.01)
    assert one(timeline("nested-maps"), "Prepare").wait_seconds is None


@pytest.mark.parametrize("wait", [{"SecondsPath": "$.settle"}, {"Seconds": 1}])
def test_a_running_wait_knows_its_end_from_the_definition(wait: dict[str, object]) -> None:
    settle = {"Settle": {"Type": "Wait", **wait}}
    definition = {"States": {"M": {"Type": "Map", "ItemProcessor": {"States": settle}}}}
    step = one(running("nested-maps", 41, definition), "Settle")
    assert step.status == "running"
    assert step.wait_until == step.entered + timedelta(seconds=1)


@pytest.mark.parametrize("path", ["$.absent", "$.source", "$.settle.deeper"])
def test_a_wait_whose_seconds_cannot_be_found_has_no_known_end(path: str) -> None:
    definition = {"States": {"Settle": {"Type": "Wait", "SecondsPath": path}}}
    assert one(running("nested-maps", 41, definition), "Settle").wait_until is None


def test_a_step_whose_attempt_failed_is_running_until_the_execution_goes_on_without_it() -> None:
    found = running("nested-maps", 72)
    read = named(found, "ReadSource")[1]
    assert where(read)[1] == ("ArchivePairs", 1)
    assert (read.status, read.attempts) == ("running", 1)
    assert one(found, "ArchiveTargets").status == "running"


def test_a_history_can_be_read_after_any_of_its_events() -> None:
    for until in range(103):
        assert running("nested-maps", until).status == "RUNNING"


def test_the_moments_only_grow_while_the_execution_runs() -> None:
    def moments(until: int) -> list[tuple[str, str, int]]:
        return [(moment.step.name, moment.what, moment.number) for moment in running("nested-maps", until).moments]

    whole = moments(102)
    for until in range(0, 102, 7):
        assert moments(until) == whole[: len(moments(until))]


def test_the_shapes_of_aws_make_the_same_tree() -> None:
    found = timeline("aws-shapes")
    prepare = one(found, "Prepare")
    assert (prepare.attempts, prepare.status) == (2, "succeeded")
    assert prepare.failures[0].waited == timedelta(seconds=2)
    assert where(one(found, "Read")) == [("Targets", 1), ("Pairs", 0)]
    assert {step.name: step.status for step in found.steps()} == {
        "Prepare": "succeeded",
        "Targets": "failed",
        "Settle": "aborted",
        "Pairs": "failed",
        "Read": "failed",
    }
    assert one(found, "Targets").failures[0].message == "There is no such playlist."
    assert one(found, "Settle").duration(NOW) == timedelta(seconds=4)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ('{"errorMessage":"Not found.","errorType":"E"}', "Not found."),
        ("plain", "plain"),
        ('{"other":1}', '{"other":1}'),
        ('{"errorMessage":null}', '{"errorMessage":null}'),
        ("17", "17"),
        (None, ""),
    ],
)
def test_a_cause_is_shown_in_words(cause: str | None, words: str) -> None:
    assert cause_in_words(cause) == words
