"""The named cases on the simulation's scheduler."""

from collections import defaultdict
from random import Random

from tests.simulation.executions import Answered, Execution
from tests.simulation.interpreter import Call, StateError
from tests.simulation.loop import Loop
from tests.statemachine.answers import Throw
from tests.statemachine.definition import mocked
from tests.statemachine.mocked_services import Attempt
from tests.statemachine.runs import Run
from tests.statemachine.ways import Case


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


def run_case(case: Case) -> tuple[Run, list[Attempt]]:
    """How the scheduler runs it, and what it asked for."""
    loop = Loop(Random(case.name), now=0)
    services = Mocked(case, loop)
    arn = f"arn:aws:states:us-east-1:123456789012:execution:rediscover:{case.name}"
    execution = Execution(loop, services, mocked(), arn, {})
    execution.start()
    loop.run()
    end = {name: getattr(execution, name) for name in ("status", "output", "error", "cause")}
    return Run.told(execution.entered, **end), services.attempts
