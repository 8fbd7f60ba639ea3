"""Every case's states on AWS itself, one at a time, by TestState. Costs nothing, and needs no stack.

Takes whatever credentials boto3 finds; they need states:TestState.
"""

from pathlib import Path

import boto3
import pytest

from tests.statemachine.cases import CASES
from tests.statemachine.embedded import runs_on_moto
from tests.statemachine.state_requests import state_requests

pytestmark = pytest.mark.elsewhere


def test_each_state_is_left_on_aws_as_on_moto(tmp_path: Path) -> None:
    runs = runs_on_moto(tmp_path)
    states = boto3.client("stepfunctions")
    differing = []
    for one in state_requests((case, runs[case.name][0]) for case in CASES):
        answer = states.test_state(**one.request)
        told = (answer["status"], answer.get("nextState"))
        if told != (one.status, one.next_state):
            differing.append((one.name, one.request["input"], one.request.get("mock"), told))
    assert differing == []
