"""Commands that others end: what they had begun is put away."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from rediscover.machine.signals import Terminated, interrupted_by_signals
from rediscover.simulator import Simulator
from tests.support.command import app_of, command_line, spotify_at
from tests.support.consent import free_port


def test_an_authorization_that_is_ended_leaves_no_folder_for_the_browser(simulator: Simulator, tmp_path: Path) -> None:
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "REDISCOVER_HOME": str(tmp_path / "home")}
    environment = {**surroundings, **spotify_at(simulator), **app_of(simulator), "BROWSER": "true"}
    with subprocess.Popen(
        command_line("authorize", "--port", str(free_port())), env=environment, stderr=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stderr
        while "authorize?" not in waiting.stderr.readline():
            pass
        while not list(tmp_path.glob("rediscover-*")):
            assert waiting.poll() is None
        waiting.send_signal(signal.SIGTERM)
        _, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 128 + signal.SIGTERM
    assert err.endswith("Interrupted.\n")
    assert list(tmp_path.glob("rediscover-*")) == []


def test_only_the_first_signal_interrupts_so_that_nothing_disturbs_what_is_put_away() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with interrupted_by_signals():
        with pytest.raises(Terminated):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupted_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
