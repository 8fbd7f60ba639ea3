"""The recorded walk: every command, typed in a terminal from nothing, does what docs/walk.md shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.chromium import CHROMIUM
from tests.support.consent import free_port
from tests.support.few import SOAK
from tools.walk.documents import abridged, write
from tools.walk.listener import at_a_real_browser, in_plain_http
from tools.walk.story import Step, walk
from tools.walk.terminal import Terminal, screen

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = [
    pytest.mark.skipif(not SOAK, reason="it takes two minutes: make soak, and make walk, which records it"),
    pytest.mark.timeout(900),
]
PICTURES = ("demo.svg", "doctor.svg", "history.svg")


@pytest.fixture(scope="module")
def consents() -> list[str]:
    """The addresses at which the listener agreed in a browser."""
    return []


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory, consents: list[str]) -> list[Step]:
    folder = tmp_path_factory.mktemp("walk")
    agree: Callable[[str], None] = in_plain_http
    if CHROMIUM:
        in_browser = at_a_real_browser(tmp_path_factory.mktemp("profile"))

        def agree(address: str) -> None:
            in_browser(address)
            consents.append(address)

    return walk(folder, agree, free_port())


def test_every_command_does_what_it_must_from_nothing(steps: list[Step]) -> None:
    typed = {step.typed.command.split()[1] for step in steps}
    assert typed == {"--help", "demo", "doctor", "authorize", "run", "history"}
    assert len([step for step in steps if "--aws" in step.typed.command]) == 5


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine: the consents were given in plain HTTP")
def test_the_consents_were_given_in_a_real_browser(steps: list[Step], consents: list[str]) -> None:
    assert len(consents) == len([step for step in steps if "Authorized until" in " ".join(step.typed.plain)]) == 2


def test_the_documents_show_the_walk_and_nothing_of_the_machine(steps: list[Step], tmp_path: Path) -> None:
    write(steps, tmp_path)
    page = (tmp_path / "walk.md").read_text()
    assert all(f"$ {step.typed.command}\n" in page for step in steps)
    assert "Every track once, in order: verified." in page
    for document in [tmp_path / "walk.md", *(tmp_path / name for name in PICTURES)]:
        content = document.read_text()
        assert str(tmp_path.parent) not in content
        assert "\x1b" not in content
        assert "@font-face" not in content
        assert "url(http" not in content
        assert len(content.encode()) < 60_000


def test_documents_that_would_differ_in_times_alone_stay_as_they_are(steps: list[Step], tmp_path: Path) -> None:
    write(steps, tmp_path)
    for path in tmp_path.iterdir():
        path.write_text(path.read_text().replace("2027-", "2031-"))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    write(steps, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "walk.md").write_text((tmp_path / "walk.md").read_text().replace("30 tracks", "31 tracks"))
    write(steps, tmp_path)
    assert "31 tracks" not in (tmp_path / "walk.md").read_text()


def test_the_documents_in_the_repository_have_every_command_of_the_walk(steps: list[Step]) -> None:
    page = (DOCS / "walk.md").read_text()
    told = [step.why for step in steps if step.why not in page]
    assert told == [], "run `make walk`"
    assert [name for name in PICTURES if not (DOCS / name).exists()] == []


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
