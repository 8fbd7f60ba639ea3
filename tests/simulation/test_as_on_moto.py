"""The scheduler of the simulation is an engine, not an opinion: each named case comes to the same as on moto's.

tests/other_engines/test_node.py compares it with a further one.
"""

from dataclasses import asdict
from typing import Any

import pytest

from tests.simulation.interpreter import Interpreter, frame_of
from tests.simulation.mocked_cases import run_case
from tests.statemachine.cases import CASES
from tests.statemachine.embedded import Runs, runs_on_moto
from tests.statemachine.mocked_services import by_state
from tests.statemachine.runs import readable
from tests.statemachine.ways import Case


@pytest.fixture(scope="module")
def moto_runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return runs_on_moto(tmp_path_factory.mktemp("moto"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mocked_case_comes_to_the_same(moto_runs: Runs, case: Case) -> None:
    (run, attempts), (simulated, simulated_attempts) = moto_runs[case.name], run_case(case)
    assert readable(asdict(simulated)) == readable(asdict(run))
    assert by_state(simulated_attempts) == by_state(attempts)


def test_a_field_that_is_not_known_here_is_refused_and_not_left_out() -> None:
    machine: Any = {"StartAt": "A", "States": {"A": {"Type": "Pass", "OutputPath": "$.x", "End": True}}}
    interpreter = Interpreter({}, lambda most: most, lambda *_: None)
    with pytest.raises(NotImplementedError, match="A has OutputPath"):
        next(interpreter.steps(frame_of(machine, {})))
