"""Lines that are typed or pasted while something else is waited for."""

import os
import select
import sys


class Pasted:
    """What comes on standard input, a terminal or not, line by line and without waiting for it.

    Nothing is read ahead of a terminal's line, so whoever asks a question afterwards gets the answer to it. Where the
    system cannot tell whether something is there (Windows), nothing comes.
    """

    def __init__(self) -> None:
        self._begun = b""
        self._ended = False

    def lines(self) -> list[str]:
        """Those that are there by now."""
        while self._is_ready():
            read = os.read(sys.stdin.fileno(), 65_536)
            self._ended = not read
            self._begun += read or b"\n"
        *whole, self._begun = self._begun.split(b"\n")
        return [line.decode(errors="replace").strip() for line in whole]

    def _is_ready(self) -> bool:
        if self._ended:
            return False
        try:
            return bool(select.select([sys.stdin.fileno()], [], [], 0)[0])
        except (OSError, ValueError, AttributeError):  # closed, no file, or not told by this system
            self._ended = True
            return False
