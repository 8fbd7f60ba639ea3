"""Adding a batch so that each of its tracks is in the target once, whatever became of earlier attempts."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rediscover_archive.documents import Documents
from rediscover_archive.errors import (
    AccessTokenRejected,
    ArchiveError,
    Contradiction,
    ItemRefused,
    PlaylistFull,
    PlaylistNotFound,
    RequestRefused,
    SpotifyUnavailable,
    Stop,
    Wait,
)
from rediscover_archive.pairs.looking import look_at
from rediscover_archive.pairs.memory import NEW, Memory, Sent, memory_key, recall, remember
from rediscover_archive.pairs.plan import Plan, Progress, added
from rediscover_archive.pairs.reading import refuse_partial
from rediscover_archive.pairs.standing import has_taken_effect
from rediscover_archive.spotify.client import BATCH, Spotify
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.limits import CAP
from rediscover_archive.text import counted, quoted

MOST_REFUSALS = 27
"""Refusals in a row after which it is not for a track that Spotify refuses: enough for ten bad tracks side by side."""

UNAVAILABLE_COUNTS = 2
"""How many refusals a 5xx counts as: each costs a wait and a look."""

ATTEMPTS = 2
"""5xx in a row before a batch is split for them, or before a single track is taken for their reason."""

JUDGEMENTS = 3
"""How often a batch of which nothing is taken is tried, after batches that were, before 5xx are taken for its own."""


@dataclass(frozen=True)
class Note:
    """What later runs must know of a target: what it was sent, what is in doubt, and what it refuses alone."""

    sent: tuple[Item, ...] = ()
    doubt: tuple[Item, ...] = ()
    refused: tuple[str, ...] = ()


def noted(known: Memory, note: Note, *, on_top: bool) -> Memory:
    """What is known of a target, with the note; what was sent in the order in which it stands there.

    Not what a row shows already, as where another execution read the target meanwhile.
    """
    shown = {item.uri for item in known.items}
    fresh, new = {item.uri for item in note.sent}, [Sent(item, NEW) for item in note.sent if item.uri not in shown]
    old = [one for one in known.sent if one.item.uri not in fresh]
    sent = [*new, *old] if on_top else [*old, *new]
    refused = [*(uri for uri in known.refused if uri not in note.refused), *note.refused]
    return replace(known, sent=sent, doubt=list(note.doubt), refused=refused)


def keep_note(documents: Documents, target: str, note: Note, *, on_top: bool) -> None:
    """Keep the note where the target is remembered."""
    where = memory_key(target, "target")
    known = recall(documents, where, target) or Memory(target, 0, [])
    remember(documents, where, noted(known, note, on_top=on_top), "target")


@dataclass
class Adder:
    """Adds the plan's batches one by one.

    `save` keeps the progress before and after whatever may change the target, `note` what outlives the run. `lag` is
    how many seconds Spotify may take to show a write. Known of the target are what it `held`, the number of its
    `unseen` items, what it `refused` in earlier runs, and the track `beside` which this run adds: the last one, or the
    first where new ones go to the top.
    """

    spotify: Spotify
    plan: Plan
    progress: Progress
    save: Callable[[Progress], None]
    note: Callable[[Note], None]
    lag: float
    unseen: int = 0
    held: Sequence[Item] = ()
    refused: frozenset[str] = frozenset()
    beside: str | None = None
    _refusal: ArchiveError | None = field(default=None, init=False)

    def add_next_batch(self, *, interrupted: bool) -> None:
        """Add the batch at `progress.next`, but for what the target holds already.

        The target is looked at where the outcome of an earlier request is not known, or where this attempt is not
        the first (`interrupted`) and the listener may have edited the target meanwhile. A batch that is refused, in
        whatever words, is added in parts. Raises PlaylistFull, PlaylistIncomplete, RequestRefused and what
        Spotify.add and Spotify.page raise.
        """
        if not self.progress.ends:
            self._begin()
        if self.progress.sending:
            time.sleep(self.lag)
        if self.progress.sending or interrupted:
            self._look()
        while self.progress.ends:
            self._add_part()
        self._judge()

    def _begin(self) -> None:
        progress = self.progress
        if progress.begun != progress.next:
            progress.refusals = progress.judged = 0
        progress.begun, progress.unavailable, progress.accepted = progress.next, 0, False
        progress.ends = [min(progress.next + BATCH, len(self.plan.tracks))]

    def _add_part(self) -> None:
        """Add the plan's tracks from `progress.next` to the last of `progress.ends`, or split them."""
        missing = self._missing()
        if not missing:
            self._settle()
            return
        try:
            self._send(missing)
        except SpotifyUnavailable as error:
            self._look_and_split(missing, error)
        except (ItemRefused, RequestRefused, PlaylistNotFound, Contradiction) as refusal:
            if _is_of_the_playlist(refusal):
                raise
            if not isinstance(refusal, ItemRefused | RequestRefused) and not self.progress.refusals:
                look_at(
                    self.spotify, self.plan, self.progress, self.beside
                )  # which raises it where there is no playlist
            self._split(missing, refusal)
        else:
            self._settle()

    def _missing(self) -> list[str]:
        """The URIs of the part that are to be sent."""
        known = {*self.progress.there, *(one["uri"] for one in self.progress.left_out)}
        return [uri for uri in self.plan.uris[self.progress.next : self.progress.ends[-1]] if uri not in known]

    def _send(self, uris: list[str]) -> None:
        progress = self.progress
        progress.sending = True
        self.save(progress)
        self.note(Note(doubt=self._items(uris)))
        try:
            position = 0 if self.plan.on_top else None
            progress.snapshot_id = self.spotify.add(self.plan.target, self.plan.turned(uris), position)
        except PlaylistFull:
            self._was_refused()
            raise self._full() from None
        except (Wait, AccessTokenRejected, Stop, ItemRefused) as error:
            self._was_refused()
            is_full = isinstance(error, RequestRefused) and self._size() + len(uris) > CAP
            raise self._full() if is_full else error from None
        except SpotifyUnavailable as error:
            if self._size() + len(uris) <= CAP:
                raise
            self._look_whether_full(error)
        progress.there += uris
        progress.accepted, progress.refusals, progress.unavailable = True, 0, 0

    def _look_whether_full(self, error: SpotifyUnavailable) -> None:
        """A request that should not fit has failed without a word: raise why, unless the listener had made room."""
        time.sleep(self.lag)
        total = self._look()
        if missing := self._missing():
            raise self._full() if total + len(missing) > CAP else error from None

    def _was_refused(self) -> None:
        self.progress.sending = False
        self.save(self.progress)
        self.note(Note())

    def _settle(self) -> None:
        progress = self.progress
        out = {one["uri"] for one in progress.left_out}
        end = progress.ends.pop()
        done = [uri for uri in self.plan.uris[progress.next : end] if uri not in out]
        if done:
            self.note(Note(sent=self._items(done)))
        progress.next = end
        progress.sending = False
        self.save(progress)

    def _look_and_split(self, missing: list[str], error: SpotifyUnavailable) -> None:
        """Whether the request took effect is to be seen; if not, its tracks are tried in parts once it failed again."""
        progress = self.progress
        is_whole = len(progress.ends) == 1 and progress.next == progress.begun
        progress.unavailable += 1
        self.save(progress)
        if progress.refusals > MOST_REFUSALS or (is_whole and progress.unavailable < ATTEMPTS):
            raise error
        time.sleep(self.lag)
        self._look()
        is_tried = progress.unavailable >= ATTEMPTS or len(missing) > 1
        if self._missing() and is_tried:
            progress.unavailable = 0
            self._was_refused()
            self._split(missing, error)

    def _split(self, missing: list[str], refusal: ArchiveError) -> None:
        """Leave out what is refused by name or alone; otherwise the first half of the part comes next."""
        progress = self.progress
        self._refusal = refusal
        progress.refusals += UNAVAILABLE_COUNTS if isinstance(refusal, SpotifyUnavailable) else 1
        is_named = isinstance(refusal, ItemRefused)
        if progress.refusals > MOST_REFUSALS and not is_named:
            raise self._given_up(refusal)
        named = [uri for uri in missing if is_named and re.search(re.escape(uri) + r"(?![0-9A-Za-z])", str(refusal))]
        if named or len(missing) == 1:
            reason = f"Spotify refuses it: {_words(refusal)}"
            progress.left_out += [{"uri": uri, "reason": reason} for uri in named or missing]
            progress.unsure += [uri for uri in missing if not is_named and uri not in self.refused]
        else:
            progress.ends.append(self.plan.uris.index(missing[len(missing) // 2]))
        self.save(progress)

    def _judge(self) -> None:
        """Whether tracks that were refused alone, in words that do not blame them, are to blame."""
        progress = self.progress
        if not progress.unsure:
            return
        for_certain = not isinstance(self._refusal, SpotifyUnavailable) or progress.judged + 1 >= JUDGEMENTS
        if progress.accepted or (progress.added and for_certain):
            self.note(Note(refused=tuple(progress.unsure)))
            progress.unsure = []
            self.save(progress)
            return
        progress.judged += 1
        raise self._given_up(self._refusal or RequestRefused(progress.left_out[-1]["reason"]))

    def _given_up(self, refusal: ArchiveError) -> ArchiveError:
        """`refusal`, after all of the batch is to be added again: that one of its tracks is to blame is not shown."""
        progress = self.progress
        if not progress.accepted:
            progress.left_out = [one for one in progress.left_out if one["uri"] not in progress.unsure]
            progress.next, progress.ends, progress.unsure = progress.begun, [], []
        self.save(progress)
        return refusal

    def _look(self) -> int:
        """See which tracks the target holds already; its total."""
        progress = self.progress
        asked = doubt = self._missing() if progress.sending else []
        look = look_at(self.spotify, self.plan, progress, self.beside)
        rows = {row.uri for row in look.rows}
        end = len(doubt) if self.plan.on_top else None
        ours = [track["uri"] for track in added(self.plan, progress)]
        grown, there = look.total - self._size(), [*self.held, *self._items(ours)]
        if not has_taken_effect(self._items(doubt), look.rows, there, grown, look.unseen, end):
            doubt = []
        shown = {*rows, *doubt}
        progress.accepted = progress.accepted or not shown.isdisjoint(asked)
        # An edit while a request was in doubt may have taken out what is not shown: then the doubtful may be hidden.
        is_edited = asked and not doubt and grown not in (0, len(asked))
        hidden = 0 if is_edited else len({*ours, *doubt} - rows)
        refuse_partial(self.plan.target, look.unseen, self.unseen + hidden)
        progress.there = [uri for uri in self.plan.uris[progress.next :] if uri in shown]
        progress.snapshot_id = "" if doubt or progress.there else progress.snapshot_id  # that of a lost answer
        return look.total

    def _items(self, uris: list[str]) -> tuple[Item, ...]:
        """In the order in which they stand in the target."""
        isrcs = {track["uri"]: track.get("isrc") for track in self.plan.tracks}
        return tuple(Item(uri=uri, isrc=isrcs[uri]) for uri in self.plan.turned(uris))

    def _size(self) -> int:
        return self.plan.before + len(added(self.plan, self.progress))

    def _full(self) -> PlaylistFull:
        left = len(self.plan.tracks) - self.progress.next
        return PlaylistFull(
            f"Playlist {self.plan.target} is full at {counted(self._size(), 'item')}; {counted(left, 'track')} still "
            "to add. Give the pair a new target: the tracks that fitted stay, and the next run adds the others."
        )


def _is_of_the_playlist(refusal: ArchiveError) -> bool:
    return isinstance(refusal, Contradiction) and not isinstance(refusal.error, PlaylistNotFound)


def _words(refusal: ArchiveError) -> str:
    if isinstance(refusal, ItemRefused):
        return quoted(str(refusal))
    if isinstance(refusal, PlaylistNotFound | Contradiction):
        return "404 for it alone, while the playlist is there."
    said = str(refusal)
    return said.partition(": ")[2] if isinstance(refusal, RequestRefused) else f"{said.partition('. ')[0]}."
