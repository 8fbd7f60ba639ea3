"""Tracks that Spotify shows as others, or as empty places: in the sources as they come, in the targets at any time.

An app in development mode is not told of it: `linked_from` is not among what it gets since February 2026.
"""

from random import Random

from rediscover.simulator.world import media
from rediscover.simulator.world.world import World
from tests.simulation.promises import Ledger, Uris


class Relinks:
    """`where` is `sources`, `targets`, `targets, or empty`, or "" for none.

    The listener `only_adds` where nobody could say which of two empty rows was removed or moved, or where what takes
    the place of a track would be brought back beside it.
    """

    def __init__(self, world: World, where: str, *, brings_back: bool) -> None:
        self._world, self._in_sources = world, where == "sources"
        self.in_targets, self._may_be_empty = where.startswith("targets"), where.endswith("empty")
        self.only_adds = self.in_targets and (self._may_be_empty or brings_back)
        self._targets: list[str] = []
        self._to_come: list[str] = []
        self._unseen: set[str] = set()

    def comes(self, new: Uris) -> None:
        """Tracks that nobody has had yet are offered."""
        if self.in_targets:
            for uri in map(str, new[1::4]):
                self._to_come.append(uri)
                for target in self._targets:
                    self._show_in_target(target, uri)

    def comes_into(self, source: str, new: Uris) -> None:
        """They stand in a playlist."""
        if self._in_sources:
            for uri in new[::3]:
                self._show(source, str(uri), is_empty=False)

    def is_target(self, playlist: str) -> None:
        """What is to come is shown otherwise there, too."""
        self._targets.append(playlist)
        for uri in self._to_come:
            self._show_in_target(playlist, uri)

    def changes(self, ledger: Ledger, random: Random, unknown: set[str]) -> None:
        """Some of it is shown otherwise from now on, if a run has seen it; not what is `unknown` by its recording."""
        here = [uri for uri in map(str, ledger.now) if uri not in unknown]
        now = [uri for uri in here if (ledger.target, uri) not in self._world.shown]
        if not self.in_targets or not now or not ledger.is_seen:
            return
        for uri in random.sample(now, min(len(now), random.choice((0, 1, 1, 3)))):
            self._show_in_target(ledger.target, uri)
            self._unseen.add(ledger.target)
            self._world.rename(ledger.target, "Target")  # otherwise nobody looks

    def may_be_edited(self, ledger: Ledger, *, quiet: bool) -> bool:
        """Whether the listener may change a target: not before a run has seen what is shown otherwise there.

        Of a row that is changed and one that is gone beside it nobody could say which is which.
        """
        return not self.in_targets or (quiet and ledger.is_seen and ledger.target not in self._unseen)

    def is_seen(self, target: str) -> None:
        """A run has looked at it."""
        self._unseen.discard(target)

    def is_unclear(self, ledger: Ledger, pasted: set[str | None], *, is_partly_hidden: bool) -> None:
        """Of pasted tracks that no run has read back, the record may have what they are shown as, too, where no other
        track of their request is shown as itself, or some of them were hidden (docs/guarantee.md).
        """
        entries = self._world.playlists[ledger.target].entries.latest
        shown = {one.added_at for one in entries if self.is_shown(ledger.target, one.uri)}
        told = set() if is_partly_hidden else shown
        unread = [str(one.uri) for one in entries if one.uri in pasted - ledger.known and one.added_at not in told]
        others = [self._world.shown.get((ledger.target, uri)) for uri in unread]
        ledger.unclear |= {str(other["uri"]) for other in others if other}

    def is_shown(self, playlist: str, uri: str | None) -> bool:
        """Whether a track is shown as it is."""
        return (playlist, str(uri)) not in self._world.shown

    def _show_in_target(self, target: str, uri: str) -> None:
        self._show(target, uri, is_empty=self._may_be_empty and sum(map(ord, uri)) % 3 == 0)

    def _show(self, playlist: str, uri: str, *, is_empty: bool) -> None:
        """As the same recording on another album."""
        track = self._world.catalogue[uri]
        isrc = track["external_ids"]["isrc"]
        other = media.track(f"{track['name']}, remastered", isrc=isrc)
        self._world.catalogue[other["uri"]] = other
        self._world.show_as(playlist, uri, None if is_empty else other)
