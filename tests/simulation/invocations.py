"""Lambda: one invocation of a function, in a fiber. It ends with an answer, an error, or its process's death."""

import json
import traceback
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from tests.simulation.executions import Answered, Execution
from tests.simulation.functions import Function
from tests.simulation.interpreter import Call, StateError
from tests.simulation.loop import Fiber, Loop, Stuck, cancel

CONTEXT = SimpleNamespace(
    function_name="simulated", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="request"
)


class Dead(BaseException):
    """Raised in every thread of a process that was killed."""


class Invocation:
    """One. `answered` is called once, whatever becomes of it."""

    def __init__(self, loop: Loop, execution: Execution, call: Call, function: Function, answered: Answered) -> None:
        self.execution = execution
        self.payload = call.payload
        self.label = f"{execution.name} {call.state}"
        self._loop, self._call, self._function, self._answered = loop, call, function, answered
        self._is_dead = self._has_ended = False

    def begin(self) -> None:
        """Start the process."""
        seconds = self._function.timeout
        told = f"Task timed out after {seconds:.2f} seconds"
        self._timer = self._loop.after(seconds, lambda: self.die("Sandbox.Timedout", told))
        Fiber(self._loop, self._run, self).start()

    def check(self) -> None:
        """Raise Dead where the process is."""
        if self._is_dead:
            raise Dead

    def die(self, error: str = "Runtime.ExitError", told: str = "Runtime exited with error: signal: killed") -> None:
        """Kill the process: what it does from now on has no effect."""
        if not self._has_ended:
            self._is_dead = True
            self._end(None, failure(error, told))

    def _run(self) -> None:
        try:
            answer = json.loads(json.dumps(self._function.handler(json.loads(json.dumps(self.payload)), CONTEXT)))
        except (Dead, Stuck) as error:
            if isinstance(error, Stuck):
                raise
        except Exception as error:
            if not self._is_dead:
                trace = traceback.format_tb(error.__traceback__)[1:]  # as Lambda, without its own frame
                self._end(None, failure(type(error).__name__, str(error), trace))
        else:
            if not self._is_dead:
                self._end(answer, None)

    def _end(self, answer: Any, error: StateError | None) -> None:
        self._has_ended = True
        cancel(self._timer)
        self._loop.after(0, lambda: self._answered(answer, error))


def failure(error: str, told: str, trace: Sequence[str] = ()) -> StateError:
    """As Lambda tells it to Step Functions."""
    return StateError(error, json.dumps({"errorMessage": told, "errorType": error, "stackTrace": [*trace]}))
