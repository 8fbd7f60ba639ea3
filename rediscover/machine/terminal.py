"""What the terminal, or the file in its place, can show: how much in a line, and which signs."""

import codecs
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

SIGNS = "✓✗✔✖–›"
TYPED = {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "›": ">"}
"""Our typographic signs, on a typewriter."""

WORD = re.compile(r"(?:`[^`\n]*`|\S)+")
"""What is copied whole: links and paths, and commands with their blanks."""

NUMBERED = re.compile(r" *(?:\d+\. +)?")
WHOLE = 100_000
"""Cells: wider than anything."""

NARROW = 60
"""Cells; with fewer, indentation is at the cost of what is said."""

COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python makes of LC_CTYPE where the locale is C (PEP 538)."""


def consoles() -> tuple[Console, Console]:
    """Standard output and standard error, set up for what they and the locale can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            _set_up(stream, os.environ)
    return console(stderr=False), console(stderr=True)


def console(*, stderr: bool) -> Console:
    """Standard error, or else standard output, as it is set up."""
    found = Console(highlight=False, markup=False, emoji=False, stderr=stderr)
    if not found.is_terminal:  # a sentence is a line for grep, and so is a row, unless COLUMNS is set
        found.soft_wrap = True
        found.width = found.width if "COLUMNS" in os.environ else WHOLE
    return found


def _set_up(stream: io.TextIOWrapper, environment: Mapping[str, str]) -> None:
    """Have `stream` write what its encoding lacks as a typewriter would; where it has signs that its reader lacks, too.

    Foreign letters stay what they are, where the encoding has them: a name is not ours to change.
    """
    name = f"typed-{stream.encoding}"
    codecs.register_error(name, partial(_typed, stream.encoding))
    stream.reconfigure(encoding="ascii" if _is_plain(environment) else stream.encoding, errors=name)


def _typed(encoding: str, error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(TYPED.get(char, char) for char in lacking).encode(encoding, "replace"), error.end


def _is_plain(environment: Mapping[str, str]) -> bool:
    """Whether the terminal or the locale is said to have ASCII only; one of which nothing is said has what it has."""
    everything, letters, language = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = everything or (language if letters in COERCED else letters) or language
    return environment.get("TERM") == "dumb" or locale in ("C", "POSIX")


def has_signs(console: Console) -> bool:
    """Whether what `console` writes to has the signs that stand for words, such as ✓."""
    try:
        SIGNS.encode(console.encoding)
    except UnicodeEncodeError:
        return False
    return True


@dataclass
class Prose:
    """Sentences, broken at words to the terminal's width; elsewhere than in a terminal they stay whole.

    From the second line on, they are indented by `hang`, else as far as the first one is or its number reaches.
    """

    text: Text
    hang: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split("\n", allow_blank=True):
            numbered = NUMBERED.match(line.plain)
            hang = self.hang if self.hang is not None else len(numbered[0]) if numbered else 0
            yield from broken(line, None if console.soft_wrap else options.max_width, hang)


def say(console: Console, text: Text | str, style: str = "", hang: int | None = None) -> None:
    """Print sentences, as `Prose`."""
    told = Text(text, style=style) if isinstance(text, str) else text
    console.print(Prose(told, hang), crop=False)


def broken(line: Text, width: int | None, hang: int) -> Iterator[Text]:
    """One line as several of at most `width` cells, all but the first indented by `hang`.

    No word is broken: one that is longer stands whole, and the terminal goes on with it in its next line.
    """
    breaks: list[int] = []
    column, end = 0, 0
    for word in WORD.finditer(line.plain) if width else ():
        before, size = cell_len(line.plain[end : word.start()]), cell_len(word[0])
        end = word.end()
        if width and column + before + size > width and column > hang:
            breaks.append(word.start())
            column = hang
        else:
            column += before
        column += size
    for number, part in enumerate(line.divide(breaks)):
        if breaks:
            part.rstrip()
        if number:
            part.pad_left(hang)
        part.no_wrap, part.overflow = True, "ignore"
        yield part
