"""`rediscover schedule` with each kind of timer, whose programs are played by small scripts."""

import argparse
import plistlib
import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from configparser import RawConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from rediscover.commands.timers.job import Job, installed_command, job
from rediscover.commands.timers.launchd import agent
from rediscover.commands.timers.machine import NotScheduled
from rediscover.commands.timers.schedule import ScheduleArguments
from rediscover.commands.timers.systemd import units
from rediscover.commands.timers.tasks import SCHEMA, task
from rediscover.commands.timers.when import When
from rediscover.errors import MissingCredentials
from rediscover.simulator import Simulator
from rediscover_archive.errors import InvalidInput
from tests.cli.clockwork import DAILY, ODD, WEEKLY, Clockwork, odd_job

ANALYZE = shutil.which("systemd-analyze")


def unit(text: str) -> RawConfigParser:
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # configparser's documented way to keep case
    parser.read_string(text)
    return parser


def test_a_time_of_day_is_one() -> None:
    assert (WEEKLY.cron, WEEKLY.on_calendar) == ("0 20 * * 1", "Mon *-*-* 20:00:00")
    assert (DAILY.cron, DAILY.on_calendar) == ("5 7 * * *", "*-*-* 07:05:00")
    assert DAILY.calendar_interval == {"Hour": 7, "Minute": 5}
    assert str(WEEKLY) == "every Monday at 20:00"
    for wrong in ("24:00", "7", "07:60", "٠7:00", "", "07:00:00"):
        with pytest.raises(argparse.ArgumentTypeError, match="not a time of day"):
            When.of("day", wrong)


def test_a_copy_that_will_vanish_is_not_scheduled() -> None:
    for prefix in ("/home/you/.cache/uv/archive-v0/x1", "/opt/uv/environments-v2/y", "/home/you/.local/pipx/.cache/z"):
        with pytest.raises(NotScheduled, match=r"is cleared now and then.*Install it to stay"):
            installed_command(Path(prefix, "bin", "python"), Path(prefix))


def test_the_script_beside_python_is_run_and_else_the_module(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    assert installed_command(python, tmp_path) == (str(python), "-m", "rediscover")
    python.parent.mkdir()
    python.with_name("rediscover").touch()
    assert installed_command(python, tmp_path) == (str(tmp_path / "bin" / "rediscover"),)


def test_a_job_has_the_addresses_of_the_shell_but_no_secret(clockwork: Clockwork) -> None:
    shell = {"SPOTIFY_API_URL": "http://127.0.0.1:1/v1", "SPOTIFY_CLIENT_SECRET": "hidden"}
    wanted = job(("--source", "x"), clockwork.home, WEEKLY, shell)
    assert wanted.environment == {"REDISCOVER_HOME": str(clockwork.home), "SPOTIFY_API_URL": "http://127.0.0.1:1/v1"}
    with pytest.raises(NotScheduled, match="signs in it that no timer takes"):
        job(("--source", "x\n* * * * * evil"), clockwork.home, WEEKLY, {})


def test_systemd_comes_first_where_the_user_has_one(clockwork: Clockwork) -> None:
    clockwork.crontab.write_text("@daily true\n")
    clockwork.ask()
    clockwork.with_programs("crontab", "systemctl")
    printed = clockwork.ask(DAILY)
    assert "Removed from your crontab: 0 20 * * 1" in printed  # never two timers
    assert clockwork.crontab.read_text() == "@daily true\n"
    folder = clockwork.folder / ".config" / "systemd" / "user"
    assert f"Installed {folder / 'rediscover.service'}" in printed
    assert "loginctl enable-linger" in printed
    assert clockwork.asked[-3:] == [
        "--user daemon-reload",
        "--user enable --now rediscover.timer",
        "--user restart rediscover.timer",
    ]
    timer = unit((folder / "rediscover.timer").read_text())
    assert dict(timer["Timer"]) == {"OnCalendar": "*-*-* 07:05:00", "Persistent": "true"}
    assert "Mon 20:00" in clockwork.ask(show=True)
    assert "in place of what it ran before" in clockwork.ask()
    assert f"Removed {folder / 'rediscover.timer'}" in clockwork.ask(remove=True)
    assert list(folder.iterdir()) == []
    assert "--user disable --now rediscover.timer" in clockwork.asked
    assert clockwork.asked[-1] == "--user daemon-reload"


def test_who_lingers_already_is_not_told_to(clockwork: Clockwork) -> None:
    clockwork.with_programs("systemctl")
    clockwork.machine = replace(clockwork.machine, environment={**clockwork.machine.environment, "LINGER": "yes"})
    assert "enable-linger" not in clockwork.ask()


def test_units_of_your_own_are_not_written_over(clockwork: Clockwork) -> None:
    clockwork.with_programs("systemctl")
    mine = clockwork.folder / ".config" / "systemd" / "user" / "rediscover.service"
    mine.parent.mkdir(parents=True)
    mine.write_text("[Service]\nExecStart=/bin/true\n")
    with pytest.raises(NotScheduled, match="was not written by"):
        clockwork.ask()
    assert "Nothing is scheduled." in clockwork.ask(remove=True)
    assert mine.exists()


@pytest.mark.skipif(not ANALYZE, reason="there is no systemd-analyze on this machine")
def test_systemd_finds_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    assert ANALYZE
    (tmp_path / "runtime").mkdir(mode=0o700)
    for words in (("run",), ("run", "--source", ODD)):
        written = Job(("/bin/true", *words), tmp_path / "h%me", WEEKLY)
        for name, text in units(written).items():
            (tmp_path / name).write_text(text)
        checked = subprocess.run(
            [ANALYZE, "verify", "--user", *(str(tmp_path / name) for name in units(written))],
            env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "runtime"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_systemd_gets_each_word_as_it_is(tmp_path: Path) -> None:
    service = unit(units(odd_job(tmp_path))["rediscover.service"])["Service"]
    assert "c$$d%%e" in service["ExecStart"]
    words = shlex.split(service["ExecStart"].replace("$$", "$").replace("%%", "%"))
    assert words == ["/opt/re discover/bin/rediscover", "run", "--source", ODD]
    assert service["Environment"] == f'"REDISCOVER_HOME={tmp_path / "h%%me"}"'
    assert (service["Restart"], service["RestartSec"]) == ("on-failure", "15min")


def test_launchd_gets_a_property_list(clockwork: Clockwork, tmp_path: Path) -> None:
    clockwork.with_programs("launchctl", "crontab", platform="darwin")
    printed = clockwork.ask(DAILY)
    path = clockwork.folder / "Library" / "LaunchAgents" / "rediscover.schedule.plist"
    assert f"Installed {path}" in printed
    assert clockwork.asked[-1].startswith("bootstrap gui/")
    written = plistlib.loads(path.read_bytes())
    assert written["ProgramArguments"][-1] == "run"
    assert written["StartCalendarInterval"] == {"Hour": 7, "Minute": 5}
    assert written["EnvironmentVariables"]["REDISCOVER_HOME"] == str(clockwork.home)
    clockwork.ask(WEEKLY)
    assert [line.split()[0] for line in clockwork.asked[-2:]] == ["bootout", "bootstrap"]
    assert "'Weekday': 1" in clockwork.ask(show=True)
    assert f"Removed {path}" in clockwork.ask(remove=True)
    assert not path.exists()
    assert plistlib.loads(agent(odd_job(tmp_path)))["ProgramArguments"][-1] == ODD


def test_task_scheduler_gets_a_task(clockwork: Clockwork, tmp_path: Path) -> None:
    clockwork.with_programs("schtasks", "crontab", platform="win32")
    assert "Installed the task rediscover" in clockwork.ask()
    assert clockwork.asked[-1] == "/Create /TN rediscover"
    root = ET.fromstring((clockwork.folder / "task.xml").read_bytes())  # noqa: S314 (we wrote it)
    names = {"": SCHEMA}
    assert root.findtext(".//StartBoundary", None, names) == "2026-01-05T20:00:00"  # a Monday
    assert root.find(".//DaysOfWeek/Monday", names) is not None
    assert root.findtext(".//StartWhenAvailable", None, names) == "true"
    assert "TaskName: rediscover" in clockwork.ask(show=True)
    assert "Removed the task rediscover" in clockwork.ask(remove=True)
    daily = ET.fromstring(task(odd_job(tmp_path)))  # noqa: S314 (we wrote it)
    assert daily.findtext(".//DaysInterval", None, names) == "1"
    assert daily.findtext(".//Command", None, names) == "/opt/re discover/bin/rediscover"
    assert daily.findtext(".//Arguments", None, names) == subprocess.list2cmdline(["run", "--source", ODD])


def test_a_variable_that_a_task_cannot_have_is_told(clockwork: Clockwork) -> None:
    clockwork.with_programs("schtasks", platform="win32")
    clockwork.machine = replace(
        clockwork.machine, environment={**clockwork.machine.environment, **clockwork.environment}
    )
    assert f"setx REDISCOVER_HOME {clockwork.home}" in clockwork.ask()


def test_what_a_run_would_refuse_is_refused_before(clockwork: Clockwork, simulator: Simulator) -> None:
    source, target = (simulator.create_playlist(name) for name in ("Inbox", "Archive"))
    with pytest.raises(InvalidInput, match="--source"):
        clockwork.schedule(ScheduleArguments(WEEKLY, ("nonsense",), target))
    clockwork.schedule(ScheduleArguments(WEEKLY, ("liked", source), target))
    assert f"run --source liked --source {source} --target {target}" in clockwork.crontab.read_text()
    (clockwork.home / "credentials.json").unlink()
    clockwork.environment |= {"SPOTIFY_CLIENT_ID": "a", "SPOTIFY_CLIENT_SECRET": "b", "SPOTIFY_REFRESH_TOKEN": "c"}
    with pytest.raises(MissingCredentials):  # a timer has no such variables
        clockwork.schedule(ScheduleArguments(WEEKLY))
