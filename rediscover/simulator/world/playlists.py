"""Playlists with the delays that readers of the Web API see after a write.

Measured on the real service in September 2026: items are exact about 0.6 s after a write, while the
`snapshot_id` that the write returned stays invisible for more than 30 s and others appear before it.
"""

import base64
import math
import secrets
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rediscover.simulator.world.media import Media

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a playlist; `media` is None when Spotify no longer knows what it was."""

    media: Media | None
    added_at: str | None
    added_by: str | None

    @property
    def uri(self) -> str | None:
        return None if self.media is None else str(self.media["uri"])


Entries = tuple[Entry, ...]


class Lagging(Generic[T]):
    """A value whose new states become visible some time after they were set."""

    def __init__(self, value: T) -> None:
        self._states: list[tuple[float, T]] = [(-math.inf, value)]

    @property
    def latest(self) -> T:
        """The state that everybody will see in the end."""
        return self._states[-1][1]

    def seen_at(self, now: float) -> T:
        """The state visible at `now`, a time that never goes back."""
        past = sum(since <= now for since, _ in self._states)
        del self._states[: past - 1]
        return self._states[0][1]

    def set(self, value: T, visible_from: float) -> None:
        """Add a state; older ones that would appear after it never do."""
        self._states = [state for state in self._states if state[0] <= visible_from]
        self._states.append((visible_from, value))


@dataclass
class Playlist:
    """A playlist; `now`, `listed_from` (when it shows in lists of playlists) and lags are in seconds.

    `versions` are its entries by every snapshot id that it had.
    """

    id: str
    name: str
    owner: str
    collaborative: bool = False
    public: bool = False
    description: str = ""
    invited: set[str] = field(default_factory=set)
    entries: Lagging[Entries] = field(default_factory=lambda: Lagging(()))
    snapshot: Lagging[str] = field(default_factory=lambda: Lagging(_new_snapshot_id(0)))
    edits: int = 0
    versions: dict[str, Entries] = field(default_factory=dict)
    listed_from: float = -math.inf

    def __post_init__(self) -> None:
        self.versions[self.snapshot.latest] = self.entries.latest

    def edit(self, entries: Entries, now: float) -> None:
        """A change by the user in Spotify's app: visible at once."""
        self.entries.set(entries, now)
        self.touch(now)

    def touch(self, now: float) -> None:
        """Give the playlist a new snapshot id, visible at once."""
        self.snapshot.set(self._next_snapshot_id(), now)

    def write(self, entries: Entries, now: float, items_lag: float, snapshot_lag: float) -> str:
        """A change through the API. Returns the snapshot id that readers see after the lag.

        Halfway through the lag another id appears that nobody was told.
        """
        self.entries.set(entries, now + items_lag)
        if snapshot_lag:
            self.snapshot.set(self._next_snapshot_id(), now + snapshot_lag / 2)
        returned = self._next_snapshot_id()
        self.snapshot.set(returned, now + snapshot_lag)
        return returned

    def _next_snapshot_id(self) -> str:
        self.edits += 1
        snapshot_id = _new_snapshot_id(self.edits)
        self.versions[snapshot_id] = self.entries.latest
        return snapshot_id


def _new_snapshot_id(edits: int) -> str:
    return base64.b64encode(f"{edits},{secrets.token_hex(20)}".encode()).decode()
