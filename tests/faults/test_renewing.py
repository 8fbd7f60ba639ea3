"""The accounts service fails while a pair renews its token: the promise holds, and no 429 fails anything."""

import json
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from tests.faults.cases import FAULTS
from tests.faults.promise import Archive, archive, broken_promises, untold_failures
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

STATES = {
    "RefreshTokenToFind": ("POST", "/me/playlists"),
    "RefreshTokenToReadSource": ("GET", "source}$"),
    "RefreshTokenToReadTarget": ("GET", "target}/items"),
    "RefreshTokenToAdd": ("POST", "target}/items"),
    "RefreshTokenToVerify": ("GET", "target}/items"),
}
"""What is answered with 401 so that this state is entered: method and end of the path."""

NO_ANSWER = [fault for fault in FAULTS if not fault.startswith("4")]
WAITS = [fault for fault in FAULTS if fault.startswith("429")]
CASES = [(state, fault) for state in STATES for fault in NO_ANSWER + WAITS]


def _archive(simulator: Simulator, state: str) -> tuple[Archive, dict[str, Any]]:
    """The playlists, and the pair; the target of a pair that is to make one is not known before."""
    before = archive(simulator, state, offered=20, kept=10)
    return before, {**before.pair, "target": {"create": "Kept"}} if state == "RefreshTokenToFind" else before.pair


def _reject(simulator: Simulator, state: str, before: Archive) -> Fault:
    method, end = STATES[state]
    path = end.replace("source}", before.source).replace("target}", before.target)
    return simulator.faults.add(Fault("unauthorized", method, path, nth=2 if state == "RefreshTokenToVerify" else 1))


def _waits(execution: Execution, state: str) -> list[int]:
    """The seconds that were waited before the token was renewed again."""
    key = "stateEnteredEventDetails"
    entered = [json.loads(event[key]["input"]) for event in execution.history if key in event]
    names = [event[key]["name"] for event in execution.history if key in event]
    return [
        given["wait_seconds"]
        for given, name in zip(entered, names, strict=True)
        if name == state and given.get("token_again")
    ]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("state", "fault"), CASES)
def test_the_promise_holds_in_a_pair_for(stack: Stack, simulator: Simulator, state: str, fault: str) -> None:
    before, pair = _archive(simulator, state)
    rejected = _reject(simulator, state, before)
    struck = simulator.faults.add(Fault(path="/api/token", nth=2, **FAULTS[fault]))
    execution = stack.ended(stack.start({"pairs": [pair]}))
    assert (rejected.struck, struck.struck) == (1, 1), "the fault never happened, so the case shows nothing"
    assert state in execution.states
    assert execution.status == "SUCCEEDED", execution.cause
    assert broken_promises(simulator, before, completed=state != "RefreshTokenToFind") == []
    asked = FAULTS[fault].get("retry_after")
    assert _waits(execution, state) == ([] if fault in NO_ANSWER else [asked or _waits(execution, state)[0]])


@pytest.mark.parametrize("state", STATES)
def test_a_pair_waits_as_often_as_spotify_asks(stack: Stack, simulator: Simulator, state: str) -> None:
    before, pair = _archive(simulator, state)
    _reject(simulator, state, before)
    simulator.faults.add(Fault("rate_limited", path="/api/token", nth=2, count=3, retry_after=130))
    execution = stack.ended(stack.start({"pairs": [pair]}))
    assert execution.status == "SUCCEEDED", execution.cause
    assert _waits(execution, state) == [130] * 3
    token_requests = [request for request in simulator.requests if request.path == "/api/token"]
    assert len(token_requests) == 5
    assert execution.output["spotify_requests"] == simulator.requests_count()


def test_an_authorization_that_ends_in_a_pair_is_told(stack: Stack, simulator: Simulator) -> None:
    before, pair = _archive(simulator, "RefreshTokenToAdd")
    _reject(simulator, "RefreshTokenToAdd", before)
    body = {"error": "invalid_grant", "error_description": "Refresh token revoked"}
    simulator.faults.add(Fault("status", path="/api/token", nth=2, count=-1, status=400, body=body))
    execution = stack.ended(stack.start({"pairs": [pair]}))
    assert execution.error == "AuthorizationExpired"
    assert untold_failures(execution, stack.report(execution)) == []
    simulator.faults.clear()
    assert stack.ended(stack.start({"pairs": [pair]})).status == "SUCCEEDED"
    assert broken_promises(simulator, before, completed=True) == []
