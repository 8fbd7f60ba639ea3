"""The state machine means the same to a further interpreter as to moto's: field by field."""

from dataclasses import asdict
from typing import Any

import pytest

from rediscover.simulator import Simulator
from tests.other_engines.called import Called
from tests.other_engines.node import run_on_node
from tests.other_engines.pairs import EVERY, Make, begun, deployed_definition, on_moto, unreadable
from tests.simulation.mocked_cases import run_case
from tests.statemachine.cases import CASES
from tests.statemachine.definition import mocked
from tests.statemachine.embedded import Runs
from tests.statemachine.mock_config import mock_config
from tests.statemachine.mocked_services import MockedServices, by_state
from tests.statemachine.runs import Run, readable
from tests.statemachine.ways import Case
from tests.support.stack import Stack

pytestmark = pytest.mark.elsewhere


@pytest.fixture(scope="module")
def node_runs() -> Runs:
    with MockedServices(mock_config()) as services:
        runs = run_on_node(mocked(), services.url, {case.name: {} for case in CASES})
        return {case.name: (run, services.attempts(case.name)) for case, run in zip(CASES, runs, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mocked_case_comes_to_the_same(moto_runs: Runs, node_runs: Runs, case: Case) -> None:
    (run, attempts), (further, further_attempts) = moto_runs[case.name], node_runs[case.name]
    assert readable(asdict(further)) == readable(asdict(run))
    assert by_state(further_attempts) == by_state(attempts)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_scheduler_of_the_simulation_comes_to_the_same(node_runs: Runs, case: Case) -> None:
    (run, attempts), (simulated, simulated_attempts) = node_runs[case.name], run_case(case)
    assert readable(asdict(simulated)) == readable(asdict(run))
    assert by_state(simulated_attempts) == by_state(attempts)


@pytest.mark.parametrize("make", EVERY)
def test_a_run_with_the_real_functions_comes_to_the_same(
    stack: Stack, simulator: Simulator, called: Called, make: Make
) -> None:
    called.ask(stack.engine.endpoint_url, stack.engine.credentials)

    def on_node(stack: Stack, given: Any) -> Run:
        (run,) = run_on_node(deployed_definition(stack), called.url, {"on-node": given})
        return run

    on_both = [readable(asdict(begun(stack, simulator, make, on))) for on in (on_moto, on_node)]
    assert on_both[1] == on_both[0]
    assert on_both[0]["status"] == ("FAILED" if make is unreadable else "SUCCEEDED")
