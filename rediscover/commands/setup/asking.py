"""Questions and their answers: lines that are typed or piped, or nobody to ask."""

import getpass
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.console import Console

from rediscover.errors import WRONG_COMMAND_LINE, UserError
from rediscover.machine.terminal import say
from rediscover.words import clean
from rediscover_archive.text import repeated

Value = TypeVar("Value")
WHAT_STAYS = "What is set up until here stays."
WHICH = "Give the number or the name of one of them, and of one only."
ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


class NotAnswered(UserError):
    """Something is to be known that nobody says."""


class NotTaken(UserError):
    """An answer cannot be taken, and nobody is there to give another: the next line answers another question."""

    exit_code = WRONG_COMMAND_LINE


@dataclass(frozen=True)
class Option(Generic[Value]):
    """One of several answers. `label` is what is shown of it; `name` what it may be called by instead of its number."""

    value: Value
    label: str
    name: str = ""


class Asker(ABC):
    """Whoever answers. Each question names what to give `instead` where it cannot be asked, such as a flag."""

    def __init__(self, err: Console) -> None:
        self._err = err
        self._last = ""  # what was answered last, to which question

    @property
    def is_attended(self) -> bool:
        """Whether somebody is there who can answer once more."""
        return True

    def refuse(self, why: str) -> None:
        """Say why the last answer cannot be taken, before it is asked again. Raises NotTaken where nobody is there."""
        if not self.is_attended:
            raise NotTaken(f"{self._last} cannot be taken: {why} No answer after it was read. {WHAT_STAYS}")
        say(self._err, why, "yellow")

    def text(self, question: str, instead: str, default: str = "") -> str:
        """What is answered; the default for nothing. Raises NotAnswered."""
        shown = f" [{default}]" if default else ""
        answer = self._line(f"{question}{shown}: ", instead).strip() or default
        self._note(question, answer)
        return answer

    def secret(self, question: str, instead: str) -> str:
        """What is answered, which is not shown. Raises NotAnswered."""
        answer = self._hidden_line(f"{question}: ", instead).strip()
        self._last = f"The answer to “{question}”, which is not shown,"
        return answer

    def confirm(self, question: str, default: bool) -> bool:
        """Whether the answer is yes. Raises NotAnswered."""
        while True:
            typed = self._line(f"{question} [{'Y/n' if default else 'y/N'}] ", "").strip().lower()
            if typed in ("", *ANSWERS):
                return ANSWERS.get(typed, default)
            self._note(question, typed)
            self.refuse("Answer y or n.")

    def choose(
        self,
        question: str,
        options: Sequence[Option[Value]],
        default: int,
        instead: str,
        other: Callable[[str], Value | None] = lambda _: None,
    ) -> Value:
        """The value of the option that is chosen; `default` is the place of the one for nothing. Raises NotAnswered.

        `other` is the value that another text stands for, such as a link; None for one that stands for nothing.
        """
        say(self._err, question)
        for number, option in enumerate(options, 1):
            say(self._err, f"{number:>4}. {option.label}")
        while True:
            typed = self.text("Number or name", instead, str(default + 1))
            self._note(question, typed)
            if found := _meant(typed, options):
                return found.value
            if (value := other(typed)) is not None:
                return value
            self.refuse(WHICH)

    def _note(self, question: str, answer: str) -> None:
        self._last = f"The answer {repeated(answer)} to “{question}”"

    @abstractmethod
    def _line(self, prompt: str, instead: str) -> str:
        """A line that is answered. Raises NotAnswered."""

    @abstractmethod
    def _hidden_line(self, prompt: str, instead: str) -> str:
        """A line that is answered and not shown. Raises NotAnswered."""


class Lines(Asker):
    """Answers are lines of standard input, which may be piped."""

    @property
    def is_attended(self) -> bool:
        return sys.stdin.isatty()

    def _line(self, prompt: str, instead: str) -> str:
        print(clean(prompt), end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=sys.stderr)
            raise ended(prompt, instead)
        if not sys.stdin.isatty():  # which would have shown the line's end
            print(file=sys.stderr)
        return line

    def _hidden_line(self, prompt: str, instead: str) -> str:
        if sys.stdin.isatty():
            try:
                return getpass.getpass(prompt, stream=sys.stderr)
            except EOFError:
                raise ended(prompt, instead) from None
        return self._line(prompt, instead)


class Nobody(Asker):
    """Nobody is asked: every default is taken."""

    is_attended = False

    def text(self, question: str, instead: str, default: str = "") -> str:
        return default or self._line(question, instead)

    def confirm(self, question: str, default: bool) -> bool:  # noqa: ARG002 (Asker's)
        return default

    def choose(
        self,
        question: str,
        options: Sequence[Option[Value]],  # noqa: ARG002 (Asker's)
        default: int,  # noqa: ARG002 (Asker's)
        instead: str,
        other: Callable[[str], Value | None] = lambda _: None,  # noqa: ARG002 (Asker's)
    ) -> Value:
        raise NotAnswered(f"Nobody is asked, so give {instead}: “{_asked(question)}” {WHAT_STAYS}")

    def _line(self, prompt: str, instead: str) -> str:
        raise NotAnswered(f"Nobody is asked, so give {instead}: “{_asked(prompt)}”. {WHAT_STAYS}")

    _hidden_line = _line


def ended(question: str, instead: str) -> NotAnswered:
    """There are no more answers."""
    give = f" Give {instead}, or answer it." if instead else ""
    return NotAnswered(f"The answers ended before “{_asked(question)}”.{give} {WHAT_STAYS}")


def _asked(question: str) -> str:
    return question.partition(" [")[0].rstrip(": ")


def _meant(typed: str, options: Sequence[Option[Value]]) -> Option[Value] | None:
    """The option of that number or name; else the only one whose name has it in it."""
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1]
    wanted = typed.casefold()
    named = [option for option in options if option.name.casefold() == wanted]
    found = named or [option for option in options if wanted in option.name.casefold()]
    return found[0] if len(found) == 1 else None
