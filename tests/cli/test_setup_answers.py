"""The answers of a sitting: what is pasted at a list, refused, or cannot be offered. Without an account."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from rich.console import Console

from rediscover.commands.setup.asking import Asker, Lines, NotTaken, Option
from rediscover.commands.setup.dialogs import Dialogs
from rediscover.commands.setup.playlists import OwnPlaylist, chosen_source, chosen_target
from rediscover.commands.setup.scheduling import scheduled
from rediscover.commands.setup.sitting import SetupArguments, Sitting
from rediscover.commands.setup.telling import told
from rediscover.commands.telling.services import Service
from rediscover.commands.timers.kinds import kinds
from rediscover.commands.timers.machine import Machine
from rediscover.places.home import Home
from rediscover.places.listener import KeptListener
from rediscover_archive.errors import PlaylistNotFound
from tests.cli.chair import Keyboard

MINE, THEIRS = "I" * 22, "T" * 22
LINK = f"https://open.spotify.com/playlist/{THEIRS}?si=x"
OPTIONS = [Option("one", "The one", "one"), Option("other", "The other", "other")]


class Table:
    """A sitting without an account, whose answers are lines, piped or typed."""

    def __init__(self, patch: pytest.MonkeyPatch, *lines: str, typed: bool = False) -> None:
        stdin = (Keyboard if typed else io.StringIO)("".join(f"{line}\n" for line in lines))
        patch.setattr("sys.stdin", stdin)
        patch.setattr("getpass.getpass", lambda *_, **__: stdin.readline())
        self.shown = io.StringIO()
        self.err = Console(file=self.shown, width=10_000)
        self.asker: Asker = Lines(self.err)
        self.sitting = Sitting(SetupArguments(), {}, self.asker, self.err, self.err)


class Shown:
    """A listener to whom Spotify shows every playlist but those that are `gone`."""

    def __init__(self, *gone: str) -> None:
        self.spotify = SimpleNamespace(head=self._head)
        self._gone = gone

    def _head(self, id: str) -> None:
        if id in self._gone:
            raise PlaylistNotFound(f"Spotify finds no playlist {id}.")


@pytest.mark.parametrize("question", ["source", "target"])
def test_a_link_in_place_of_a_choice_is_the_playlist(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(monkeypatch, LINK, typed=True)
    listener: Any = Shown()
    mine = [OwnPlaylist(MINE, "Inbox", 3)]
    if question == "source":
        assert chosen_source(table.sitting, listener, mine) == LINK
    else:
        assert chosen_target(table.sitting, listener, mine, MINE) == LINK


def test_a_link_in_place_of_a_choice_is_tried_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(monkeypatch, LINK, f"spotify:album:{THEIRS}", "inbox", typed=True)
    assert chosen_source(table.sitting, cast(Any, Shown(THEIRS)), [OwnPlaylist(MINE, "Inbox", 3)]) == MINE
    assert f"Spotify finds no playlist {THEIRS}." in table.shown.getvalue()
    assert "is a Spotify album, not a playlist" in table.shown.getvalue()


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        (f"\x1b[200~{LINK}\n\x1b[201~", LINK),
        ("\x1b[200~12\x1b[201~2\r", "other"),
        ("\x1b[B\r", "other"),
        ("1\r", "one"),
    ],
)
def test_what_is_pasted_at_a_list_is_an_answer_and_no_press_of_its_keys(
    typed: str, chosen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard):
        keyboard.send_text(f"{typed}\r")  # which would choose, if the rest did not
        asker = Dialogs(Console(stderr=True, width=10_000))
        assert (
            asker.choose("Which?", OPTIONS, 0, "", lambda text: text.strip() if "spotify" in text else None) == chosen
        )
    assert ("Give the number or the name" in capsys.readouterr().err) == ("12" in typed)


def test_of_piped_answers_none_is_taken_for_another_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = Table(monkeypatch, "maybe", "two", "other").asker
    with pytest.raises(
        NotTaken, match=r"^The answer 'maybe' to “Send it\?” cannot be taken: Answer y or n\. "
    ) as raised:
        asker.confirm("Send it?", True)
    assert raised.value.exit_code == 2
    with pytest.raises(NotTaken, match=r"^The answer 'two' to “Which\?” cannot be taken: Give the number"):
        asker.choose("Which?", OPTIONS, 0, "")
    assert asker.choose("Which?", OPTIONS, 0, "") == "other"


def test_a_refused_answer_that_is_not_shown_is_named_by_its_question_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asker = Table(monkeypatch, "secret-0815").asker
    asker.secret("Client secret", "")
    with pytest.raises(NotTaken) as raised:
        asker.refuse("Spotify does not take it.")
    assert str(raised.value).startswith("The answer to “Client secret”, which is not shown, cannot be taken: Spotify")
    assert "0815" not in str(raised.value)


def test_a_link_that_is_piped_and_refused_ends_the_sitting(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(monkeypatch, "a link", LINK, "inbox")
    with pytest.raises(
        NotTaken, match=r"to “Link of the source \(nothing to go back\)” cannot be taken: Spotify finds"
    ):
        chosen_source(table.sitting, cast(Any, Shown(THEIRS)), [OwnPlaylist(MINE, "Inbox", 3)])


def test_no_timer_is_offered_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(monkeypatch)
    scheduled(table.sitting, kinds(Machine("linux", tmp_path, {"PATH": str(tmp_path)})))
    told = table.shown.getvalue()
    assert "There is nothing here that starts programs by the clock" in told
    assert "let `rediscover up` run all the time" in told
    assert "machine's timer?" not in told


@pytest.mark.parametrize("typed", [True, False])
def test_a_test_that_is_not_taken_is_said_and_another_url_can_be_given(
    typed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = ["json://down.example/hidden", "json://up.example"]
    monkeypatch.setattr(Service, "tell", lambda self, _: "up.example" in self._plugin.url())
    table = Table(monkeypatch, "y", urls[0], "y", "y", urls[1], "y", typed=typed)
    kept = KeptListener(Home(tmp_path / "home"))
    told(table.sitting, kept)
    shown = table.shown.getvalue()
    assert "JSON (json://) did not take the test: it cannot be reached from here, or" in shown
    assert "hidden" not in shown
    assert json.loads(kept.path.read_text())["urls"] == [urls[1] if typed else urls[0]]
    assert ("Sent. Look whether it arrived." in shown) is typed
