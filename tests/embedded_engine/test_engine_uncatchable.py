"""The engine ends an execution where AWS does, and carries no more than AWS does."""

import pytest

from rediscover.engine import Engine
from tests.embedded_engine.toys import run
from tests.other_engines.uncatchable import DONE, EVERY, HALF, TOO_LARGE, Uncatchable


@pytest.mark.parametrize("one", EVERY, ids=str)
def test_nothing_catches_what_aws_lets_nothing_catch(engine: Engine, one: Uncatchable) -> None:
    result = run(engine, one.machine, one.given)

    assert (result["status"], result["error"]) == ("FAILED", one.error)


def _failing(error: str, **catch: object) -> dict[str, object]:
    fail = {"Type": "Fail", "Error": error, "CausePath": "$.cause"}
    branch = {"StartAt": "Fail", "States": {"Fail": fail}}
    state = {"Type": "Parallel", "Branches": [branch], "Catch": [{"Next": "Caught", **catch}], "End": True}
    return {"StartAt": "State", "States": {"State": state, "Caught": DONE}}


def test_too_much_data_is_caught_by_its_name(engine: Engine) -> None:
    result = run(engine, _failing(TOO_LARGE, ErrorEquals=[TOO_LARGE]), {"cause": "why"})

    assert result["output"] == {"Error": TOO_LARGE, "Cause": "why"}


def test_a_task_may_not_be_given_too_much(engine: Engine) -> None:
    states = "arn:aws:lambda:us-east-1:123456789012:function:nothing"
    task = {"Type": "Task", "Resource": states, "Parameters": {"a.$": "$.half", "b.$": "$.half"}, "End": True}

    assert run(engine, {"StartAt": "Task", "States": {"Task": task}}, {"half": HALF})["error"] == TOO_LARGE


def test_a_cause_is_cut_to_what_aws_carries(engine: Engine) -> None:
    result = run(engine, _failing("Failed", ErrorEquals=["States.ALL"]), {"cause": "y" * 40_000})

    assert result["output"] == {"Error": "Failed", "Cause": "y" * 32_768}
