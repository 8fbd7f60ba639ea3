"""`rediscover up` as a process: the template's rules on the embedded engine, against a simulated Spotify."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rediscover.commands.up.child import in_child
from rediscover.commands.up.dates import Dates
from rediscover.commands.up.orders import fire
from rediscover.commands.up.stack import Fired, NotStarted, Order
from rediscover.places.home import Home
from rediscover.simulator import Simulator
from rediscover_archive.authorization.credentials import LIFETIME
from rediscover_archive.authorization.reminder import DAYS_AHEAD
from tests.support.command import command_line, spotify_at, typed

PATIENCE = 90.0
"""Seconds until a process has done what it is to do."""


class Nas:
    """A home with an account of whose end today is a day to remind, in which `up` was at work three days ago."""

    def __init__(self, folder: Path, home: Path, spotify: Simulator) -> None:
        self.spotify = spotify
        self.home = home
        self.journal = self.home / "up.json"
        self.out = folder / "out"
        self.pair = spotify.create_playlist("Inbox", spotify.tracks(3)), spotify.create_playlist("Archive")
        self.environment = {**os.environ, "REDISCOVER_HOME": str(self.home), **spotify_at(spotify)}
        # Six months before the last of August there is no such day.
        ends = (datetime.now(UTC).date() + timedelta(days=days) for days in DAYS_AHEAD)
        self.ends = next(end for end in ends if end - LIFETIME + LIFETIME == end)
        authorized_at = self.ends - LIFETIME
        account = self.home / "credentials.json"
        account.write_text(json.dumps({**spotify.credentials, "authorized_at": authorized_at.isoformat()}))
        a_week_ago = time.time() - 7 * 86_400
        os.utime(account, (a_week_ago, a_week_ago))
        # As if `up` had been killed before it noted anything of the last three days.
        since = (datetime.now(UTC) - timedelta(days=3)).isoformat()
        weekly = {"expression": "cron(0 0 * * ? *) by local time", "since": since, "done": []}
        daily = {"expression": "rate(1 day)", "since": since, "done": []}
        rules = {"rediscover-weekly": weekly, "rediscover-daily": daily}
        self.journal.write_text(json.dumps({"rules": rules, "untold": [], "alarmed": False, "reminded_on": None}))

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[bytes]]:
        source, target = self.pair
        command = command_line("up", "--source", source, "--target", target, "--every", "day", "--at", "00:00")
        with self.out.open("wb") as out:
            process = subprocess.Popen(command, env=self.environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def order(self) -> Order:
        """What was ordered at the weekly rule's last date, as it is again where that was not noted."""
        date = datetime.fromisoformat(json.loads(self.journal.read_bytes())["rules"]["rediscover-weekly"]["done"][-1])
        return Order("rediscover-weekly", date, self.home, {}, self.spotify.credentials, date, self.spotify.parameters)

    @property
    def done(self) -> int:
        """Dates that are noted."""
        return sum(len(rule["done"]) for rule in json.loads(self.journal.read_bytes())["rules"].values())

    @property
    def printed(self) -> str:
        return self.out.read_text()


@pytest.fixture
def nas(tmp_path: Path, home: Path, simulator: Simulator) -> Nas:
    return Nas(tmp_path, home, simulator)


def until(nas: Nas, true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, nas.printed
        time.sleep(0.05)


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """Those that have an engine; Python's own tracker of its resources has none."""
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in pids if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]


def test_ended_in_the_middle_of_a_run_it_leaves_nothing_behind_and_then_does_once_what_was_missed(
    nas: Nas, capsys: pytest.CaptureFixture[str]
) -> None:
    _ended_in_the_middle_of_a_run(nas)
    _does_what_was_missed(nas)
    nas.spotify.replace(nas.pair[0], nas.spotify.tracks(5))
    assert fire(nas.order()) == Fired()
    assert "rediscover-weekly was done by" in capsys.readouterr().out
    assert len(nas.spotify.uris(nas.pair[1])) == 3


def _ended_in_the_middle_of_a_run(nas: Nas) -> None:
    with nas.up() as process:
        with Home(nas.home).locked():
            until(nas, lambda: "Another run is at work in the home. Waiting for it" in nas.printed)
            assert not (nas.home / "executions").exists()
        until(nas, lambda: (nas.home / "executions").exists())
        (child,) = children(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert not Path(f"/proc/{child}").exists()
    assert nas.done == 0
    assert "ABORTED" in typed(nas.environment, "history").stdout


def _does_what_was_missed(nas: Nas) -> None:
    with nas.up() as process:
        until(nas, lambda: nas.done == 2 and "the authorization ends" in nas.printed)
        assert typed(nas.environment, "up", "--show").returncode == 0
        another = typed(nas.environment, "up", "--source", nas.pair[0], "--target", nas.pair[1])
        assert (another.returncode, "at work" in another.stderr) == (75, True)
        until(nas, lambda: not children(process))  # so nothing listens, and the engine's memory is free
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert int(status.split("VmHWM:")[1].split()[0]) < 80_000
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert len(nas.spotify.uris(nas.pair[1])) == 3
    assert "(re)Discover Weekly: 3 tracks added" in nas.printed
    assert f", on {nas.ends}. Renew it with: rediscover authorize\n" in nas.printed
    assert nas.printed.count("succeeded: `rediscover history") == 1
    shown = typed(nas.environment, "up", "--show")
    assert (shown.returncode, "not at work" in shown.stdout) == (1, True)


def test_what_a_process_of_its_own_comes_to_is_known() -> None:
    assert in_child(os.getpid) != os.getpid()
    with pytest.raises(NotStarted, match="none of EventBridge's"):
        in_child(Dates, "never")
    with pytest.raises(NotStarted, match="ended with -6"):
        in_child(os.abort)


def test_a_journal_that_is_damaged_is_said(nas: Nas) -> None:
    nas.journal.write_text("{}")
    for arguments in (("--show",), ("--source", nas.pair[0], "--target", nas.pair[1])):
        refused = typed(nas.environment, "up", *arguments)
        assert refused.returncode == 1
        assert "cannot be understood. Remove it" in refused.stderr
