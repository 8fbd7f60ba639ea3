"""What timers need of the machine: programs that are run, folders, and which system it is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rediscover.errors import UserError
from rediscover.words import clean


class NotScheduled(UserError):
    """There is no timer here, or it does not take the job."""


@dataclass(frozen=True)
class Machine:
    """This machine; tests make others."""

    platform: str = sys.platform
    user_home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def has(self, program: str) -> bool:
        """Whether there is such a program."""
        return shutil.which(program, path=self.environment.get("PATH")) is not None

    def ask(self, *command: str, given: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
        """Run a program to its end, whatever that is."""
        environment = {**self.environment, "LC_ALL": "C"}
        try:
            return subprocess.run(  # noqa: S603 (the system's own programs)
                command, env=environment, input=given, capture_output=True, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return subprocess.CompletedProcess(command, 1, b"", str(error).encode())

    def do(self, *command: str, given: bytes | None = None) -> str:
        """Run a program that has to succeed; what it printed. Raises NotScheduled, in its words."""
        done = self.ask(*command, given=given)
        if done.returncode:
            words = clean(" ".join((done.stderr + done.stdout).decode(errors="replace").split()))
            raise NotScheduled(f"`{' '.join(command)}` failed: {words or f'exit code {done.returncode}'}")
        return done.stdout.decode(errors="replace")
