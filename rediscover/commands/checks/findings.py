"""What `rediscover doctor` finds out, one line each."""

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from rediscover.machine.terminal import NARROW, has_signs, say
from rediscover.words import clean

MARKS = {True: ("✓", "ok ", "green"), False: ("✗", "BAD", "red"), None: ("–", "-  ", "dim")}
"""A sign, a word for terminals that have no signs, and a colour."""

WIDTH = 14


@dataclass(frozen=True)
class Finding:
    """`ok` is None for what was not checked. `told` says what is, and what to do where something is to be done."""

    name: str
    ok: bool | None
    told: str

    def show(self, out: Console) -> None:
        """Print it."""
        sign, word, style = MARKS[self.ok]
        line = Text().append(sign if has_signs(out) else word, style=style)
        line.append(f" {self.name:<{WIDTH}} ", style="bold")
        hang = line.cell_len if out.width >= NARROW else 2
        say(out, line.append(clean(self.told)), hang=hang)


def good(name: str, told: str) -> Finding:
    return Finding(name, True, told)


def bad(name: str, told: str | Exception) -> Finding:
    return Finding(name, False, str(told))


def unchecked(name: str, why: str) -> Finding:
    return Finding(name, None, why)
