"""What `rediscover doctor` finds out, one line each."""

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from rediscover.words import clean

MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("–", "dim")}
WIDTH = 14


@dataclass(frozen=True)
class Finding:
    """`ok` is None for what was not checked. `told` says what is, and what to do where something is to be done."""

    name: str
    ok: bool | None
    told: str

    def show(self, out: Console) -> None:
        """Print it."""
        mark, style = MARKS[self.ok]
        line = Text().append(mark, style=style).append(f" {self.name:<{WIDTH}} ", style="bold").append(clean(self.told))
        out.print(line, soft_wrap=True)


def good(name: str, told: str) -> Finding:
    return Finding(name, True, told)


def bad(name: str, told: str | Exception) -> Finding:
    return Finding(name, False, str(told))


def unchecked(name: str, why: str) -> Finding:
    return Finding(name, None, why)
