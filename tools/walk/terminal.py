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

COLUMNS, ROWS = 100, 60
COLOUR = r"\x1b\[[\d;]*m"
TOKENS = re.compile(
    r"(?P<newline>\r*\n)|(?P<return>\r)|\x1b\[(?P<up>\d*)A|(?P<erase>\x1b\[2K)|(?P<cursor>\x1b\[\?25[lh])"
    r"|(?P<text>(?:" + COLOUR + r"|[^\x1b\r\n])+)|(?P<unknown>[\s\S])"
)


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
        """Run a line of shell to its end; each of `answers` is a prompt and what is typed there."""
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
        written = re.sub(r"state=[\w-]+", "state=…", written)
        return Typed(command, process.returncode, screen(written))


def _read(terminal: int, answers: list[tuple[str, str]], until: float) -> str:
    """Everything that is written until the last process lets the terminal go."""
    written = b""
    while time.monotonic() < until:
        if not select([terminal], [], [], 0.1)[0]:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:  # as Linux says that nobody has it open any more
            return written.decode()
        written += more
        if answers and answers[0][0].encode() in written:
            os.write(terminal, f"{answers.pop(0)[1]}\n".encode())
    raise TimeoutError(f"The command does not end: {written.decode(errors='replace')}")


def screen(written: str) -> list[str]:
    """The lines that stand in the end, where lines were erased and written anew. Raises ValueError for other tricks."""
    lines, row = [""], 0
    for token in TOKENS.finditer(written):
        match token.lastgroup:
            case "newline":
                row += 1
                lines += [""] * (row == len(lines))
            case "up":
                row -= int(token["up"] or 1)
            case "erase":
                lines[row] = ""
            case "text":
                lines[row] += token[0]
            case "return" | "cursor":
                pass
            case _:
                raise ValueError(f"not understood: {written[token.start() :][:20]!r}")
    while lines and not lines[-1]:
        lines.pop()
    return lines
