"""The stack as tests have it, in this process: the real functions and state machine, simulated time, no sockets.

A test that is marked `quick` gets it instead of the embedded engine, unless SOAK is set.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, TypeVar

import pytest
import requests

from rediscover.simulator import Simulator
from tests.simulation import functions as deployed
from tests.simulation.executions import Answered, Execution
from tests.simulation.functions import Function
from tests.simulation.interpreter import Call, StateError
from tests.simulation.invocations import Invocation
from tests.simulation.loop import Fiber, Loop
from tests.simulation.outside import ENVIRONMENT, Present, bound
from tests.simulation.services import S3, Effect, Secrets, States
from tests.simulation.simulation import ARN, BEGIN
from tests.simulation.spotify import DEADLINE, answer_of, incoming_of
from tests.support import stack

T = TypeVar("T")

TRIP = 0.01
"""Seconds of a request to anyone."""


class QuickStack(stack.DeployedStack):
    """As tests.support.stack.Stack, without an engine. `simulator` is its Spotify, whose time it has."""

    def __init__(self, functions: dict[str, Function], machine: Any) -> None:
        self.loop = Loop(Random("quick"), BEGIN)
        self._functions, self._machine = functions, machine
        self._executions: dict[str, Execution] = {}
        self._histories: dict[str, list[dict[str, Any]]] = {}
        Present.now = self
        self.simulator = Simulator(clock=lambda: self.loop.now)
        self._s3 = S3(self, lambda: self.loop.now)
        self._secrets = Secrets(self)
        self._states = States(self, self._executions, lambda: self.loop.now)
        self.store_credentials(json.dumps(self.simulator.credentials))

    # What a test does with it

    def start(self, given: Any, name: str = "") -> str:
        """As of Stack; it begins when its end is asked for."""
        arn = f"{ARN}{name or f'test-{uuid.uuid4()}'}"
        history = self._histories[arn] = []
        execution = _Told(history, self.loop, self, self._machine, arn, json.loads(json.dumps(given)))
        self._executions[arn] = execution
        self.loop.after(0, execution.start)
        return arn

    def ended(self, arn: str, seconds: float = 60) -> stack.Execution:  # noqa: ARG002 (simulated time is no matter)
        """As of Stack."""
        self.loop.run()
        execution = self._executions[arn]
        return stack.Execution(
            arn, execution.status, execution.output, execution.error, execution.cause, lambda: self._histories[arn]
        )

    def documents(self, prefix: str = "") -> dict[str, Any]:
        """As of Stack."""
        return {key: json.loads(body) for key, body in sorted(self._s3.objects.items()) if key.startswith(prefix)}

    def keep(self, key: str, body: bytes | None) -> None:
        """As of Stack."""
        self._s3.objects.pop(key, None)
        if body is not None:
            self._s3.objects[key] = body

    def store_credentials(self, value: str) -> None:
        """As of Stack."""
        self._secrets.store(ENVIRONMENT["CREDENTIALS_SECRET"], value, ["AWSCURRENT"])

    def renew(self, simulator: Simulator) -> None:
        """As of Stack."""
        self._s3.objects.clear()
        self.store_credentials(json.dumps(simulator.credentials))

    @contextmanager
    def environment_of(self, _logical_id: str, **variables: str) -> Iterator[None]:
        """As of Stack, but of all functions, which are in one process."""
        with pytest.MonkeyPatch.context() as environment:
            for name, value in variables.items():
                environment.setenv(name, value)
            yield

    def beside(self, work: Callable[[], T]) -> T:
        """As of Stack; in simulated time, and with the simulated Spotify wherever the real one would be asked."""
        done: list[T] = []
        Fiber(self.loop, lambda: done.append(work()), _Visitor()).start()
        self.loop.run()
        return done[0]

    # What the functions have

    def client(self, service: str) -> Any:
        """As boto3.client."""
        return {"s3": self._s3, "secretsmanager": self._secrets, "stepfunctions": self._states}[service]

    def sleep(self, seconds: float) -> None:
        """As time.sleep."""
        if self.loop.current:
            self.loop.current.pause(seconds)

    def request(self, _ons: tuple[str, ...], _what: str, effect: Effect, _spoil: Any) -> Any:
        """Let a request through."""
        self.sleep(TRIP)
        fiber = self.loop.current
        assert fiber is not None
        fiber.owner.check()
        return effect()

    def exchange(self, session: object, method: str, url: str, **arguments: Any) -> Any:
        """As rediscover_archive.spotify.http.request; the session is of no use."""
        del session
        began = self.loop.now
        answer = self.request((), "", lambda: answer_of(self.simulator, incoming_of(method, url, **arguments)), None)
        if self.loop.now - began > DEADLINE:
            raise requests.Timeout
        return answer

    # What Step Functions has

    def call(self, execution: Execution, call: Call, answered: Answered) -> None:
        """What a Task calls: a function, or SNS."""
        if call.resource.endswith("sns:publish"):
            self.loop.after(TRIP, lambda: answered({"MessageId": "simulated"}, None))
            return

        def on_end(answer: Any, error: StateError | None) -> None:
            if error:
                failed = {"error": error.error, "cause": error.cause}
                self._histories[execution.arn].append({"lambdaFunctionFailedEventDetails": failed})
            answered(answer, error)

        Invocation(self.loop, execution, call, self._functions[call.resource], on_end).begin()


class _Visitor:
    """Who asks Spotify and is no function."""

    def check(self) -> None:
        """Nothing keeps it from asking."""


class _Told(Execution):
    """One whose history is written: the states that it enters, and the attempts that fail."""

    def __init__(self, history: list[dict[str, Any]], *given: Any) -> None:
        super().__init__(*given)
        self._history = history

    def _enter(self, state: str, value: Any) -> None:
        self._history.append({"stateEnteredEventDetails": {"name": state, "input": json.dumps(value)}})


@contextmanager
def quick_stack() -> Iterator[QuickStack]:
    """A stack that remembers nothing, with the listener's credentials stored."""
    where = str(deployed.ROOT / "functions")
    found = deployed.functions()
    with bound(where, scaled=False), pytest.MonkeyPatch.context() as environment:
        environment.setenv("SETTLE_SECONDS", "0")
        stack = QuickStack(found, deployed.machine())
        yield stack
        stack.simulator.reset()  # its tracks would wait for the next look for garbage
