"""The cron line and the systemd units of docs/schedule.md, run in the environment that cron and systemd give them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import pytest

from rediscover.simulator import Simulator
from tests.support.homes import new_home

PAGE = (Path(__file__).parents[2] / "docs" / "schedule.md").read_text()
UNITS = dict(re.findall(r"`([\w-]+\.(?:service|timer))`\n\n```ini\n(.*?)```", PAGE, re.DOTALL))
CRONTAB = re.findall(r"```cron\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()
KEPT = Path(".local", "share", "rediscover")
ANALYZE = shutil.which("systemd-analyze")


class Laptop:
    """A home with the command in it, where the page has it, and an account that was authorized."""

    def __init__(self, home: Path, spotify: Simulator) -> None:
        self.home = home
        self.log = home / "rediscover.log"
        self.source = spotify.create_playlist("Inbox", spotify.tracks(3))
        self.target = spotify.create_playlist("Archive")
        self.account = home / KEPT / "credentials.json"
        self.account.write_text(json.dumps(spotify.credentials))
        # The addresses of the simulated Spotify are all that the page's environment lacks here.
        addresses = f"SPOTIFY_API_URL={spotify.api_url} SPOTIFY_ACCOUNTS_URL={spotify.accounts_url}"
        command = home / ".local" / "bin" / "rediscover"
        command.parent.mkdir(parents=True)
        command.write_text(f'#!/bin/sh\n{addresses} exec {shlex.quote(sys.executable)} -m rediscover "$@"\n')
        command.chmod(0o700)

    def filled_in(self, text: str) -> str:
        """The page's text with the listener's own links."""
        return text.replace("playlist/SOURCE", f"playlist/{self.source}").replace("/TARGET", f"/{self.target}")

    def cron(self) -> subprocess.CompletedProcess[str]:
        """What cron does with the page's line, when its time has come."""
        line = self.filled_in(CRONTAB[-1]).split(maxsplit=5)[5]
        variables = {"HOME": str(self.home), "LOGNAME": "you", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
        return self._run(["/bin/sh", "-c", line], variables)

    def systemd(self) -> subprocess.CompletedProcess[str]:
        """What systemd does to start the page's service."""
        line = self.filled_in(unit("rediscover.service")["Service"]["ExecStart"]).replace("%h", str(self.home))
        command = shlex.split(line)
        assert Path(command[0]).is_absolute()
        return self._run(command, {"HOME": str(self.home)})

    def _run(self, command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=variables, cwd=self.home, capture_output=True, text=True, timeout=120)


@pytest.fixture
def laptop(tmp_path: Path, simulator: Simulator, parsed: Path) -> Iterator[Laptop]:
    (tmp_path / KEPT.parent).mkdir(parents=True)
    with new_home(tmp_path / KEPT, parsed):
        yield Laptop(tmp_path, simulator)


def unit(name: str) -> RawConfigParser:
    """A unit file of the page."""
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # configparser's documented way to keep case
    parser.read_string(UNITS[name])
    return parser


def test_the_cron_line_and_the_service_archive_and_cron_mails_nothing_but_the_reason_of_a_failure(
    laptop: Laptop, simulator: Simulator
) -> None:
    first = laptop.cron()
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert len(simulator.uris(laptop.target)) == 3
    assert "Added 3 tracks from “Inbox” to “Archive”" in laptop.log.read_text()

    simulator.add(laptop.source, simulator.tracks(2, "Later"))
    done = laptop.systemd()
    assert done.returncode == 0, done.stderr
    assert "Added 2 tracks from “Inbox” to “Archive”" in done.stdout
    assert len(simulator.uris(laptop.target)) == 5

    simulator.revoke_authorization()
    failed = laptop.cron()
    assert failed.stdout.startswith("The run failed: AuthorizationExpired: ")
    assert failed.stdout == laptop.log.read_text()
    assert CRONTAB[0].startswith("MAILTO=")


def test_the_cron_line_starts_once_a_week_and_has_nothing_that_cron_would_cut() -> None:
    minute, hour, *days = CRONTAB[-1].split()[:5]
    assert (int(minute), days) == (0, ["*", "*", "1"])
    assert 0 <= int(hour) < 24
    assert "%" not in CRONTAB[-1]


def test_a_failed_service_exits_with_1_so_that_systemd_tells(laptop: Laptop) -> None:
    laptop.account.unlink()
    failed = laptop.systemd()
    assert failed.returncode == 1
    assert "SPOTIFY_CLIENT_ID" in failed.stderr
    service = unit("rediscover.service")
    assert service["Unit"]["OnFailure"] in UNITS
    assert service["Service"]["Restart"] == "on-failure"


def test_what_tells_of_a_failure_is_one_command_with_two_sentences(tmp_path: Path) -> None:
    command = shlex.split(unit("rediscover-failed.service")["Service"]["ExecStart"])
    assert command[0] == "/usr/bin/notify-send"
    teller = tmp_path / "notify-send"
    teller.write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')
    teller.chmod(0o700)
    told = subprocess.run([str(teller), *command[1:]], env={}, capture_output=True, text=True, timeout=10)
    assert told.stdout.splitlines()[1:] == ["rediscover run failed", "journalctl --user -u rediscover says why."]


def test_the_timer_makes_up_for_what_a_sleeping_laptop_missed() -> None:
    timer = unit("rediscover.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(not ANALYZE, reason="there is no systemd-analyze on this machine")
def test_systemd_finds_nothing_to_say_about_the_units(tmp_path: Path, laptop: Laptop) -> None:
    assert ANALYZE
    for name, text in UNITS.items():
        (tmp_path / name).write_text(laptop.filled_in(text).replace("/usr/bin/notify-send", "/bin/true"))
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {**os.environ, "HOME": str(laptop.home), "XDG_RUNTIME_DIR": str(runtime)}
    files = [str(tmp_path / name) for name in UNITS]
    checked = subprocess.run(
        [ANALYZE, "verify", "--user", *files], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    when = unit("rediscover.timer")["Timer"]["OnCalendar"]
    calendar = subprocess.run([ANALYZE, "calendar", when], capture_output=True, text=True, timeout=60)
    assert calendar.returncode == 0, calendar.stderr
    assert "Normalized form: Mon *-*-* 20:00:00" in calendar.stdout
