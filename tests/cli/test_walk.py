"""The recorded walk: every command, typed in a terminal from nothing, does what docs/walk.md shows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.chromium import CHROMIUM
from tests.support.consent import free_port
from tests.support.few import SOAK
from tools.walk.documents import write
from tools.walk.listener import at_a_real_browser, in_plain_http
from tools.walk.story import walk
from tools.walk.walker import Step

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = [
    pytest.mark.skipif(not SOAK, reason="it takes two minutes: make soak, and make walk, which records it"),
    pytest.mark.timeout(900),
]
PICTURES = ("demo.svg", "doctor.svg", "history.svg", "run.svg", "setup.svg")


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
    typed = {command for step in steps for command in re.findall(r"rediscover (\S+)", step.typed.command)}
    shown = next(step for step in steps if step.typed.command == "rediscover --help")
    assert typed - {"--help"} == set(re.findall(r"^ {4}([a-z]+)\b", "\n".join(shown.typed.plain), re.MULTILINE))
    assert len([step for step in steps if "--aws" in step.typed.command]) == 5


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine: the consents were given in plain HTTP")
def test_the_consents_were_given_in_a_real_browser(steps: list[Step], consents: list[str]) -> None:
    assert len(consents) == len([step for step in steps if "Authorized until" in " ".join(step.typed.plain)]) == 3


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
        path.write_text(re.sub(r"2027-|2026-W\d\d", lambda found: f"2031{found[0][4:]}", path.read_text()))
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
