"""Adding a batch so that each of its tracks is in the target once, whatever became of earlier attempts."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from archive.errors import ItemRefused, PlaylistFull, RequestRefused, SpotifyUnavailable
from archive.plan import Plan, Progress
from archive.reading import read_pages
from archive.spotify import BATCH, PAGE, Page, Spotify

CAP = 10_000
"""Items at which Spotify was seen to refuse more (older documentation; not documented today)."""


@dataclass
class Adder:
    """Adds the plan's batches one by one.

    `save` keeps the progress before and after whatever may change the target; `lag` is how many seconds Spotify may
    take to show a write.
    """

    spotify: Spotify
    plan: Plan
    progress: Progress
    save: Callable[[Progress], None]
    lag: float
    left_out: list[dict[str, str]] = field(default_factory=list, init=False)

    def add_next_batch(self, *, in_doubt: bool) -> None:
        """Add the batch at `progress.next`; `in_doubt` where any of it could be in the target already.

        Raises PlaylistFull, RequestRefused and what Spotify.add and Spotify.page raise.
        """
        batch = self.plan.uris[self.progress.next : self.progress.next + BATCH]
        if in_doubt:
            time.sleep(self.lag)
            there = self._tail()
            batch = [uri for uri in batch if uri not in there]
        self.progress.sending = True
        self.save(self.progress)
        if batch:
            self._add(batch)
        self.progress.next = min(self.progress.next + BATCH, len(self.plan.tracks))
        self.progress.sending = False
        self.progress.left_out += self.left_out
        self.save(self.progress)

    def _add(self, uris: list[str]) -> None:
        """Add `uris` in order, leaving out those that Spotify refuses."""
        try:
            snapshot_id = self.spotify.add(self.plan.target, uris)
            self.progress.snapshot_id = snapshot_id or self.progress.snapshot_id
        except ItemRefused as refusal:
            self._add_without_refused(uris, str(refusal))
        except PlaylistFull:
            raise self._full() from None
        except (SpotifyUnavailable, RequestRefused) as error:
            raise self._full() if self._size() + len(uris) > CAP else error from None

    def _add_without_refused(self, uris: list[str], reason: str) -> None:
        named = [uri for uri in uris if re.search(re.escape(uri) + r"(?![0-9A-Za-z])", reason)]
        if len(uris) == 1 or named:
            refused = named or uris
            self.left_out += [{"uri": uri, "reason": f"Spotify refuses it: {reason}"[:300]} for uri in refused]
            parts = [[uri for uri in uris if uri not in refused]]
        else:
            middle = len(uris) // 2
            parts = [uris[:middle], uris[middle:]]
        for part in parts:
            if part:
                self._add(part)

    def _tail(self) -> set[str | None]:
        """The URIs at the end of the target, from far enough up to hold all that this run may have added.

        This run's tracks begin where the target ended before, or, if the listener removed some meanwhile, at most a
        batch higher while the total is what it would be without this batch. With a smaller total everything is read.
        """
        playlist_id = self.plan.target
        total = self.spotify.page(playlist_id, max(0, self.plan.before - BATCH), "uri").total
        removed = total < self._size()
        start = 0 if removed else max(0, self.plan.before - BATCH)
        pages: dict[int, Page] = {}
        read_pages(self.spotify, playlist_id, range(start, max(total, start + 1), PAGE), "uri", pages)
        return {item.uri for page in pages.values() for item in page.items}

    def _size(self) -> int:
        return self.plan.before + self.progress.added

    def _full(self) -> PlaylistFull:
        left = len(self.plan.tracks) - self.progress.next
        return PlaylistFull(
            f"Playlist {self.plan.target} is full at {self._size()} items; {left} tracks are still to add. "
            "Give the pair a new target: the tracks that fitted stay, and the next run adds the others."
        )
