"""A terminal in which commands are typed: what they were asked, and what is on the screen in the end."""

import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from select import select

from tools.walk.screen import COLOUR, screen

COLUMNS, ROWS = 100, 60
WHERE, THERE = b"\x1b[6n", b"\x1b[1;1R"
"""The question where the cursor is, and an answer that leaves the asker all the room."""


@dataclass(frozen=True)
class Typed:
    """A command line as it was typed, its exit code, and the lines on the screen when it ended, with colours."""

    command: str
    code: int
    lines: list[str]

    @property
    def plain(self) -> list[str]:
        """The lines without colours."""
        return [re.sub(COLOUR, "", line).rstrip() for line in self.lines]


@dataclass
class Terminal:
    """A pseudo-terminal, `COLUMNS` wide, whose commands have nothing but `environment` and start in `folder`.

    What is in `shown_as` is written another way on its screen: what differs from machine to machine.
    """

    environment: dict[str, str]
    folder: Path
    shown_as: dict[str, str] = field(default_factory=dict)

    def type(self, command: str, answers: Sequence[tuple[str, str]] = (), seconds: float = 120) -> Typed:
        """Run a line of shell to its end; each of `answers` is what is written there, and what is typed then."""
        ours, theirs = pty.openpty()
        try:
            ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            # The first terminal that a new session opens becomes its own, which a hidden prompt asks for.
            shell = ["/bin/sh", "-c", f"exec <{os.ttyname(theirs)}\n{command}"]
            with subprocess.Popen(
                shell,
                env=self.environment,
                cwd=self.folder,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            ) as process:
                os.close(theirs)
                try:
                    written = _read(ours, list(answers), time.monotonic() + seconds)
                except TimeoutError:
                    process.kill()
                    raise
        finally:
            os.close(ours)
        for real, shown in self.shown_as.items():
            written = written.replace(real, shown)
        written = re.sub(r"\b(state|code_challenge)=[\w-]+", r"\1=…", written)
        return Typed(command, process.returncode, screen(written))


def _read(terminal: int, answers: list[tuple[str, str]], until: float) -> str:
    """Everything that is written until the last process lets the terminal go."""
    written, answered = b"", 0
    while time.monotonic() < until:
        if not select([terminal], [], [], 0.1)[0]:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:  # as Linux says that nobody has it open any more
            return written.decode()
        written += more
        for _ in range(more.count(WHERE)):
            os.write(terminal, THERE)
        if answers and answers[0][0].encode() in written[answered:]:
            answered = len(written)
            os.write(terminal, f"{answers.pop(0)[1]}\r".encode())
    raise TimeoutError(f"The command does not end: {written.decode(errors='replace')}")
