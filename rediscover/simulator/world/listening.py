"""What the listener saved, and what was played."""

from dataclasses import dataclass

from rediscover.simulator.world.media import Media

VISIBLE_PLAYS = 50


@dataclass(frozen=True, slots=True)
class Saved:
    """A liked track; `at` is a Unix time."""

    media: Media
    at: float


@dataclass(frozen=True, slots=True)
class Play:
    """A track that was heard; `at` is a Unix time in milliseconds, `context` a URI or None."""

    media: Media
    at: int
    context: str | None


class Library:
    """The listener's saved tracks and play history."""

    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}
        self._last_saved = 0.0
        self._plays: list[Play] = []

    @property
    def saved(self) -> list[Saved]:
        """The saved tracks, newest first."""
        return [*reversed(self._saved.values())]

    def save(self, track: Media, now: float) -> None:
        """Put a track on top, a second or more after the one before: `added_at` has no fractions.

        ValueError for what cannot be liked: an episode, a local file.
        """
        if not track["uri"].startswith("spotify:track:"):
            raise ValueError(f"{track['uri']} is not a track of the catalogue")
        self._last_saved = max(now, self._last_saved + 1)
        self._saved.pop(track["uri"], None)
        self._saved[track["uri"]] = Saved(track, self._last_saved)

    def unsave(self, uri: str) -> None:
        """Take a track out; KeyError when it is not saved."""
        del self._saved[uri]

    @property
    def plays(self) -> list[Play]:
        """The plays that an app may see, newest first: the latest 50, whatever cursor it asks with."""
        return sorted(self._plays, key=lambda play: play.at, reverse=True)[:VISIBLE_PLAYS]

    def play(self, track: Media, context: str | None, at: float) -> None:
        """Remember a play at a Unix time, or at the first millisecond after it that has none yet."""
        taken = {play.at for play in self._plays}
        moment = round(at * 1000)
        while moment in taken:
            moment += 1
        self._plays.append(Play(track, moment, context))
