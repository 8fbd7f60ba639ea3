"""Questions at a terminal, by prompt_toolkit: lines that can be edited, and lists to choose from with arrow keys."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from rediscover.commands.setup.asking import WHICH, Asker, Lines, Nobody, Option, Value, ended
from rediscover.machine.terminal import say
from rediscover.words import clean

AROUND = 10
"""Cells around an option: margins, the sign of the chosen one, its number."""

LEFT = 8
"""Cells beside a question, at least, in which to type."""

KEYS = "(arrow keys or a digit, then Enter)"


class Dialogs(Asker):
    """Answers are typed at a terminal that obeys a cursor's movements. Ctrl-C raises KeyboardInterrupt."""

    def choose(
        self,
        question: str,
        options: Sequence[Option[Value]],
        default: int,
        instead: str,
        other: Callable[[str], Value | None] = lambda _: None,
    ) -> Value:
        say(self._err, f"{question} {KEYS}")
        while True:
            chosen = self._chosen(question, options, default, instead)
            if isinstance(chosen, int):
                return options[chosen].value
            say(self._err, clean(chosen.strip()))  # which the list does not show
            self._note(question, chosen)
            if (value := other(chosen)) is not None:
                return value
            self.refuse(WHICH)

    def _chosen(self, question: str, options: Sequence[Option[Value]], default: int, instead: str) -> int | str:
        """The place of the option that is chosen, or what is pasted."""
        from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
        from prompt_toolkit.keys import Keys
        from prompt_toolkit.shortcuts import choice
        from prompt_toolkit.styles import Style

        pasting = KeyBindings()

        @pasting.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(result=event.data)

        width = self._err.width - AROUND
        shown: list[tuple[int | str, str]] = [
            (place, _within(clean(option.label), width)) for place, option in enumerate(options)
        ]
        style = Style([("selected-option", "bold")])  # no colours, which not everybody sees
        with self._at_terminal(question, instead):
            return choice("", options=shown, default=default, style=style, key_bindings=pasting)

    def _line(self, prompt: str, instead: str) -> str:
        return self._prompted(prompt, instead, is_hidden=False)

    def _hidden_line(self, prompt: str, instead: str) -> str:
        return self._prompted(prompt, instead, is_hidden=True)

    def _prompted(self, prompt: str, instead: str, *, is_hidden: bool) -> str:
        from prompt_toolkit import prompt as prompted

        shown = clean(prompt)
        if cell_len(shown) + LEFT > self._err.width:  # prompt_toolkit breaks lines in the middle of words
            say(self._err, shown)
            shown = "> "
        with self._at_terminal(prompt, instead):
            return prompted(shown, is_password=is_hidden)

    @contextmanager
    def _at_terminal(self, question: str, instead: str) -> Iterator[None]:
        """Standard error, as standard output is for results; the end of the input (Ctrl-D) is NotAnswered."""
        from prompt_toolkit.application import create_app_session
        from prompt_toolkit.output import create_output

        with create_app_session(output=create_output(stdout=sys.stderr)):
            try:
                yield
            except EOFError:
                raise ended(question, instead) from None


def asker(err: Console, *, nobody: bool) -> Asker:
    """Who answers here: nobody, lines, or a person at a terminal that can show more than lines."""
    if nobody:
        return Nobody(err)
    if sys.stdin.isatty() and err.is_terminal and os.environ.get("TERM") not in (None, "dumb", "unknown"):
        return Dialogs(err)
    return Lines(err)


def _within(label: str, width: int) -> str:
    return label if cell_len(label) <= width else f"{set_cell_size(label, width - 1).rstrip()}…"
