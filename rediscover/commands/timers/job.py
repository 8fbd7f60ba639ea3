"""What a timer starts: this installation's command, with the home it works in."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rediscover.commands.timers.machine import NotScheduled
from rediscover.commands.timers.when import When

WRITTEN_BY = "Written by `rediscover schedule`, which also removes it."
ADDRESSES = ("SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL")
PATH = "/usr/local/bin:/usr/bin:/bin"

_OF_A_CACHE = re.compile(r"(archive|environments|builds)-v\d+|\.cache")
"""Folders of uv and pipx whose content comes and goes."""


@dataclass(frozen=True)
class Job:
    """A command with its arguments, the variables that it needs, and when it starts."""

    command: tuple[str, ...]
    home: Path
    when: When
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """Where the last run's output goes, where the timer keeps none itself."""
        return self.home / "logs" / "scheduled.log"

    @property
    def environment(self) -> dict[str, str]:
        """All variables of the run."""
        return {"REDISCOVER_HOME": str(self.home), **self.variables}


def job(pair: tuple[str, ...], home: Path, when: When, environment: Mapping[str, str]) -> Job:
    """The job that runs this installation of the command with the arguments `pair`. Raises NotScheduled."""
    command = (*installed_command(Path(sys.executable), Path(sys.prefix)), "run", *pair)
    variables = {name: environment[name] for name in ADDRESSES if name in environment}
    for word in (*command, str(home), *variables.values()):
        if not word.isprintable():
            raise NotScheduled(f"{word!r} has signs in it that no timer takes. Give it without them.")
    return Job(command, home, when, variables)


def installed_command(python: Path, prefix: Path) -> tuple[str, ...]:
    """The absolute path of `rediscover`, or Python with the module. Raises NotScheduled for a copy that will vanish."""
    if any(_OF_A_CACHE.fullmatch(part) for part in prefix.parts):
        raise NotScheduled(
            f"This copy of rediscover is in {prefix}, which is cleared now and then, as after `uvx` and `pipx run`. "
            "Install it to stay (`uv tool install …` or `pipx install …`), and schedule that one."
        )
    for name in ("rediscover", "rediscover.exe"):
        if (script := python.absolute().with_name(name)).is_file():
            return (str(script),)
    return (str(python.absolute()), "-m", "rediscover")
