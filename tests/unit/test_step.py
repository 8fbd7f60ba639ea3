"""What leaves a function that fails: a class that the state machine knows, and one sentence."""

import traceback
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rediscover_archive.errors import InvalidInput
from rediscover_archive.runs.step import LONGEST_CAUSE, Attempt, step

EVENT = {"execution": "arn", "run": "run", "state": "Prepare", "retry": 0, "input": {}}
REFUSED: Any = {"Error": {"Code": "AccessDenied", "Message": "User me may not read secret-0815"}}


class Context:
    """As much of Lambda's as the logger reads."""

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"


def _failing(error: Exception) -> Exception:
    def deep(depth: int) -> dict[str, Any]:
        if depth:
            return deep(depth - 1)
        raise error

    def work(_: Attempt[Any]) -> dict[str, Any]:
        return deep(60)

    with pytest.raises(Exception) as raised:  # noqa: PT011 (of any class)
        step(work)(EVENT, Context())
    return raised.value


@pytest.mark.parametrize(
    "error", [InvalidInput("x" * 5_000), ValueError("x" * 5_000), KeyError("secret-0815"), ClientError(REFUSED, "Get")]
)
def test_an_error_leaves_with_its_name_and_one_sentence(error: Exception) -> None:
    name = type(error).__name__
    left = _failing(error)
    assert type(left).__name__ == name
    assert 0 < len(str(left)) <= LONGEST_CAUSE
    assert "secret-0815" not in str(left)
    assert len("".join(traceback.format_tb(left.__traceback__))) < 1_500
    assert left.__cause__ is None


def test_what_is_not_expected_is_told_by_where_it_happened() -> None:
    assert str(_failing(ValueError("x"))).startswith("ValueError in test_step.py, line ")
    assert str(_failing(ClientError(REFUSED, "GetObject"))).startswith("AWS refused GetObject with AccessDenied, ")
