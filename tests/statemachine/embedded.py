"""The cases on moto's interpreter, without Docker."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from rediscover.engine import Engine
from rediscover.engine.access.in_process import InProcess
from tests.statemachine.cases import CASES
from tests.statemachine.definition import mocked
from tests.statemachine.mock_config import MACHINE, mock_config
from tests.statemachine.mocked_services import Attempt, MockedServices
from tests.statemachine.runs import Run
from tests.statemachine.ways import Case

TEMPLATE = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
ROLE = "arn:aws:iam::123456789012:role/any"
WAIT_SCALE = 0.0001


Runs = dict[str, tuple[Run, list[Attempt]]]
"""By case: its run, and what its Tasks were answered."""


class MotoMachine:
    """Runs cases on the embedded engine's interpreter; what that calls is mocked by `config`."""

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        self._folder = folder
        self._services = MockedServices(config)
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        template = self._folder / "template.yaml"
        template.write_text(TEMPLATE)
        with ExitStack() as cleanup:
            engine = cleanup.enter_context(Engine(self._folder, {}, template=template, wait_scale=WAIT_SCALE))
            cleanup.enter_context(self._services)
            # By which the interpreter asks the services that it calls.
            mocked_send = InProcess(self._services.serve, self._services.port)
            cleanup.enter_context(patch.object(engine, "_send", mocked_send))
            self._engine = engine
            self._states = engine.client("stepfunctions")
            made = self._states.create_state_machine(name=MACHINE, definition=json.dumps(mocked()), roleArn=ROLE)
            self._machine = made["stateMachineArn"]
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def run(self, case: Case) -> tuple[Run, list[Attempt]]:
        """Run a case; also what its Tasks were answered, in order."""
        started = self._states.start_execution(stateMachineArn=self._machine, name=case.name, input="{}")
        return Run.of(self._states, started["executionArn"], wait=self._engine.wait), self._services.attempts(case.name)


def runs_on_moto(folder: Path) -> Runs:
    """Every case, run."""
    with MotoMachine(folder, mock_config()) as machine:
        return {case.name: machine.run(case) for case in CASES}
