"""The scheduler of the simulation is an engine, not an opinion: each named case comes to the same as on moto's."""

from collections import defaultdict
from dataclasses import asdict
from random import Random
from typing import Any

import pytest

from tests.simulation.executions import Answered, Execution
from tests.simulation.interpreter import Call, Interpreter, StateError, frame_of
from tests.simulation.loop import Loop
from tests.statemachine.answers import Throw
from tests.statemachine.cases import CASES, Case
from tests.statemachine.definition import STATES, mocked
from tests.statemachine.embedded import Runs, runs_on_moto
from tests.statemachine.mocked_services import Attempt
from tests.statemachine.runs import Run, readable


@pytest.fixture(scope="module")
def moto_runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return runs_on_moto(tmp_path_factory.mktemp("moto"))


class Mocked:
    """Answers as a case has it."""

    def __init__(self, case: Case, loop: Loop) -> None:
        self._loop = loop
        self._answers = {task: list(answers) for task, answers in case.all_answers.items()}
        self._counts: defaultdict[str, int] = defaultdict(int)
        self.attempts: list[Attempt] = []

    def call(self, _: Execution, call: Call, answered: Answered) -> None:
        answer = self._answers[call.state].pop(0)
        retry = call.payload.get("retry", self._counts[call.state])
        self._counts[call.state] += 1
        thrown = answer if isinstance(answer, Throw) else None
        self.attempts.append(Attempt(call.state, retry, thrown.error if thrown else None))
        if thrown and thrown.error == "States.Timeout" and call.state == "Notify":
            return  # no answer of a service has this name
        error = StateError(thrown.error, _cause(thrown)) if thrown else None
        self._loop.after(0, lambda: answered(None if error else answer, error))


def _cause(thrown: Throw) -> str:
    if not thrown.error.startswith("SNS."):
        return thrown.cause
    code = thrown.error.removeprefix("SNS.").removesuffix("Exception")
    told = f"Status Code: 400; Error Code: {code}; Request ID: 0; Proxy: null"
    return f"{thrown.message} (Service: AmazonSNS; {told})"


def _run(case: Case) -> tuple[Run, list[Attempt]]:
    loop = Loop(Random(case.name), now=0)
    services = Mocked(case, loop)
    arn = f"arn:aws:states:us-east-1:123456789012:execution:rediscover:{case.name}"
    execution = Execution(loop, services, mocked(), arn, {})
    execution.start()
    loop.run()
    end = {name: getattr(execution, name) for name in ("status", "output", "error", "cause")}
    return Run.told(execution.entered, **end), services.attempts


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mocked_case_comes_to_the_same(moto_runs: Runs, case: Case) -> None:
    (run, attempts), (simulated, simulated_attempts) = moto_runs[case.name], _run(case)
    assert readable(asdict(simulated)) == readable(asdict(run))
    assert _by_state(simulated_attempts) == _by_state(attempts)


def _by_state(attempts: list[Attempt]) -> dict[str, list[Attempt]]:
    """Branches of a Parallel run side by side, so the order between states is not fixed."""
    return {name: [attempt for attempt in attempts if attempt.state == name] for name in STATES}


def test_a_field_that_is_not_known_here_is_refused_and_not_left_out() -> None:
    machine: Any = {"StartAt": "A", "States": {"A": {"Type": "Pass", "OutputPath": "$.x", "End": True}}}
    interpreter = Interpreter({}, lambda most: most, lambda *_: None)
    with pytest.raises(NotImplementedError, match="A has OutputPath"):
        next(interpreter.steps(frame_of(machine, {})))
