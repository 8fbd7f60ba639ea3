"""A plan to add to a target, carried out by hand."""

from dataclasses import replace
from typing import Any

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.pairs.adding import Adder
from rediscover_archive.pairs.plan import Plan, Progress
from rediscover_archive.spotify.client import Spotify

POSITIONS = pytest.mark.parametrize("position", ["bottom", "top"])


class Addition:
    """A plan to add `count` new tracks to a target of `before` tracks."""

    def __init__(
        self, simulator: Simulator, spotify: Spotify, before: int = 3, count: int = 5, position: str = "bottom"
    ) -> None:
        self.simulator = simulator
        self.spotify = spotify
        self.old = [str(track["uri"]) for track in simulator.tracks(before, "Old")]
        self.new = [str(track["uri"]) for track in simulator.tracks(count, "New")]
        self.target = simulator.create_playlist("Archive", self.old)
        tracks: list[dict[str, Any]] = [{"uri": uri, "name": "", "artists": [], "isrc": None} for uri in self.new]
        self.plan = Plan(self.target, before, tracks, [], position, backwards=position == "top")
        self.progress = Progress()
        self.saved: list[Progress] = []

    def add(self, *, interrupted: bool = False) -> None:
        Adder(
            spotify=self.spotify,
            plan=self.plan,
            progress=self.progress,
            save=lambda progress: self.saved.append(replace(progress)),
            note=lambda _: None,
            lag=0,
            beside=self.old[0 if self.plan.on_top else -1] if self.old else None,
        ).add_next_batch(interrupted=interrupted)

    def archive(self) -> list[str | None]:
        return self.simulator.uris(self.target)

    def whole(self) -> list[str]:
        """What the target holds when all is done."""
        return self.new + self.old if self.plan.on_top else self.old + self.new
