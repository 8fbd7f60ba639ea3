"""The real state machine, deployed from the real template on the embedded engine, against the simulated Spotify."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from rediscover.engine import Engine
from rediscover.engine.moto.backends import etags
from rediscover.executions.finished import Place
from rediscover.simulator import Simulator

T = TypeVar("T")


@dataclass(frozen=True)
class Execution:
    """What an execution came to, as Step Functions tells it."""

    arn: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    ask_for_history: Callable[[], list[dict[str, Any]]]

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """Its events, asked for once they are wanted: an engine takes as long over them as over a state."""
        return self.ask_for_history()

    @property
    def states(self) -> list[str]:
        """The names of the states it entered, in order."""
        entered = [event["stateEnteredEventDetails"] for event in self.history if "stateEnteredEventDetails" in event]
        return [details["name"] for details in entered]

    @property
    def failed_attempts(self) -> list[str]:
        """The errors of attempts that failed, in order."""
        key = "lambdaFunctionFailedEventDetails"
        return [event[key]["error"] for event in self.history if key in event]


class DeployedStack:
    """The deployed stack, and what a test does with it, wherever it is."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def start(self, given: Any, name: str = "") -> str:
        """Start an execution by hand; its ARN."""
        started = self._place.client("stepfunctions").start_execution(
            stateMachineArn=self._place.outputs["StateMachineArn"],
            name=name or f"test-{uuid.uuid4()}",
            input=json.dumps(given),
        )
        return str(started["executionArn"])

    def ended(self, arn: str, seconds: float = 60) -> Execution:
        """Wait for an execution's end."""
        sfn = self._place.client("stepfunctions")
        until = time.monotonic() + seconds
        while (told := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < until, "the execution does not end"
            self._wait(1)
        return Execution(
            arn=arn,
            status=told["status"],
            output=json.loads(told["output"]) if told.get("output") else None,
            error=told.get("error"),
            cause=told.get("cause"),
            ask_for_history=lambda: list(sfn.get_execution_history(executionArn=arn)["events"]),
        )

    def run(self, source: str, target: str, **given: Any) -> Execution:
        """Archive one pair."""
        return self.ended(self.start({"pairs": [{"source": source, "target": target}], **given}))

    def documents(self, prefix: str = "") -> dict[str, Any]:
        """What the bucket holds, by key."""
        s3, bucket = self._place.client("s3"), self._place.outputs["BucketName"]
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {one["Key"]: json.loads(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()) for one in found}

    def keep(self, key: str, body: bytes | None) -> None:
        """Put something else into the bucket; nothing for None."""
        s3, bucket = self._place.client("s3"), self._place.outputs["BucketName"]
        if body is None:
            s3.delete_object(Bucket=bucket, Key=key)
        else:
            s3.put_object(Bucket=bucket, Key=key, Body=body)

    def report(self, execution: Execution) -> Any:
        """The report that Summarize wrote."""
        name = execution.arn.rsplit(":", 1)[1]
        return self.documents(f"runs/{name}")[f"runs/{name}.json"]

    def _wait(self, seconds: float) -> None:
        time.sleep(seconds)


class Stack(DeployedStack):
    """The stack on the embedded engine."""

    def __init__(self, engine: Engine, home: Path) -> None:
        super().__init__(engine)
        self.engine = engine
        self.home = home

    def _wait(self, seconds: float) -> None:
        self.engine.wait(seconds)

    def store_credentials(self, value: str) -> None:
        """As the user does in Secrets Manager."""
        arn = self.engine.outputs["CredentialsSecretArn"]
        self.engine.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=value)

    def renew(self, simulator: Simulator) -> None:
        """Remember nothing, and hold the listener's present credentials."""
        s3, bucket = self.engine.client("s3"), self.engine.outputs["BucketName"]
        found = [{"Key": key} for key in etags(bucket)]
        for first in range(0, len(found), 1000):
            s3.delete_objects(Bucket=bucket, Delete={"Objects": found[first : first + 1000]})
        self.store_credentials(json.dumps(simulator.credentials))

    def beside(self, work: Callable[[], T]) -> T:
        """Do something that asks Spotify too."""
        return work()

    @contextmanager
    def environment_of(self, logical_id: str, **variables: str) -> Iterator[None]:
        """Change variables of a function for as long as it lasts."""
        functions, name = self.engine.client("lambda"), self.engine.resources[logical_id]
        before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **variables}})
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})
