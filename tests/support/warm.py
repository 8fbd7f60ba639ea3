"""The `rediscover` command on an engine that is at work already: a run of it starts nothing but an execution."""

import os
import shutil
import subprocess
from contextlib import nullcontext
from unittest.mock import patch

from rediscover.simulator import Simulator
from tests.support.command import account_of, spotify_at, typed
from tests.support.stack import Stack


class Warm:
    """A home in which the engine of a stack is at work, for commands of this process."""

    def __init__(self, stack: Stack, simulator: Simulator) -> None:
        self.home = stack.home
        self._engine = stack.engine
        self._account = {**spotify_at(simulator), **account_of(simulator)}
        shutil.rmtree(self.home / "executions", ignore_errors=True)  # of the test before

    def rediscover(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Type a command."""
        environment = {**os.environ, "REDISCOVER_HOME": str(self.home), **self._account}
        with (
            patch("rediscover.engine.Engine", lambda *_, **__: nullcontext(self._engine)),
            patch("rediscover.cli.undisturbed", nullcontext),  # what is set is the engine's
        ):
            return typed(environment, *arguments)
