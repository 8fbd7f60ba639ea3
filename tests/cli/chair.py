"""A new user who sits down to `rediscover setup`, at the simulated Spotify."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rediscover import cli
from rediscover.commands.timers.job import Job
from rediscover.commands.timers.machine import NotScheduled
from rediscover.simulator import Simulator
from tests.support.command import spotify_at
from tests.support.consent import Browser, free_port
from tests.support.receiver import SECRETS


class Keyboard(io.StringIO):
    """Standard input where somebody types."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A timer of this machine, which only notes what it is to start."""

    name = "clock"
    suits = True

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.problem: NotScheduled | None = None

    def install(self, job: Job) -> Iterator[str]:
        if self.problem:
            raise self.problem
        self.jobs.append(job)
        yield "a job"

    def shown(self) -> list[str]:
        return [str(job.when) for job in self.jobs]

    def remove(self) -> list[str]:
        return []


class Chair:
    """A new user who sits down, with an app of theirs and nothing set up."""

    def __init__(
        self, home: Path, spotify: Simulator, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self.home, self.spotify = home, spotify
        self.credentials, self.pairs = home / "credentials.json", home / "pairs.json"
        self.listener = home / "notifications.json"
        account = spotify.credentials
        self.app = account["spotify_client_id"], account["spotify_client_secret"]
        self.buttons: list[str] = []
        self.clock = Clock()
        patch.setattr("rediscover.commands.setup.steps.kinds", lambda _: [self.clock])
        self._port = str(free_port())
        self._capsys, self._patch = capsys, patch
        user = home.parent / "user"
        user.mkdir()
        patch.setenv("HOME", str(user))
        for name, value in {"REDISCOVER_HOME": str(home), **spotify_at(spotify)}.items():
            patch.setenv(name, value)
        for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
            patch.delenv(f"SPOTIFY_{name}", raising=False)
        patch.setattr("rediscover.commands.consent.browser.start", self._browse)

    def sits(self, *lines: str, flags: tuple[str, ...] = (), typed: bool = False) -> tuple[int, str, str]:
        """Exit code, output and what was said meanwhile, in which no secret is; `buttons` are pressed in turn.

        The lines are piped, or else `typed` at a terminal that shows lines only.
        """
        stdin = (Keyboard if typed else io.StringIO)("".join(f"{line}\n" for line in lines))
        self._patch.setattr("sys.stdin", stdin)
        self._patch.setattr("getpass.getpass", lambda *_, **__: stdin.readline())
        code = cli.main(["setup", "--port", self._port, *flags])
        printed = self._capsys.readouterr()
        hidden = [*self.spotify.secrets(), *SECRETS]
        assert not [one for one in hidden if one in printed.out + printed.err and one != self.app[0]]
        return code, printed.out, " ".join(printed.err.split())

    def authorized(self, *scopes: str) -> None:
        """The consent was given before."""
        if scopes:
            self.spotify.authorize(scopes)
        self.home.mkdir(mode=0o700, exist_ok=True)
        self.credentials.write_text(json.dumps({**self.spotify.credentials, "authorized_at": "2026-11-20"}))

    @property
    def remembered(self) -> Any:
        return json.loads(self.pairs.read_text())["pairs"]

    def _browse(self, url: str) -> None:
        Browser(self.buttons.pop(0) if self.buttons else "agree").open(url)
