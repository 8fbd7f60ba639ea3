"""What the listener has archived: the sources of the pairs, and what each offers. Nothing here is the product's."""

import json
from datetime import datetime
from random import Random
from typing import Any, cast

from rediscover.simulator.world.world import World
from tests.simulation.outside import PAGE
from tests.simulation.promises import Uris
from tests.simulation.services import S3

DISCOVER_WEEKLY = "37i9dQZEVXcSimulated00"
ELSEWHERE = ("spotify:album:0000000000000000000001", None)
"""What else is played from."""

MOST_PASTED = 20
"""Each of which may stand there twice: no more than the smallest playlist takes, above which the input is refused."""

VISIBLE = PAGE
"""Plays that Spotify shows."""

MINUTES = 180
"""Seconds that a track lasts."""


class Source:
    """One of them. `given` is what stands in the input for it; `can_grow` tells that it may at any time."""

    given: Any = ""
    can_grow = False

    def content(self) -> Uris:
        """What it offers, in its order."""
        raise NotImplementedError

    def has_shown(self, uri: str | None) -> bool:
        """Whether a run has read a track that it offers, or can at any time."""
        del uri
        return True

    def is_for(self, what: str) -> bool:
        """Whether a request reads it."""
        return str(self.given) in what

    def grows(self, new: Uris) -> None:
        """The listener puts tracks into it."""

    def shrinks(self, random: Random) -> bool:
        """The listener takes a track out of it at any time; whether that can be."""
        del random
        return False

    def renews(self, new: Uris, again: Uris, random: Random) -> None:
        """Another week."""

    def is_read(self) -> None:
        """A run begins to read it."""

    def was_read(self) -> None:
        """A run goes on with what it read."""


class Playlist(Source):
    """A playlist of the listener's own; offers what Spotify shows of it. `first` is its first row at the beginning."""

    can_grow = True

    def __init__(self, world: World, playlist: str) -> None:
        self.given, self._world = playlist, world
        self.first = world.uris(playlist)[:1]

    def content(self) -> Uris:
        shown = self._world.shown
        media = ((uri, shown.get((self.given, str(uri)))) for uri in self._world.uris(self.given))
        return [uri if other is None else str(other["uri"]) for uri, other in media]

    def grows(self, new: Uris) -> None:
        self._world.add(self.given, cast(Any, new))

    def shrinks(self, random: Random) -> bool:
        if content := self._world.uris(self.given):
            self._world.remove(self.given, [str(random.choice(content))])
        return True

    def renews(self, new: Uris, again: Uris, random: Random) -> None:
        self._world.replace(self.given, cast(Any, _mixed(new, again, random)))


class Liked(Source):
    """The liked songs."""

    given = "liked"

    def __init__(self, world: World) -> None:
        self._world = world

    def content(self) -> Uris:
        return [saved.media["uri"] for saved in self._world.library.saved]

    def is_for(self, what: str) -> bool:
        return "/me/tracks" in what

    def renews(self, new: Uris, again: Uris, random: Random) -> None:
        del again, random
        self._world.save([str(uri) for uri in new])


class Pasted(Source):
    """Links that are pasted anew each week, in every spelling and with other things between them."""

    def __init__(self, uris: Uris) -> None:
        self._uris = uris[:MOST_PASTED]
        self.ever = {*self._uris}

    def content(self) -> Uris:
        return self._uris

    def renews(self, new: Uris, again: Uris, random: Random) -> None:
        self._uris = _mixed(new, again, random)[:MOST_PASTED] or self._uris
        self.ever |= {*self._uris}

    @property
    def given(self) -> Any:
        spelled = [_spelled(str(uri), place) for place, uri in enumerate(self._uris)]
        return {"tracks": ["Discover Weekly\nhttps://open.spotify.com/album/0000000000000000000001", *spelled]}

    def is_for(self, what: str) -> bool:
        del what
        return False


def _spelled(uri: str, place: int) -> str:
    id = uri.rpartition(":")[2]
    link = f"https://open.spotify.com/track/{id}"
    return (link, uri, id, f"{place}. A song {link}?si=1", f"{link}\n{link}")[place % 5]


class Plays(Source):
    """What was played, of one list only if `context` says so. Spotify shows the last plays only.

    Those that were shown from before a run read them until it went on have been read, and are not lost from then on.
    """

    can_grow = True

    def __init__(self, world: World, context: str) -> None:
        self._world, self._context = world, context
        self._list = f"spotify:playlist:{context or DISCOVER_WEEKLY}"
        self._heard: Uris = []
        self._read: set[str | None] = set()
        self._before: set[str | None] = set()
        self.given = f"recently-played:https://open.spotify.com/playlist/{context}" if context else "recently-played"

    def content(self) -> Uris:
        return list(dict.fromkeys(self._heard))

    def has_shown(self, uri: str | None) -> bool:
        return uri in self._read or uri not in self._heard

    def is_for(self, what: str) -> bool:
        return "/me/player" in what

    def grows(self, new: Uris) -> None:
        for uri in new:
            self._plays(uri, self._list)

    def renews(self, new: Uris, again: Uris, random: Random) -> None:
        """Some come late, with a time before the last play: they were heard without a network.

        A track that may have been missed is not played again, since nobody could say when it came first.
        """
        number = random.choice((3, VISIBLE, VISIBLE, VISIBLE + 3))
        uris = [uri for uri in _mixed(new, again, random)[:number] if uri in new or uri in self._read]
        last = self._world.library.plays[0].at / 1000 if self._heard else 0
        is_late = last and self._read.issuperset(self._heard) and random.random() < 0.5
        uris = uris[: VISIBLE - 2] if is_late else uris
        moments = [self._world.clock() - MINUTES * (len(uris) - place) for place in range(len(uris))]
        moments[:1] = [last - MINUTES / 2] if is_late else moments[:1]
        for uri, at in zip(dict.fromkeys(uris), moments, strict=False):
            elsewhere = random.random() < 0.2
            self._plays(uri, random.choice(ELSEWHERE) if elsewhere else self._list, at)

    def _plays(self, uri: str | None, context: str | None, at: float | None = None) -> None:
        self._world.play(str(uri), context, at)
        if not self._context or (context or "").endswith(self._context):
            self._heard.append(uri)

    def _visible(self) -> set[str | None]:
        return {play.media["uri"] for play in self._world.library.plays}.intersection(self._heard)

    def is_read(self) -> None:
        self._before = self._visible()

    def was_read(self) -> None:
        self._read |= self._before & self._visible()


class Archive(Source):
    """All that was ever kept in a playlist, by its record as it stood when a run read it."""

    def __init__(self, s3: S3, playlist: str) -> None:
        self._s3, self.playlist = s3, playlist
        self.given = f"archive:https://open.spotify.com/playlist/{playlist}"

    def content(self) -> Uris:
        return in_order(self._s3, self.playlist)

    def is_for(self, what: str) -> bool:
        del what
        return False

    def keep(self, there: Uris, gone: Uris, came: str) -> None:
        """Write a record as from earlier years, the latest first: what is `there` came at that time, the others before.

        The first of these had come back once.
        """
        entries = [_entry(uri, f"2025-{1 + place // 3 % 12:02}-03T06:00:00Z") for place, uri in enumerate(gone)]
        back = [_entry(uri, "2026-03-01T06:00:00Z") for uri in gone[:1]]
        now = [{**_entry(uri, came), "left_at": None} for uri in there]
        document = {"version": 1, "target": self.playlist, "tracks": [*now, *back, *reversed(entries)]}
        self._s3.objects[record_of(self.playlist)] = json.dumps(document).encode()


def _entry(uri: str | None, came: str) -> dict[str, Any]:
    """A track of a record that is gone (docs/page.md)."""
    times = {"added_at": came, "week": "2025-W01", "left_at": "2026-04-01T06:00:00Z"}
    return {"uri": uri, "name": "A song", "artists": ["Somebody"], "isrc": None, "source": "", **times}


def record_of(playlist: str) -> str:
    """The key of a playlist's record (docs/architecture.md)."""
    return f"archives/tracks/{playlist}.json"


def in_order(s3: S3, playlist: str) -> Uris:
    """What a record has, each once, in the order of the times at which it came."""
    tracks = json.loads(s3.objects.get(record_of(playlist), b'{"tracks": []}'))["tracks"]
    tracks.sort(key=lambda track: datetime.fromisoformat(track["added_at"]))
    return list(dict.fromkeys(track["uri"] for track in tracks))


def _mixed(new: Uris, again: Uris, random: Random) -> Uris:
    """The tracks of a week, one or two of which may stand there twice."""
    content = [*new, *again, *new[: random.choice((0, 0, 0, 2))]]
    random.shuffle(content)
    return content
