"""What the scheduler does not know. tests/statemachine/test_mock_cases.py compares what it knows with moto's."""

from typing import Any

import pytest

from tests.simulation.interpreter import Interpreter, frame_of


def test_a_field_that_is_not_known_here_is_refused_and_not_left_out() -> None:
    machine: Any = {"StartAt": "A", "States": {"A": {"Type": "Pass", "OutputPath": "$.x", "End": True}}}
    interpreter = Interpreter({}, lambda most: most, lambda *_: None)
    with pytest.raises(NotImplementedError, match="A has OutputPath"):
        next(interpreter.steps(frame_of(machine, {})))
