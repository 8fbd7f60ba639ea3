"""An agent of macOS's launchd, which starts after sleep what fell into it."""

import os
import plistlib
from collections.abc import Iterator

from rediscover.commands.timers.job import PATH, Job
from rediscover.commands.timers.machine import Machine
from rediscover.machine import files

LABEL = "rediscover.schedule"


class Launchd:
    """launchd.plist(5)."""

    name = "launchd"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.file = machine.user_home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    @property
    def suits(self) -> bool:
        """Whether this is macOS."""
        return self._machine.platform == "darwin" and self._machine.has("launchctl")

    def install(self, job: Job) -> Iterator[str]:
        """Write the agent and load it. Raises NotScheduled."""
        self._unload()
        files.make_folder(job.log.parent)
        files.replace(self.file, agent(job))
        self._machine.do("launchctl", "bootstrap", self._domain, str(self.file))
        yield str(self.file)
        yield f"What the runs print is added to {job.log}."
        yield "It runs while you are logged in, and after sleep what fell into it; not what a Mac that is off missed."

    def shown(self) -> list[str]:
        """The agent's path, what it starts and when."""
        if not self.file.is_file():
            return []
        agent_in = plistlib.loads(self.file.read_bytes())
        return [str(self.file), " ".join(agent_in["ProgramArguments"]), str(agent_in["StartCalendarInterval"])]

    def remove(self) -> list[str]:
        """Unload the agent and remove its file."""
        if not self.file.is_file():
            return []
        self._unload()
        self.file.unlink()
        return [str(self.file)]

    def _unload(self) -> None:
        if self.file.is_file():
            self._machine.ask("launchctl", "bootout", f"{self._domain}/{LABEL}")

    @property
    def _domain(self) -> str:
        return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"


def agent(job: Job) -> bytes:
    """The property list."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(job.command),
            "EnvironmentVariables": {"PATH": PATH, **job.environment},
            "StartCalendarInterval": job.when.calendar_interval,
            "StandardOutPath": str(job.log),
            "StandardErrorPath": str(job.log),
            "ProcessType": "Background",
        }
    )
