"""Whose client id and secret `rediscover authorize` uses."""

import sys
from pathlib import Path

import pytest

from rediscover.commands import authorize
from rediscover.commands.authorize import client_of
from rediscover.errors import MissingCredentials
from rediscover.places.secret import SecretFile
from tests.support.consent import Terminal

OLD = {"spotify_client_id": "old", "spotify_client_secret": "old-secret", "refresh_token": "old-token"}


class Asked:
    """Gives `answers` in turn, and notes what was asked for."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, what: str, hidden: bool) -> str:
        self.asked.append((what, hidden))
        return self._answers.pop(0)


def test_the_app_comes_from_the_environment_then_from_what_is_stored_then_from_the_user(tmp_path: Path) -> None:
    stored = SecretFile(tmp_path / "credentials.json")
    nobody = Asked()
    ask = Asked("asked", "asked-secret")
    found = client_of({}, [stored], ask)
    assert ((found.id, found.secret), ask.asked) == (
        ("asked", "asked-secret"),
        [("Client id", False), ("Client secret", True)],
    )
    stored.write(OLD)
    found = client_of({}, [stored], nobody)
    assert (found.id, found.secret) == ("old", "old-secret")
    found = client_of({"SPOTIFY_CLIENT_ID": "new", "SPOTIFY_CLIENT_SECRET": "new-secret"}, [stored], nobody)
    assert (found.id, found.secret) == ("new", "new-secret")


def test_the_stored_secret_of_one_app_is_never_used_for_another(tmp_path: Path) -> None:
    stored = SecretFile(tmp_path / "credentials.json")
    stored.write(OLD)
    found = client_of({"SPOTIFY_CLIENT_ID": "new"}, [stored], Asked("new-secret"))
    assert (found.id, found.secret) == ("new", "new-secret")


def test_the_secret_is_asked_for_without_an_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []

    def getpass(prompt: str, stream: object) -> str:
        assert stream is sys.stderr
        prompts.append(prompt)
        return "hush"

    monkeypatch.setattr("sys.stdin", Terminal("an-id", ""))
    monkeypatch.setattr("getpass.getpass", getpass)
    assert authorize._ask("Client id", False) == "an-id"
    assert authorize._ask("Client secret", True) == "hush"
    assert [prompt.partition(" (")[0] for prompt in prompts] == ["Client secret"]
    with pytest.raises(MissingCredentials, match="No client id was given"):
        authorize._ask("Client id", False)
