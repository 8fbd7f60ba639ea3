"""A home that `rediscover doctor` examines, at the simulated Spotify."""

import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from rediscover.commands.doctor import DoctorArguments, doctor
from rediscover.places.home import Home
from rediscover.simulator import Simulator
from tests.support.command import spotify_at

DISCOVER_WEEKLY = "37i9dQZEVXcJZyENOWUFo7"
LINES = ("Credentials", "Accepted", "Scopes", "Authorization", "Account", "Source", "Target")


class Patient:
    """A home with credentials, a source, a target, and what the doctor says of them."""

    def __init__(self, path: Path, spotify: Simulator) -> None:
        self.spotify = spotify
        self.environment = {"REDISCOVER_HOME": str(path), **spotify_at(spotify)}
        self.home = Home.of(self.environment)
        self.source: str | None = spotify.create_playlist("Inbox", spotify.tracks(3))
        self.target: str | None = spotify.create_playlist("Archive")
        self.printed = ""
        self.store()

    def store(self, **changed: Any) -> None:
        self.home.credentials.write_text(json.dumps({**self.spotify.credentials, **changed}))

    def examine_lines(self, source: str | list[str] | None) -> tuple[int, list[str]]:
        """The exit code, and each line."""
        out = io.StringIO()
        console = Console(file=out, highlight=False, markup=False, soft_wrap=True)
        code = doctor(DoctorArguments(source, self.target, None), self.environment, console)
        self.printed += out.getvalue()
        return code, out.getvalue().splitlines()

    def examine(self) -> tuple[int, dict[str, str]]:
        """The exit code, and each line by its name: mark and sentence."""
        code, told = self.examine_lines(self.source)
        lines = [line.split(maxsplit=2) for line in told]
        assert [name for _, name, _ in lines] == list(LINES)
        return code, {name: f"{mark} {told}" for mark, name, told in lines}


def marks(lines: dict[str, str]) -> str:
    return "".join(line[0] for line in lines.values())
