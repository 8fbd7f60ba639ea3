"""A run by hand: the deployed functions invoked in the order of the state machine, with rights to be taken away."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from rediscover.engine import Engine
from rediscover.simulator import Simulator
from tests.integration.test_many_pairs import ManyPairs
from tests.statemachine.definition import functions, next_task
from tests.support.rights import Right, without

State = dict[str, Any]


class Failed(Exception):
    """A function answered with an error; `name` is its class."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class World(ManyPairs):
    """A stack with every role, and a Spotify for it."""

    def __init__(self, engine: Engine, home: Path, simulator: Simulator) -> None:
        super().__init__(engine, home)
        self.simulator = simulator

    @contextmanager
    def without(self, taken: Sequence[Right]) -> Iterator[None]:
        """Take rights away for as long as it lasts."""
        iam = self.engine.client("iam")
        before = {(one.role, one.policy): self.policy(one) for one in taken}
        for (role, policy), document in before.items():
            of_it = [one for one in taken if (one.role, one.policy) == (role, policy)]
            _put(iam, self.engine.resources[role], policy, without(document, of_it))
        try:
            yield
        finally:
            for (role, policy), document in before.items():
                _put(iam, self.engine.resources[role], policy, document)

    def policy(self, right: Right) -> Any:
        """The policy in which a right stands."""
        role = self.engine.resources[right.role]
        return self.engine.client("iam").get_role_policy(RoleName=role, PolicyName=right.policy)["PolicyDocument"]

    def invoke(self, function: str, event: Any) -> Any:
        """What a function answers. Raises Failed."""
        answer = self.engine.client("lambda").invoke(
            FunctionName=self.engine.resources[function], Payload=json.dumps(event)
        )
        told = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise Failed(told["errorType"], told["errorMessage"])
        return told

    def remove(self, prefix: str) -> None:
        """Remove the documents whose keys begin so."""
        for key in self.documents(prefix):
            self.engine.client("s3").delete_object(Bucket=self.engine.outputs["BucketName"], Key=key)

    def let_the_claim_age(self) -> None:
        """Of a run by hand Step Functions knows nothing, so its claim counts for as long as it is young."""
        bucket = self.engine.outputs["BucketName"]
        for key, claim in self.documents("claims/").items():
            old = json.dumps({**claim, "made_at": "2026-11-22T00:00:00+00:00"})
            self.engine.client("s3").put_object(Bucket=bucket, Key=key, Body=old)

    def source(self, tracks: int = 3) -> str:
        """A playlist with tracks of its own."""
        return self.simulator.create_playlist("Inbox", self.simulator.tracks(tracks, f"Of {uuid4()}"))


def _put(iam: Any, role: str, policy: str, document: Any) -> None:
    if document["Statement"]:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)


class RunByHand:
    """A run by hand: the functions invoked in the order of the state machine."""

    def __init__(self, world: World, *, before: Mapping[str, Callable[[], object]] | None = None) -> None:
        """`before` is what happens before the states of these names."""
        self.name = f"by-hand-{uuid4()}"
        self._world = world
        self._before = before or {}

    def call(self, state: str, given: State) -> State:
        """One state's output. Raises Failed."""
        if state in self._before:
            self._before[state]()
        machine = self._world.engine.outputs["StateMachineArn"]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{self.name}"
        event = {"execution": execution, "run": self.name, "state": state, "retry": 0, "input": given}
        output: State = self._world.invoke(functions()[state], event)
        return output

    def archive(self, source: Any, **given: Any) -> State:
        """Archive one pair whose target is made when it is missing; Summarize's output."""
        pair = {"source": source, "target": {"create": "Kept"}}
        self._world.let_the_claim_age()
        state = self.call("RefreshToken", self.call("Prepare", {"pairs": [pair], **given}))
        pairs = {"pair": state["targets"][0]["pairs"][0], "run": state["run"], "spotify_requests": 0, "again": False}
        one = self.call("FindTarget", pairs)
        read = [self.call(role, one) for role in ("ReadSource", "ReadTarget")]
        one = self.call(task := "SelectNewTracks", {**one, "read": read})
        while task := next_task(task, one):
            one = self.call(task, one)
        return self.call("Summarize", {**state, "results": [[one]]})
