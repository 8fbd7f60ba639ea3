"""`rediscover schedule` on a machine with cron, which starts a run by itself in the next minute."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from rediscover.commands.timers.cron import RUNNING, Cron
from rediscover.commands.timers.kinds import Timer
from rediscover.commands.timers.machine import Machine
from rediscover.commands.timers.schedule import ScheduleArguments, schedule
from rediscover.commands.timers.when import When
from rediscover.simulator import Simulator
from tests.support.command import spotify_at

CRON = shutil.which("cron", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
LONGEST = 240
"""Seconds until cron has begun a run and that has ended."""


@pytest.fixture
def cron() -> Iterator[Timer]:
    """cron, at work, with a crontab of this user's that nobody uses."""
    if not CRON or not shutil.which("crontab"):
        pytest.skip("there is no cron on this machine: apt-get install cron")
    if os.getuid():
        pytest.skip("only root can start cron")
    if subprocess.run(["crontab", "-l"], capture_output=True).returncode == 0:
        pytest.skip("this user has a crontab, which a test leaves alone")
    at_work = any(Path(path).exists() for path in RUNNING)
    started = None if at_work else subprocess.Popen([CRON, "-f"])
    try:
        yield Cron(Machine())
    finally:
        if started:
            started.terminate()
            started.wait(10)
            for path in RUNNING:
                Path(path).unlink(missing_ok=True)


@pytest.mark.system
def test_cron_starts_a_run_that_archives(cron: Timer, simulator: Simulator, tmp_path: Path) -> None:
    source, target = simulator.create_playlist("Inbox", simulator.tracks(3)), simulator.create_playlist("Archive")
    home = tmp_path / "ho%me"
    home.mkdir(mode=0o700)
    (home / "credentials.json").write_text(json.dumps(simulator.credentials))
    environment = {"REDISCOVER_HOME": str(home), **spotify_at(simulator)}
    soon = datetime.now() + timedelta(seconds=75)  # the next minute, or the one after where that begins in a moment
    arguments = ScheduleArguments(When.of("day", f"{soon:%H:%M}"), (source,), target)
    out = Console()
    try:
        schedule(arguments, environment, out, [cron])
        log, ends = home / "logs" / "scheduled.log", time.monotonic() + LONGEST
        while not (log.exists() and "Spotify requests" in log.read_text()):
            assert time.monotonic() < ends, log.read_text() if log.exists() else "cron started nothing"
            time.sleep(1)
    finally:
        schedule(ScheduleArguments(arguments.when, remove=True), environment, out, [cron])
    assert "Added 3 tracks from “Inbox” to “Archive”" in log.read_text()
    assert len(simulator.uris(target)) == 3
    assert cron.shown() == []
    assert subprocess.run(["crontab", "-l"], capture_output=True).returncode == 1  # no crontab, as before
