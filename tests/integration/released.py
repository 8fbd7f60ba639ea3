"""States as a release made them: `python -m tests.integration.released` writes released/VERSION.json.

A run that waits keeps the definition and the state that it began with, while its functions become the next release's.
To be run when a release is made; what older ones wrote stays.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rediscover.engine import Engine
from rediscover.simulator import Fault, Simulator
from tests.statemachine.definition import functions, next_task

FOLDER = Path(__file__).with_name("released")
SOURCE, TARGET = "1Released0Source000000", "1Released0Target000000"
TRACKS = 230
"""Three batches."""


class Replay:
    """A run of one pair, its functions invoked in the order of the state machine, from the beginning or a later state.

    `recorded` has, for each invocation, what it was given and what was there: `{"state", "event", "documents",
    "target"}`.
    """

    def __init__(self, engine: Engine, simulator: Simulator) -> None:
        self._engine = engine
        self._simulator = simulator
        self.recorded: list[dict[str, Any]] = []
        self._name = "released"

    def set_up(self) -> None:
        """The two playlists, the listener's credentials, and an access token."""
        self._simulator.create_playlist("Inbox", self._simulator.tracks(TRACKS, "Released"), id=SOURCE)
        self._simulator.create_playlist("Archive", self._simulator.tracks(3, "Before"), id=TARGET)
        self._engine.client("secretsmanager").put_secret_value(
            SecretId=self._engine.outputs["CredentialsSecretArn"], SecretString=json.dumps(self._simulator.credentials)
        )
        self._invoke("RefreshToken", {"spotify_requests": 0}, {})
        self.recorded.clear()

    def restore(self, recorded: Mapping[str, Any]) -> None:
        """Put the bucket and the target back as they were before an invocation."""
        s3, bucket = self._engine.client("s3"), self._engine.outputs["BucketName"]
        for key, document in recorded["documents"].items():
            s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(document).encode())
        self._simulator.replace(TARGET, recorded["target"])

    def go_on(self, state: str, given: Any, whole: Any) -> Any:
        """Everything from this state on; `whole` is what Summarize needs besides the pair. Summarize's output."""
        while True:
            told = self._invoke(state, given, whole)
            if state == "Summarize":
                return told
            state, given, whole = self._next(state, given, told, whole)

    def _next(self, state: str, given: Any, told: Any, whole: Any) -> tuple[str, Any, Any]:
        if state == "Prepare":
            return "RefreshToken", told, whole
        if state == "RefreshToken" and "targets" in told:
            pair = told["targets"][0]["pairs"][0]
            return "ReadSource", {"pair": pair, "run": told["run"], "spotify_requests": 0, "again": False}, told
        if told.get("again"):
            return state, told, whole
        if state == "ReadSource":
            return "ReadTarget", given, {**whole, "read": [told]}
        if state == "ReadTarget":
            return "SelectNewTracks", {**given, "read": [*whole["read"], told]}, whole
        if following := next_task(state, told):
            return following, told, whole
        return "Summarize", {**{key: whole[key] for key in whole if key != "read"}, "results": [[told]]}, whole

    def _invoke(self, state: str, given: Any, whole: Any) -> Any:
        machine = self._engine.outputs["StateMachineArn"]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{self._name}"
        event = {"execution": execution, "run": self._name, "state": state, "retry": 0, "input": given}
        documents, target = self._documents(), self._simulator.uris(TARGET)
        self.recorded.append({"state": state, "given": given, "whole": whole, "documents": documents, "target": target})
        answer = self._engine.client("lambda").invoke(
            FunctionName=self._engine.resources[functions()[state]], Payload=json.dumps(event)
        )
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        return told

    def _documents(self) -> dict[str, Any]:
        s3, bucket = self._engine.client("s3"), self._engine.outputs["BucketName"]
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys}


def main() -> None:
    """Record a run in which Spotify once asks to wait."""
    with Simulator() as simulator, TemporaryDirectory() as home:
        parameters = {**simulator.parameters, "SettleSeconds": "0"}
        with Engine(Path(home), parameters) as engine:
            replay = Replay(engine, simulator)
            replay.set_up()
            simulator.faults.add(Fault("rate_limited", "POST", f"/playlists/{TARGET}/", nth=2, retry_after=1))
            replay.go_on("Prepare", {"pairs": [{"source": SOURCE, "target": TARGET}]}, {})
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{version('rediscover-weekly')}.json").write_text(json.dumps(replay.recorded) + "\n")


if __name__ == "__main__":
    main()
