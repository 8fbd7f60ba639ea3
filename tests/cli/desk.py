"""One user who types `rediscover authorize`, at the simulated Spotify."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rediscover.commands.authorize import AuthorizeArguments, authorize
from rediscover.simulator import Simulator
from tests.support.command import app_of, spotify_at
from tests.support.consent import Browser, Keyboard, free_port, redirect_of

OLD = {"spotify_client_id": "old", "spotify_client_secret": "old-secret", "refresh_token": "old-token"}


class Desk:
    """One user with a home, an environment and two output streams."""

    def __init__(self, home: Path, spotify: Simulator, patch: pytest.MonkeyPatch) -> None:
        self.spotify = spotify
        self.patch = patch
        self.file = home / "credentials.json"
        self.port = free_port()
        self.environment = {"REDISCOVER_HOME": str(home), **spotify_at(spotify), **app_of(spotify)}
        self.out, self.err = io.StringIO(), io.StringIO()
        self.user = home.parent / "user"
        self.user.mkdir()
        patch.setenv("HOME", str(self.user))
        patch.setattr("sys.stdin", io.StringIO())
        home.mkdir(mode=0o700)
        self.file.write_text(json.dumps(OLD))

    def authorize(self, browser: Browser, *sources: str) -> int:
        self.patch.setattr("rediscover.commands.consent.browser.start", browser.open)
        return self.run(True, *sources)

    def paste(self, button: str = "agree", change: Callable[[str], str] = lambda address: address) -> int:
        """Do without a browser here: the address is pasted."""
        self.type(lambda url: change(redirect_of(url, button)))
        return self.run(browser=False)

    def type(self, answer: Callable[[str], str]) -> None:
        """Have someone type what `answer` makes of the address on the screen."""
        self.patch.setattr("sys.stdin", Keyboard(self.err.getvalue, answer))

    def run(self, browser: bool = True, *sources: str) -> int:
        arguments = AuthorizeArguments(self.port, browser, None, sources)
        out, err = (Console(file=file, highlight=False, markup=False, soft_wrap=True) for file in (self.out, self.err))
        return authorize(arguments, self.environment, out, err)

    @property
    def stored(self) -> Any:
        return json.loads(self.file.read_text())

    @property
    def printed(self) -> str:
        return self.out.getvalue() + self.err.getvalue()


def wrong_state(address: str) -> str:
    return address.replace("state=", "state=x")
