"""AWS Step Functions Local in Docker, as compose.yaml has it; run by itself, it says whether it can be had here."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from rediscover.engine.aws import Clients
from tests.statemachine import mock_config

ROOT = Path(__file__).parents[2]
URL = "http://127.0.0.1:8083"


def missing() -> str | None:
    """Why it cannot be run here; None if it can."""
    if not shutil.which("docker"):
        return "There is no Docker here: install it, or leave it at make test."
    for asked, told in (
        (("compose", "version"), "Docker has no compose plugin here: install docker-compose-v2."),
        (("info",), "Docker does not run here: start it."),
    ):
        if subprocess.run(["docker", *asked], capture_output=True).returncode:
            return told
    return None


class StepFunctionsLocal:
    """The container, for as long as it lasts, with the cases as they are now.

    It invokes the functions at a port of this machine.
    """

    def __init__(self, lambda_port: int, credentials: Mapping[str, str]) -> None:
        """`credentials` are environment variables, for the functions behind that port."""
        user = {"LAMBDA_PORT": str(lambda_port), "RUN_AS": f"{os.getuid()}:{os.getgid()}"}
        self._environment = {**os.environ, **credentials, **user}
        self.states: Any = Clients(URL, credentials)("stepfunctions")

    def __enter__(self) -> Self:
        mock_config.write()
        self._compose("up", "--detach")
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._compose("down")

    def _compose(self, *arguments: str) -> None:
        done = subprocess.run(
            ["docker", "compose", *arguments], cwd=ROOT, env=self._environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            try:
                self.states.list_state_machines()
            except (BotoCoreError, ClientError):
                assert time.monotonic() < until, "Step Functions Local does not answer."
                time.sleep(0.5)
            else:
                return


if __name__ == "__main__":
    sys.exit(missing())
