"""What the recorded walk is written with: a terminal, its screen, and the pictures of the page."""

from pathlib import Path

import pytest

from tests.support.chromium import CHROMIUM
from tools.walk.documents import abridged
from tools.walk.screen import screen
from tools.walk.terminal import Terminal
from tools.walk.year import WINDOWS, picture_page, year

DOCS = Path(__file__).parents[2] / "docs"


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


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")
def test_the_pictures_of_the_page_are_small_and_those_of_the_repository_show_the_same_windows(tmp_path: Path) -> None:
    picture_page(tmp_path, tmp_path)
    page = (DOCS / "page.md").read_text()
    for window in WINDOWS:
        for picture in (tmp_path / window.name, DOCS / window.name):
            content = picture.read_bytes()
            size = [int.from_bytes(content[place : place + 4], "big") for place in (16, 20)]
            assert size == [window.width * window.scale, window.height * window.scale]
            assert len(content) < 300_000
        assert window.name in page


def test_the_pictured_year_has_weeks_of_every_kind_and_no_track_twice() -> None:
    (archive,) = year().archives
    assert {week.status for week in archive.weeks} == {"kept", "heard", "unchanged", "missed"}
    assert len({track.uri for track in archive.tracks}) == len(archive.tracks) == sum(w.added for w in archive.weeks)
