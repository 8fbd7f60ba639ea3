"""`rediscover setup` at a terminal of forty columns without colours: a process of its own, driven through a pty."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import requests

from rediscover.simulator import Simulator
from tests.cli.clockwork import PROGRAMS
from tests.support.command import command_line, spotify_at
from tests.support.consent import free_port, noting_browser, opened, redirect_of

COLUMNS = 40
DOWN, ENTER, CTRL_C = "\x1b[B", "\r", "\x03"
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|[34]8;\d[\d;]*)m")
OBEYED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()].|[=>78])|\r")
WHERE = "\x1b[6n"


class Screen:
    """What a command writes to its terminal, and what is typed there."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self.written = ""
        self._at = 0

    @property
    def shown(self) -> str:
        """All that was shown, whatever was overwritten since, with blanks for line ends."""
        return " ".join(OBEYED.sub(" ", self.written).split())

    def until(self, sign: str, seconds: float = 60) -> None:
        """Read on until `sign` is shown after what was waited for before."""
        ends = time.monotonic() + seconds
        while (at := self.shown.find(sign, self._at)) < 0:
            assert time.monotonic() < ends, f"{sign!r} is not in {self.shown[self._at :]!r}"
            if select([self._terminal], [], [], 0.2)[0]:
                read = os.read(self._terminal, 65536).decode()
                self.written += read
                for _ in range(read.count(WHERE)):  # as terminals answer
                    self.type("\x1b[1;1R")
        self._at = at + len(sign)

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._terminal, keys.encode())


@contextmanager
def at_a_terminal(environment: dict[str, str], *arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", Screen]]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    command = subprocess.Popen(
        command_line(*arguments), env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        yield command, Screen(ours)
    finally:
        command.kill()
        command.wait()
        os.close(ours)


def test_a_sitting_at_a_narrow_terminal_that_ends_with_ctrl_c_leaves_what_is_done(
    simulator: Simulator, tmp_path: Path, home: Path
) -> None:
    long_name = "A playlist whose name has many more letters than a line has room for"
    inbox = simulator.create_playlist("Inbox", simulator.tracks(2))
    for number in range(30):
        simulator.create_playlist(f"{number} {long_name}")
    account, cron = simulator.credentials, tmp_path / "bin" / "crontab"
    cron.parent.mkdir()
    cron.write_text(f"#!/bin/sh\n{PROGRAMS['crontab']}\n")
    cron.chmod(0o700)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SPOTIFY_", "AWS_", "COLUMNS"))},
        **{"HOME": str(tmp_path), "REDISCOVER_HOME": str(home), "BROWSER": noting_browser(tmp_path)},
        **{"TERM": "xterm-256color", "NO_COLOR": "1", "LANG": "C.UTF-8", "PATH": f"{cron.parent}:{os.environ['PATH']}"},
        **spotify_at(simulator),
    }
    with at_a_terminal(environment, "setup", "--port", str(free_port())) as (command, screen):
        screen.until("Client id:")
        screen.type(f"{account['spotify_client_id']}{ENTER}")
        screen.until("Client secret:")
        screen.type(f"{account['spotify_client_secret']}{ENTER}")
        screen.until("paste its whole address here")
        assert requests.get(redirect_of(opened(tmp_path), "agree"), timeout=10).status_code == 200
        screen.until("What is to be archived?")
        screen.until("1. “29 A playlist whose name has…")
        screen.type(DOWN * 30 + ENTER)
        screen.until("Where is it kept?")
        screen.until("1. A new playlist, made by the")
        screen.type(ENTER)
        screen.until("Its name")
        screen.type(f"Kept{ENTER}")
        screen.until("Show what the first run would add?")
        screen.type(ENTER)
        screen.until("Would add 2 tracks")
        screen.until("machine's timer? [Y/n] >")
        screen.type(f"n{ENTER}")
        screen.until("and of problems? [y/N] >")
        screen.type(CTRL_C)
        screen.until("Interrupted.")
        assert command.wait(30) == 130
    assert json.loads((home / "pairs.json").read_text())["pairs"] == [{"source": inbox, "target": {"create": "Kept"}}]
    assert (home / "credentials.json").exists()
    assert not (home / "notifications.json").exists()
    assert simulator.requests_count("POST", "playlists") == 0, "a sitting makes and adds nothing"
    assert account["spotify_client_secret"] not in screen.written
    assert COLOUR.findall(screen.written) == []
