"""A machine for `rediscover schedule`, on which small scripts play the programs that keep timers."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from rediscover.commands.timers.job import Job
from rediscover.commands.timers.kinds import kinds
from rediscover.commands.timers.machine import Machine
from rediscover.commands.timers.schedule import ScheduleArguments, schedule
from rediscover.commands.timers.when import When

WEEKLY, DAILY = When.of("week", "20:00"), When.of("day", "7:05")
ODD = "a b\"c$d%e\\f'g"
PROGRAMS = {
    "crontab": """\
case "$1" in
  -l) cat "$HOME/crontab" 2>/dev/null || { echo "no crontab for you" >&2; exit 1; } ;;
  -r) rm "$HOME/crontab" ;;
  -) cat >"$HOME/crontab" ;;
esac""",
    "systemctl": 'echo "$*" >>"$HOME/asked"; case "$*" in *list-timers*) echo NEXT; echo "Mon 20:00";; esac',
    "loginctl": "echo ${LINGER:-no}",
    "launchctl": 'echo "$*" >>"$HOME/asked"',
    "schtasks": """\
echo "$1 $2 $3" >>"$HOME/asked"
case "$1" in
  /Create) cp "$5" "$HOME/task.xml" ;;
  /Query) test -f "$HOME/task.xml" && echo "TaskName: rediscover" ;;
  /Delete) rm "$HOME/task.xml" ;;
esac""",
}


class Clockwork:
    """A machine that has some of the programs, and an archive with an account in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.folder = folder
        self.home = folder / "home"
        self.crontab = folder / "crontab"
        self.environment = {"REDISCOVER_HOME": str(self.home)}
        self.machine = Machine("linux", folder, {"PATH": f"{folder / 'bin'}:/bin:/usr/bin", "HOME": str(folder)})
        (folder / "bin").mkdir()
        self.home.mkdir(mode=0o700)
        (self.home / "credentials.json").write_text(
            '{"spotify_client_id": "app", "spotify_client_secret": "hidden", "refresh_token": "token"}'
        )
        (self.home / "credentials.json").chmod(0o600)

    def with_programs(self, *names: str, platform: str = "linux") -> "Clockwork":
        for name in ("crontab", "systemctl", "launchctl", "schtasks"):
            self._program(name, PROGRAMS[name] if name in names else "exit 1")
        self._program("loginctl", PROGRAMS["loginctl"])
        self.machine = replace(self.machine, platform=platform)
        return self

    def _program(self, name: str, does: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o700)

    def ask(self, when: When = WEEKLY, *, show: bool = False, remove: bool = False) -> str:
        return self.schedule(ScheduleArguments(when, show=show, remove=remove))

    def schedule(self, arguments: ScheduleArguments) -> str:
        out = Console(highlight=False, markup=False, width=10_000)
        assert schedule(arguments, self.environment, out, kinds(self.machine)) == 0
        return self._capsys.readouterr().out

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()


def odd_job(tmp_path: Path) -> Job:
    return Job(("/opt/re discover/bin/rediscover", "run", "--source", ODD), tmp_path / "h%me", DAILY)
