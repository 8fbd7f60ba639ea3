"""What stands on a terminal's screen in the end, where lines were overwritten and questions redrawn."""

import re
from itertools import groupby

COLOUR = r"\x1b\[[\d;]*m"
TOKENS = re.compile(
    r"\x1b\[(?P<given>[\d;?]*)(?P<does>[A-Za-z])|(?P<newline>\n)|(?P<return>\r)|(?P<back>\x08)"
    r"|(?P<text>[^\x00-\x1f\x7f]+)|[\s\S]"
)
NOTHING_SEEN = {"h", "l", "n"}
"""Modes, such as whether the cursor is shown, and the question where it is."""


class Screen:
    """A screen without an end, whose lines are as long as what is written there. A character takes one column."""

    def __init__(self) -> None:
        self._lines: list[list[tuple[str, str]]] = [[]]
        self._row = self._column = 0
        self._style = ""

    @property
    def lines(self) -> list[str]:
        """All lines to the last that is not empty, with colours."""
        lines = ["".join(_coloured(line)).rstrip() for line in self._lines]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def write(self, text: str) -> None:
        """Letters, from where the cursor is."""
        line = self._lines[self._row]
        line += [("", " ")] * (self._column - len(line))
        line[self._column : self._column + len(text)] = [(self._style, letter) for letter in text]
        self._column += len(text)

    def go(self, row: int, column: int) -> None:
        """Move the cursor there."""
        self._row, self._column = max(row, 0), max(column, 0)
        self._lines += [[] for _ in range(self._row + 1 - len(self._lines))]

    def newline(self) -> None:
        """Move the cursor down."""
        self.go(self._row + 1, self._column)

    def home(self) -> None:
        """Move the cursor to the left."""
        self._column = 0

    def obey(self, does: str, given: str) -> None:
        """A control sequence (ECMA-48). Raises ValueError for one that is not understood."""
        steps = int(given) if given.isdecimal() else 0
        match does:
            case "A" | "B":
                self.go(self._row + max(steps, 1) * (1 if does == "B" else -1), self._column)
            case "C" | "D":
                self.go(self._row, self._column + max(steps, 1) * (1 if does == "C" else -1))
            case "J" if steps == 0:
                del self._lines[self._row][self._column :], self._lines[self._row + 1 :]
            case "K" if steps in (0, 2):
                del self._lines[self._row][0 if steps else self._column :]
            case "m":
                self._colour(given)
            case _ if does not in NOTHING_SEEN:
                raise ValueError(f"not understood: {given + does!r}")

    def _colour(self, given: str) -> None:
        resets = given in ("", "0") or given.startswith("0;")
        added = given.removeprefix("0").removeprefix(";")
        self._style = added if resets else ";".join(filter(None, (self._style, added)))


def screen(written: str) -> list[str]:
    """The lines that stand in the end. Raises ValueError for what is not understood."""
    shown = Screen()
    for token in TOKENS.finditer(written):
        if token["does"]:
            shown.obey(token["does"], token["given"])
        elif token["newline"]:
            shown.newline()
        elif token["return"]:
            shown.home()
        elif token["back"]:
            shown.obey("D", "")
        elif token["text"]:
            shown.write(token["text"])
        else:
            raise ValueError(f"not understood: {written[token.start() :][:20]!r}")
    return shown.lines


def _coloured(line: list[tuple[str, str]]) -> list[str]:
    parts = []
    for style, cells in groupby(line, lambda cell: cell[0]):
        text = "".join(letter for _, letter in cells)
        parts.append(f"\x1b[{style}m{text}\x1b[0m" if style else text)
    return parts
