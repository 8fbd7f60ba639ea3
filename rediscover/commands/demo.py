"""`rediscover demo`: two weeks of a simulated Spotify, on the state machine as it is deployed."""

import json
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rediscover.commands.demo_music import KEPT_IN_WEEK_2, NEW_IN_WEEK_2, WEEK_1
from rediscover.commands.results import lines
from rediscover.engine import Engine
from rediscover.executions.finished import Ended
from rediscover.executions.timeline import moment_of
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.places.local import attend
from rediscover.simulator import Fault, Simulator
from rediscover.words import reason, took
from rediscover_archive.text import cause_in_words, counted

INTRODUCTION = (
    "A simulated Spotify and the real state machine, deployed from template.yaml to an engine on this machine."
)


def demo(environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Archive a playlist for two weeks and check the archive; 0 when all went as it should.

    Works in a home of its own, below the usual one, which is emptied first. Raises UserError.
    """
    home = Home(Home.of(environment).path / "demo")
    with home.locked(), Simulator() as spotify:
        home.empty()
        weeks = Weeks(spotify, home, out, err)
        say(out, INTRODUCTION)
        with weeks.engine():
            weeks.first()
            weeks.second()
            weeks.second_again()
        return weeks.sum_up()


@dataclass
class Weeks:
    """The course of the demo, and what each run came to."""

    spotify: Simulator
    home: Home
    out: Console
    err: Console
    runs: list[tuple[str, Ended]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.week_1 = tracks_of(self.spotify, WEEK_1)
        kept = [track for track in self.week_1 if track["name"] in KEPT_IN_WEEK_2]
        self.week_2 = kept + tracks_of(self.spotify, NEW_IN_WEEK_2)
        self.source = self.spotify.create_playlist("Discover Weekly copy", self.week_1)
        self.target = self.spotify.create_playlist("Rediscovered")

    @contextmanager
    def engine(self) -> Iterator[None]:
        """The engine with the template deployed, set up for the two playlists and the simulated account."""
        parameters = {
            "SourcePlaylist": self.source,
            "TargetPlaylist": self.target,
            **self.spotify.parameters,
            "SettleSeconds": "1",
            "ScheduleState": "ENABLED",
        }
        self.err.print(Text("Starting the embedded engine …", style="dim"))
        with Engine(self.home.path, parameters) as self._engine:
            self._engine.client("secretsmanager").put_secret_value(
                SecretId=self._engine.outputs["CredentialsSecretArn"],
                SecretString=json.dumps(self.spotify.credentials),
            )
            yield

    def first(self) -> None:
        """Everything is new."""
        self._run("Week 1", "Spotify offers 30 tracks; the schedule's rule starts the state machine.")

    def second(self) -> None:
        """Other tracks, a few known ones, and a Spotify that is unwell."""
        self.spotify.replace(self.source, self.week_2)
        self.spotify.faults.add(Fault("unavailable", "GET", f"/playlists/{self.source}"))
        self.spotify.faults.add(Fault("rate_limited", "POST", f"/playlists/{self.target}/", retry_after=2))
        self._run("Week 2", "30 others, 4 of them known; Spotify fails once, and once asks to wait for 2 s.")

    def second_again(self) -> None:
        """The rule fires twice."""
        self._run("Week 2 again", "The rule fires a second time; nothing may be added twice.")

    def sum_up(self) -> int:
        """The counts, and whether the archive is what it should be; the exit code."""
        grid = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
        for title in ("", "added", "Spotify requests", "took"):
            grid.add_column(title, justify="right" if title else "left", header_style="dim")
        for title, ended in self.runs:
            grid.add_row(title, *_figures(ended))
        expected = list(dict.fromkeys(track["uri"] for track in self.week_1 + self.week_2))
        right = self.spotify.uris(self.target) == expected and all(ended.succeeded for _, ended in self.runs)
        verdict = "verified" if right else "NOT SO"
        self._title("Summary")
        self.out.print(grid)
        self.out.print(
            Text(f"\nThe target holds {counted(len(self.spotify.uris(self.target)), 'track')}. ").append(
                f"Every track once, in order: {verdict}.", style="green" if right else "red"
            )
        )
        self.out.print(Text(f"Look further:  {_look_further(self.home)}"), soft_wrap=True)
        return 0 if right else 1

    def _run(self, title: str, about: str) -> None:
        self._title(title)
        say(self.out, about)
        started = self._engine.fire_rule(self._engine.outputs["ScheduleRuleName"])
        ended = attend(self._engine, started[0], self.home.executions, self.err)
        self.runs.append((title, ended))
        self.out.print()
        for line in lines(ended.report) if ended.report else _reason(ended):
            say(self.out, line)

    def _title(self, title: str) -> None:
        self.out.print(Text(f"\n{title}", style="bold"))


def tracks_of(spotify: Simulator, text: str) -> list[dict[str, Any]]:
    """The tracks that `text` lists (demo_music), published."""
    listed = [line.split(" – ") for line in text.splitlines()]
    return [spotify.track(name, artists.split(", ")) for name, artists in listed]


def _figures(ended: Ended) -> tuple[str, str, str]:
    execution = ended.execution
    duration = took(moment_of(execution["stopDate"]) - moment_of(execution["startDate"]))
    if ended.output is None:
        return "-", "-", duration
    added = sum(pair["added"] for pair in ended.output["pairs"])
    return str(added), str(ended.output["spotify_requests"]), duration


def _reason(ended: Ended) -> Iterator[str]:
    error, cause = ended.execution.get("error"), cause_in_words(ended.execution.get("cause"))
    yield f"{ended.execution['status']}: {reason(error, cause)}"


def _look_further(home: Home) -> str:
    installed = shutil.which("rediscover")
    command = "rediscover" if installed else str(Path(sys.executable).with_name("rediscover"))
    return f"REDISCOVER_HOME={shlex.quote(str(home.path))} {shlex.quote(command)} history"
