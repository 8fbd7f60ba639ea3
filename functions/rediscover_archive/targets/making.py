"""Finding the playlist of a name, and making it where there is none: once, whatever becomes of the answer."""

import re
from dataclasses import dataclass, replace
from uuid import uuid4

from rediscover_archive.documents import Documents
from rediscover_archive.errors import (
    AccessTokenRejected,
    DocumentMissing,
    PlaylistIncomplete,
    SpotifyUnavailable,
    Stop,
    TargetInDoubt,
    Wait,
)
from rediscover_archive.pairs import memory
from rediscover_archive.spotify.bodies import id_of
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.limits import NEARLY_FULL
from rediscover_archive.spotify.transport import IF_IT_GOES_ON
from rediscover_archive.targets.volumes import Intention, Target, Volume, read_target, target_key
from rediscover_archive.text import counted, quoted

DOUBT_SECONDS = 65
"""How long a request of unknown outcome is left alone: longer than the function that sent it can run (60 seconds),
and longer than Spotify was seen to hide a write (half a minute)."""

MOST_REQUESTS = 3
"""Requests of unknown outcome in one run, for one playlist."""

READINGS = 2
"""How often the list of playlists is read where it does not show all that it counts."""

BY_US = "Kept by (re)Discover Weekly"
DESCRIPTION = (
    BY_US + ", which adds what is new in other playlists. Rename it, move it and edit it as you "
    "like. Reference: {reference}"
)
"""At most 300 characters, without a line break (Spotify refuses others)."""


@dataclass(frozen=True)
class Found:
    """The volume that takes the tracks, with "" as its id where a dry run would make it.

    `earlier` are the ids of the full ones. `twins` are further playlists that Spotify made for the same request.
    `again` tells that what was remembered was lost, and the volumes were looked for by their names.
    """

    volume: Volume
    earlier: list[str]
    twins: list[str]
    again: bool = False


@dataclass(frozen=True)
class Maker:
    """Finds and makes playlists for the run `run`. `waited_for` is what the state has just waited for, in words."""

    spotify: Spotify
    documents: Documents
    run: str
    dry_run: bool
    waited_for: str

    def find(self, name: str) -> Found:
        """The volume of `name`: the remembered one without a request, or a new one where there is none or it is full.

        Raises TargetInDoubt, what Spotify's methods raise, SpotifyUnavailable after MOST_REQUESTS, DocumentMissing
        where what was remembered is damaged and nothing of that name is found, and PlaylistIncomplete where it may have
        been made already and not be shown.
        """
        again, listed = False, 0
        while True:
            target, etag = read_target(self.documents, name)
            if target is None or etag is None:
                target, listed = self._found_again(name, is_damaged=target is None)
                again = bool(target.volumes)
            if target.volumes and not self._is_full(target.volumes[-1]):
                if not self.dry_run:
                    self._replace(target, etag)  # or it would expire, though in use
                return replace(_found(target), again=again)
            if self.dry_run:
                return replace(_found(_with(target, "", run="")), again=again)
            found = self._next(target, etag, listed)
            if found:
                return found

    def _next(self, target: Target, etag: str | None, listed: int) -> Found | None:
        """The next volume, made now or by a request of unknown outcome; None where the document is another one now."""
        if target.creating and target.creating.attempt:
            self._leave_alone(target, target.creating, etag)
            return None
        twins = self._look(target)
        if twins:
            made = _with(target, twins[0], self.run)
            return _found(made, twins[1:]) if self._replace(made, etag) else None
        intention = replace(target, creating=self._intention(target.creating, listed))
        return self._make(intention, target) if self._replace(intention, etag) else None

    def _found_again(self, name: str, *, is_damaged: bool) -> tuple[Target, int]:
        """The volumes of `name` that an earlier run made and nobody remembers, by the names that they were made with.

        A playlist of the listener's counts only with the description that it was made with. Beside it, how many
        playlists the listener has.
        """
        called = re.compile(re.escape(name) + r"(?: \((\d{1,4})\))?")
        found: dict[int, Volume] = {}
        me, listed = "", 0
        for page in self.spotify.own_playlists():
            listed = page.total
            for one in page.playlists:
                its_name = called.fullmatch(str(one.get("name")))
                if its_name and BY_US in str(one.get("description")):
                    me = me or self.spotify.me().id
                    if isinstance(one.get("owner"), dict) and one["owner"].get("id") == me:
                        found.setdefault(int(its_name[1] or 1), Volume(id_of(one), its_name[0], run=""))
        if is_damaged and not found:
            raise DocumentMissing(
                f"{target_key(name)} does not say any more what was made for “{name}”, and none of your playlists has "
                "that name. Give the one that was made by its link as the target; or remove that document, and a new "
                "one is made."
            )
        return Target(name, tuple(found[number] for number in sorted(found))), listed

    def _replace(self, target: Target, etag: str | None) -> bool:
        return self.documents.replace(target_key(target.name), target.document(), etag)

    def _is_full(self, volume: Volume) -> bool:
        where = memory.memory_key(volume.playlist_id, "target")
        known = memory.recall(self.documents, where, volume.playlist_id)
        return volume.full or (known is not None and known.total >= NEARLY_FULL)

    def _leave_alone(self, target: Target, doubt: Intention, etag: str | None) -> None:
        """Raise TargetInDoubt until the state has waited for the attempt that may be at it, and note that it has."""
        if doubt.attempt not in self.waited_for:
            raise TargetInDoubt(
                f"Whether Spotify made the target is not known (attempt {doubt.attempt}); it is looked for in "
                f"{DOUBT_SECONDS} s.",
                DOUBT_SECONDS,
            )
        self._replace(replace(target, creating=replace(doubt, attempt="")), etag)

    def _look(self, target: Target) -> list[str]:
        """The playlists that requests of unknown outcome have made, up to the end of the page of the first one.

        Raises PlaylistIncomplete where there are more than before the requests, and not all of them are shown.
        """
        doubt = target.creating
        if doubt is None:
            return []
        if doubt.run == self.run and doubt.requests >= MOST_REQUESTS:
            raise SpotifyUnavailable(
                f"Spotify was asked {doubt.requests} times to make a playlist and has not said whether it did. The "
                f"next run looks for it before it asks again. {IF_IT_GOES_ON}"
            )
        total = unseen = 0
        for _ in range(READINGS):
            for page in self.spotify.own_playlists():
                if ours := [one for one in page.playlists if doubt.reference in str(one.get("description"))]:
                    return [id_of(one) for one in ours]
                total, unseen = page.total, page.unseen
            if not unseen or total <= doubt.listed:
                return []
        raise PlaylistIncomplete(
            f"Spotify was asked to make {quoted(target.next_name)} and did not say whether it did. It counts "
            f"{counted(total, 'playlist')} in your library and shows {total - unseen}, so that cannot be known, and "
            "nothing is made now; the next run looks again. Look for the playlist in Spotify's app: if it is there, "
            f"give it by its link as the target; if not, remove {target_key(target.name)} from the stack's bucket, and "
            "a new one is made."
        )

    def _intention(self, doubt: Intention | None, listed: int) -> Intention:
        return Intention(
            reference=doubt.reference if doubt else uuid4().hex[:12],
            attempt=uuid4().hex[:12],
            run=self.run,
            requests=doubt.requests + 1 if doubt and doubt.run == self.run else 1,
            listed=doubt.listed if doubt else listed,
        )

    def _make(self, intention: Target, before: Target) -> Found:
        description = DESCRIPTION.format(reference=intention.creating.reference if intention.creating else "")
        try:
            playlist_id = self.spotify.create_playlist(intention.next_name, description)
        except (Wait, AccessTokenRejected, Stop):
            # Refused, so there is nothing new to look for.
            self.documents.put(target_key(before.name), before.document())
            raise
        made = _with(intention, playlist_id, self.run)
        self.documents.put(target_key(made.name), made.document())
        return _found(made)


def _with(target: Target, playlist_id: str, run: str) -> Target:
    """`target` with its next volume."""
    volume = Volume(playlist_id, target.next_name, run)
    return Target(target.name, (*target.volumes, volume))


def _found(target: Target, twins: list[str] | None = None) -> Found:
    *earlier, last = target.volumes
    return Found(last, [volume.playlist_id for volume in earlier], twins or [])
