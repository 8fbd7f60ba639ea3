"""Whether a target is as its record says: what is there twice, gone, unknown, withdrawn or moved. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rediscover_archive.ledger.record import Track
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.pairs.standing import reconciled
from rediscover_archive.spotify.items import Item
from rediscover_archive.spotify.pages import Picture

Found = dict[str, Any]
"""`{"uri", "name", "artists", "places"}`; places are counted from 1, and `uri` is None where none is known."""


@dataclass(frozen=True)
class Agreement:
    """What does not agree, by kind; `not_shown` counts items that Spotify shows in no row and no run has sent."""

    twice: list[Found]
    gone: list[Found]
    not_in_record: list[Found]
    withdrawn: list[Found]
    moved: list[Found]
    not_shown: int

    @property
    def is_whole(self) -> bool:
        """Whether all agrees."""
        return not (self.not_shown or any(getattr(self, kind) for kind in KINDS))


KINDS = {
    "twice": "there more than once",
    "gone": "in the record as there, and not in the playlist",
    "not_in_record": "in the playlist, and not in the record",
    "withdrawn": "withdrawn by Spotify: shown without a track, or not playable",
    "moved": "at another place than the last run left it",
}
"""What each kind is called."""


def compared(tracks: Sequence[Track], memory: Memory | None, picture: Picture) -> Agreement:
    """A target's rows against its record. What the last run remembered (`memory`) tells which row stands for a track
    that Spotify shows as another, and the order; without it, the record's own is expected.
    """
    rows = picture.items
    latest = Memory(memory.playlist_id if memory else "", picture.total, rows, unseen=picture.unseen)
    sent = reconciled(memory, latest).sent
    instead = {one.row: str(one.item.uri) for one in sent if one.row >= 0}
    recorded = {track["uri"]: track for track in tracks if track["left_at"] is None}
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.uri:
            places.setdefault(row.uri, []).append(place)
    names: dict[str, Mapping[str, Any]] = {str(row.uri): _named(row) for row in rows}
    names |= {track["uri"]: track for track in tracks if track["name"]}

    def found(uri: str | None, at: Iterable[int]) -> Found:
        known: Mapping[str, Any] = names.get(uri or "", {})
        told = {"name": known.get("name", ""), "artists": known.get("artists", [])}
        return {"uri": uri, **told, "places": [place + 1 for place in at]}

    accounted = {*places, *(one.item.uri for one in sent)}
    lost = [place for place, row in enumerate(rows) if row.uri is None or not row.is_playable]
    order = [item.uri for item in memory.items if item.uri] if memory else list(recorded)
    return Agreement(
        twice=[found(uri, at) for uri, at in places.items() if len(at) > 1],
        gone=[found(uri, ()) for uri in recorded if uri not in accounted],
        not_in_record=[
            found(uri, at) for uri, at in places.items() if uri not in recorded and instead.keys().isdisjoint(at)
        ],
        withdrawn=[found(rows[place].uri or instead.get(place), [place]) for place in lost],
        moved=[found(uri, places[uri]) for uri in _moved(list(places), order)],
        not_shown=max(0, picture.unseen - sum(one.row < 0 for one in sent)),
    )


def _named(row: Item) -> dict[str, Any]:
    return {"name": row.name, "artists": list(row.artists)}


def _moved(now: list[str], order: Sequence[str]) -> list[str]:
    """The fewest of those `now` there that would have to be put elsewhere for all to stand in `order`."""
    rank = {uri: place for place, uri in enumerate(order)}
    known = [uri for uri in now if uri in rank]
    tails: list[int] = []
    at: list[str] = []
    before: dict[str, str | None] = {}
    for uri in known:
        length = bisect_left(tails, rank[uri])
        before[uri] = at[length - 1] if length else None
        tails[length : length + 1] = [rank[uri]]
        at[length : length + 1] = [uri]
    kept: set[str] = set()
    last = at[-1] if at else None
    while last:
        kept.add(last)
        last = before[last]
    return [uri for uri in known if uri not in kept]
