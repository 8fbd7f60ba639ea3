"""A wait of hours says until when it lasts, and why: in a log and in the live view."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rediscover.executions.steps import Scope, Step
from rediscover.executions.waits import left, waiting

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WHY = "Spotify's quota of this developer account is used up (reading playlist X); it asks to wait 43200 s."


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def wait(seconds: float, **state: Any) -> Step:
    step = Step("WaitToRead", "Wait", Scope(), NOON, json.dumps(state))
    step.wait_until = NOON + timedelta(seconds=seconds)
    return step


def test_a_short_wait_is_short() -> None:
    assert waiting(wait(5, waiting_for=WHY)) == "waiting 5 s"
    assert left(wait(5, waiting_for=WHY), NOON + timedelta(seconds=1)) == "4 s left"


def test_a_long_wait_says_until_when_and_why() -> None:
    quota = wait(43_200, waiting_for=WHY)
    assert waiting(quota) == f"waiting 12 h 0 min, until Fri 27 Nov 00:00: {WHY}"
    assert left(quota, NOON + timedelta(hours=11)) == f"1 h 0 min left, until Fri 27 Nov 00:00: {WHY}"
    assert waiting(wait(600, waiting_for="R\x1b.")) == "waiting 600 s, until 12:10: R."
    assert waiting(wait(600, waiting_for=WHY, token_waiting_for="The token.")).endswith("until 12:10: The token.")


@pytest.mark.parametrize("state", ["", "[]", "{}", "null"])
def test_a_wait_that_nothing_says_a_reason_of_says_until_when(state: str) -> None:
    step = wait(600)
    step.input = state
    assert waiting(step) == "waiting 600 s, until 12:10"


def test_a_wait_of_which_no_end_is_known_is_a_wait() -> None:
    step = wait(1)
    step.wait_until = None
    assert waiting(step) == left(step, NOON) == "waiting"
    step.exited = NOON + timedelta(hours=2)
    assert waiting(step) == "waiting 2 h 0 min"
