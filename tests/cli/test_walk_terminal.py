"""What the recorded walk is written with: a terminal and its screen."""

from pathlib import Path

import pytest

from tools.walk.documents import abridged
from tools.walk.screen import screen
from tools.walk.terminal import Terminal


def test_a_screen_shows_what_stands_in_the_end() -> None:
    live = "head\r\n\x1b[?25lone\r\ntwo\r\x1b[2K\x1b[1A\x1b[2K\x1b[32mdone\x1b[0m\r\n\x1b[?25h"
    assert screen(live) == ["head", "\x1b[32mdone\x1b[0m"]
    with pytest.raises(ValueError, match="not understood"):
        screen("\x1b[5;5Hsomewhere")


def test_a_terminal_gives_a_command_its_answers_its_width_and_nothing_else(tmp_path: Path) -> None:
    terminal = Terminal({"PATH": "/usr/bin:/bin"}, tmp_path, {str(tmp_path): "~"})
    typed = terminal.type('printf "Name: "; read name; stty size; pwd; echo "hello $name"; exit 3', [("Name", "you")])
    assert (typed.code, typed.plain) == (3, ["Name: you", "60 100", "~", "hello you"])
    with pytest.raises(TimeoutError, match="does not end"):
        terminal.type("sleep 30", seconds=0.2)


def test_of_a_list_of_tracks_the_middle_is_left_out() -> None:
    tracks = [f"   {number}. Song" for number in range(1, 8)]
    assert abridged(["Added:", *tracks, "end"]) == ["Added:", *tracks[:3], "    […]", tracks[-1], "end"]
    assert abridged(tracks[:4]) == tracks[:4]


def test_a_question_that_is_redrawn_stands_there_once_as_it_was_answered() -> None:
    asked = "Which?\r\n\x1b[?2004h\x1b[6n\x1b[0m\x1b[0;1m> 1. Inbox\x1b[0m\r\n  2. Kept\x1b[J"
    chosen = "\x08\x1b[8D\x1b[1A\x1b[0m  1. Inbox\r\n\x1b[0;1m> 2. Kept\x1b[0m\x1b[K\r\r\n\x1b[Jnext"
    assert screen(asked + chosen) == ["Which?", "  1. Inbox", "\x1b[1m> 2. Kept\x1b[0m", "next"]


def test_a_terminal_says_where_its_cursor_is(tmp_path: Path) -> None:
    asks = r"stty -icanon -echo; printf '\033[6n'; head -c 6 | od -An -c"
    typed = Terminal({"PATH": "/usr/bin:/bin"}, tmp_path).type(asks, seconds=10)
    assert " ".join(typed.plain).split() == ["033", "[", "1", ";", "1", "R"]
