"""Adding a batch so that each of its tracks is in the target once, whatever became of earlier attempts."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from archive.errors import (
    AccessTokenRejected,
    ItemRefused,
    PlaylistFull,
    RequestRefused,
    SpotifyUnavailable,
    Stop,
    Wait,
)
from archive.limits import CAP
from archive.plan import Plan, Progress
from archive.reading import read_on, read_pages, uris_of
from archive.spotify import BATCH, PAGE, Page, Spotify
from archive.text import quoted


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
    sent: bool = field(default=False, init=False)

    def add_next_batch(self, *, interrupted: bool) -> None:
        """Add the batch at `progress.next`, but for what the target holds already.

        The target is looked at where the outcome of an earlier request is not known, or where this attempt is not
        the first (`interrupted`) and the listener may have edited the target meanwhile. Raises PlaylistFull,
        RequestRefused and what Spotify.add and Spotify.page raise.
        """
        if self.progress.sending:
            time.sleep(self.lag)
        if self.progress.sending or interrupted:
            self._look()
        batch = self.plan.uris[self.progress.next : self.progress.next + BATCH]
        missing = [uri for uri in batch if uri not in self.progress.there]
        if missing:
            self._send(missing)
        else:
            self.progress.snapshot_id = ""  # that of a request whose answer was lost
        self.progress.next += len(batch)
        self.progress.sending = False
        self.save(self.progress)

    def _send(self, uris: list[str]) -> None:
        self.progress.sending = True
        self.save(self.progress)
        left_out: list[dict[str, str]] = []
        try:
            self._add(uris, left_out)
        except (Wait, AccessTokenRejected, Stop):
            # Refused, so nothing of that request is there; parts of a batch sent before it may be.
            self.progress.sending = self.sent
            self.save(self.progress)
            raise
        self.progress.left_out += left_out

    def _add(self, uris: list[str], left_out: list[dict[str, str]]) -> None:
        """Add `uris` in order, but for those that Spotify refuses, which go to `left_out`."""
        try:
            position = self.progress.above if self.plan.position == "top" else None
            snapshot_id = self.spotify.add(self.plan.target, uris, position)
        except ItemRefused as refusal:
            self._add_without_refused(uris, str(refusal), left_out)
        except PlaylistFull:
            raise self._full() from None
        except (SpotifyUnavailable, RequestRefused) as error:
            raise self._full() if self._size() + len(uris) > CAP else error from None
        else:
            self.sent = True
            self.progress.above += len(uris)
            self.progress.snapshot_id = snapshot_id

    def _add_without_refused(self, uris: list[str], reason: str, left_out: list[dict[str, str]]) -> None:
        named = [uri for uri in uris if re.search(re.escape(uri) + r"(?![0-9A-Za-z])", reason)]
        if len(uris) == 1 or named:
            refused = named or uris
            left_out += [{"uri": uri, "reason": f"Spotify refuses it: {quoted(reason)}"} for uri in refused]
            parts = [[uri for uri in uris if uri not in refused]]
        else:
            middle = len(uris) // 2
            parts = [uris[:middle], uris[middle:]]
        for part in parts:
            if part:
                self._add(part, left_out)

    def _look(self) -> None:
        """See which tracks the target holds already, and after which of ours the next ones go."""
        found = self._top() if self.plan.position == "top" else self._bottom()
        there = set(found)
        self.progress.there = [uri for uri in self.plan.uris[self.progress.next :] if uri in there]
        ours = set(self.plan.uris[: self.progress.next + BATCH])
        places = [place for place, uri in enumerate(found) if uri in ours]
        self.progress.above = places[-1] + 1 if places else 0

    def _bottom(self) -> list[str | None]:
        """The URIs at the end of the target, from far enough up to hold all that this run may have added.

        This run's tracks begin where the target ended before, or, if the listener removed some meanwhile, at most a
        batch higher while the total is what it would be without this batch. With a smaller total everything is read.
        """
        first = self._fetch(max(0, self.plan.before - BATCH))
        start = 0 if first.total < self._size() else first.offset
        pages = {first.offset: first}
        read_on(self._fetch, start, first.total, pages)
        return uris_of(pages)

    def _top(self) -> list[str | None]:
        """The URIs at the top of the target, as far down as this run's tracks may have come.

        While the total is no larger than this run can have made it, they are at most a batch lower than where it put
        them; with a larger one the listener added some, and everything is read.
        """
        first = self._fetch(0)
        end = self.progress.added + 2 * BATCH
        if first.total > self._size() + BATCH:
            end = first.total
        pages = {0: first}
        read_pages(self._fetch, range(0, min(end, first.total), PAGE), pages)
        return uris_of(pages)

    def _fetch(self, offset: int) -> Page:
        return self.spotify.page(self.plan.target, offset, "uri")

    def _size(self) -> int:
        return self.plan.before + self.progress.added

    def _full(self) -> PlaylistFull:
        left = len(self.plan.tracks) - self.progress.next
        return PlaylistFull(
            f"Playlist {self.plan.target} is full at {self._size()} items; {left} tracks are still to add. "
            "Give the pair a new target: the tracks that fitted stay, and the next run adds the others."
        )
