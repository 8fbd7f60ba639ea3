"""A run that needs a target which is made for a name."""

from dataclasses import replace

import pytest

from rediscover.simulator import Simulator
from rediscover_archive.documents import Documents
from rediscover_archive.errors import TargetInDoubt
from rediscover_archive.pairs import memory
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.items import Item
from rediscover_archive.targets.making import Found, Maker

NAME = "(re)Discover 2026"


class MakingRun:
    """A run that needs the target of a name, attempt by attempt, as the state machine makes them."""

    def __init__(self, simulator: Simulator, documents: Documents, spotify: Spotify, name: str = "run") -> None:
        self.simulator = simulator
        self.documents = documents
        self.maker = Maker(spotify=spotify, documents=documents, run=name, dry_run=False, waited_for="")

    def attempt(self, *, dry_run: bool = False) -> Found:
        return replace(self.maker, dry_run=dry_run).find(NAME)

    def wait(self) -> None:
        """An attempt that asks to wait, and the wait."""
        with pytest.raises(TargetInDoubt) as doubt:
            self.attempt()
        self.maker = replace(self.maker, waited_for=str(doubt.value))

    def fill(self, playlist_id: str, total: int) -> None:
        """What VerifyTarget remembers of a playlist with so many items."""
        items = [Item(uri=f"spotify:track:{number:022}") for number in range(total)]
        where = memory.memory_key(playlist_id, "target")
        memory.remember(self.documents, where, Memory(playlist_id, total, items, ["s"]), "target")

    @property
    def made(self) -> list[str]:
        """Names of all the playlists there are."""
        return [playlist.name for playlist in self.simulator.playlists.values()]
