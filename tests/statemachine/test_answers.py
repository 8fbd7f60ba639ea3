"""What the cases let the functions answer is what the functions answer."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.statemachine import answers
from tests.support.stack import Stack

AFTER = {
    "Busy?": answers.prepared(answers.PAIR),
    "RefreshTokenDone?": answers.token_of(answers.prepared(answers.PAIR)),
    "TargetKnown?": answers.PAIR_BEGUN,
    "ReadSourceDone?": answers.SOURCE_READ,
    "ReadTargetDone?": answers.TARGET_READ,
    "AnythingToAdd?": answers.SELECTED,
    "AddTracksDone?": answers.ADDED,
    "VerifyTargetDone?": answers.VERIFIED,
    "AnythingToTell?": answers.summary("added"),
}
"""What comes to a state, where nothing happens to the run."""

AFTER_MAKING = {
    "Busy?": answers.prepared(answers.UNMADE),
    "TargetKnown?": answers.UNMADE_BEGUN,
    "FindTargetDone?": answers.FOUND,
}
AFTER_WAITING = {
    "WaitToReadSource": answers.again(answers.PAIR_BEGUN),
    "WaitToReadTarget": answers.rejected(answers.PAIR_BEGUN),
    "WaitToAdd": answers.again(answers.SELECTED),
    "RefreshTokenToReadSourceDone?": answers.renewed(answers.again(answers.PAIR_BEGUN)),
    "RefreshTokenToAddDone?": answers.renewed(answers.again(answers.SELECTED)),
}
AFTER_WAITING_FOR_A_TOKEN = {
    "RefreshTokenToAddDone?": answers.token_again(answers.renewed(answers.rejected(answers.SELECTED))),
}


AFTER_CLEARING = {"ClearSourceDone?": answers.CLEARED}


pytestmark = pytest.mark.quick

Inputs = dict[str, list[Any]]
"""By state: the inputs of its visits."""


@pytest.fixture
def source(simulator: Simulator) -> str:
    return simulator.create_playlist("Copy", simulator.tracks(3))


@pytest.fixture
def run(stack: Stack, simulator: Simulator, source: str) -> Iterator[Any]:
    """Runs a pair with the real functions; the target may be one to be made."""

    def real(target: object, *faults: Fault, **options: object) -> Inputs:
        for fault in faults:
            simulator.faults.add(fault)
        execution = stack.ended(stack.start({"pairs": [{"source": source, "target": target, **options}]}))
        assert execution.status == "SUCCEEDED", execution.cause
        inputs: Inputs = {name: [] for name in execution.states}
        for event in execution.history:
            if entered := event.get("stateEnteredEventDetails"):
                inputs[entered["name"]].append(json.loads(entered["input"]))
        return inputs

    yield real
    simulator.faults.clear()


def test_answers_are_as_the_functions_give_them(run: Any, simulator: Simulator) -> None:
    _assert_alike(run(simulator.create_playlist("Archive")), AFTER)


def test_answers_are_as_the_functions_give_them_where_a_source_is_cleared(run: Any, simulator: Simulator) -> None:
    _assert_alike(run(simulator.create_playlist("Archive"), clear_source=True), AFTER_CLEARING)


def test_answers_are_as_the_functions_give_them_where_a_target_is_made(run: Any) -> None:
    _assert_alike(run({"create": f"Archive {uuid.uuid4()}"}), AFTER_MAKING)


def test_answers_are_as_the_functions_give_them_where_they_wait(run: Any, simulator: Simulator, source: str) -> None:
    target = simulator.create_playlist("Archive")
    waited = run(
        target,
        Fault("unauthorized", "GET", f"/playlists/{target}", count=1),
        Fault("rate_limited", "GET", f"/playlists/{source}", retry_after=1, count=1),
        Fault("rate_limited", "POST", f"/playlists/{target}/items", retry_after=1, count=1),
    )
    _assert_alike(waited, AFTER_WAITING)


def test_answers_are_as_the_functions_give_them_where_they_wait_for_a_token(run: Any, simulator: Simulator) -> None:
    target = simulator.create_playlist("Archive")
    waited = run(
        target,
        Fault("unauthorized", "POST", f"/playlists/{target}/items", count=1),
        Fault("rate_limited", path="/api/token", nth=2, retry_after=1),
    )
    _assert_alike(waited, AFTER_WAITING_FOR_A_TOKEN)


def _assert_alike(real: Inputs, mocked: dict[str, Any]) -> None:
    assert {name: _keys(real[name][0], one) for name, one in mocked.items()} == {
        name: _keys(one, real[name][0]) for name, one in mocked.items()
    }


def _keys(value: Any, other: Any) -> Any:
    """The keys in a value, of lists those of the first item; of a list that is empty in either, nothing."""
    if isinstance(value, dict):
        inner = other if isinstance(other, dict) else {}
        return {key: _keys(item, inner.get(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_keys(value[0], other[0])] if value and other else []
    return type(value).__name__ if isinstance(value, bool | int | str) else None
