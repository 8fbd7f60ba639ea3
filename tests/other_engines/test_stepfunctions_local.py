"""The state machine on AWS Step Functions Local: every case with its own mocks, and the real functions."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import pytest

from rediscover.simulator import Simulator
from tests.other_engines.pairs import EVERY, Make, begun, deployed_definition, on_moto
from tests.other_engines.stepfunctions_local import URL, StepFunctionsLocal, missing
from tests.statemachine.cases import CASES
from tests.statemachine.definition import mocked
from tests.statemachine.embedded import ROLE
from tests.statemachine.mock_config import MACHINE
from tests.statemachine.runs import Run, readable
from tests.statemachine.ways import Case
from tests.support.stack import Stack

pytestmark = pytest.mark.elsewhere


@pytest.fixture(scope="module")
def local(shared_stack: Stack) -> Iterator[StepFunctionsLocal]:
    if why := missing():
        pytest.fail(why, pytrace=False)
    port = urlsplit(shared_stack.engine.endpoint_url).port
    assert port
    with StepFunctionsLocal(port, shared_stack.engine.credentials) as running:
        yield running


@pytest.fixture(scope="module")
def executions(local: StepFunctionsLocal) -> dict[str, str]:
    """The ARN of each case's execution, all of them started at once."""
    machine = _created(local, MACHINE, mocked())
    return {case.name: _started(local, f"{machine}#{case.name}", case.name, {}) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mocked_case_takes_its_path(local: StepFunctionsLocal, executions: dict[str, str], case: Case) -> None:
    run = Run.of(local.states, executions[case.name], seconds=240)
    assert run.path == case.path
    assert (run.status, run.error) == ("FAILED" if case.error else "SUCCEEDED", case.error)


@pytest.mark.parametrize("make", EVERY)
def test_a_run_with_the_real_functions_comes_to_the_same_as_on_moto(
    local: StepFunctionsLocal, stack: Stack, simulator: Simulator, make: Make
) -> None:
    def on_local(stack: Stack, given: Any) -> Run:
        machine = _created(local, make.__name__, deployed_definition(stack))
        with stack.environment_of("PrepareFunction", AWS_ENDPOINT_URL_SFN=URL):
            return Run.of(local.states, _started(local, machine, make.__name__, given), seconds=240)

    here, there = (readable(asdict(begun(stack, simulator, make, on))) for on in (on_moto, on_local))
    assert there == here


def _created(local: StepFunctionsLocal, name: str, definition: Any) -> str:
    made = local.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    return str(made["stateMachineArn"])


def _started(local: StepFunctionsLocal, machine: str, name: str, given: Any) -> str:
    started = local.states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
    return str(started["executionArn"])
