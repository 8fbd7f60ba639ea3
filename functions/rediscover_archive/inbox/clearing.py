"""Emptying a source: what leaves it is in every target that it is archived to, as that was read back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rediscover_archive.errors import RequestRefused
from rediscover_archive.pairs.memory import Memory
from rediscover_archive.pairs.plan import Plan
from rediscover_archive.spotify.client import BATCH, Spotify


def may_leave(source: Memory, plans: Sequence[Plan | None]) -> list[str]:
    """The URIs of `source` that were read back in the targets of all pairs that it is a source of, in its order.

    `plans` are those of the pairs; None for one that came to none, and then nothing may leave. What one pair skips,
    since its `not_in` holds it, may leave if another one has it.
    """
    known = [plan for plan in plans if plan is not None]
    if len(known) < len(plans):
        return []
    kept = {uri for plan in known for uri in plan.read_back}
    settled = [{*plan.read_back, *plan.elsewhere} for plan in known]
    uris = dict.fromkeys(item.uri for item in source.items if item.uri)
    return [uri for uri in uris if uri in kept and all(uri in one for one in settled)]


@dataclass
class Clearer:
    """Removes tracks from a `source` in batches; `save` keeps what is known of it after each.

    Every place of a URI goes, but none that was added after the source was read: its snapshot_id says which are meant.
    """

    spotify: Spotify
    source: Memory
    save: Callable[[Memory], None]

    def clear(self, uris: Sequence[str]) -> Iterator[int]:
        """Remove the `uris`; how many tracks went, batch by batch. Raises what Spotify.remove raises.

        A request whose answer is lost is sent again: what is gone stays gone.
        """
        for start in range(0, len(uris), BATCH):
            batch = uris[start : start + BATCH]
            self._remove(list(batch))
            is_last = start + BATCH >= len(uris)
            self.source = _without(self.source, {*batch}, is_last=is_last)
            self.save(self.source)
            yield len(batch)

    def _remove(self, uris: list[str]) -> None:
        snapshot_id = next(iter(self.source.snapshot_ids), "")
        try:
            self.spotify.remove(self.source.playlist_id, uris, snapshot_id)
        except RequestRefused:
            # Snapshots lag behind what is shown, so one may be too old for what was read.
            if not snapshot_id:
                raise
            self.spotify.remove(self.source.playlist_id, uris, "")


def _without(source: Memory, uris: set[str | None], *, is_last: bool) -> Memory:
    """What is known of the source after a batch; after the last one without a snapshot_id, so that it is read again.

    The one that Spotify answers with could hold what the listener added meanwhile.
    """
    items = [item for item in source.items if item.uri not in uris]
    total = source.total - len(source.items) + len(items)
    return replace(source, items=items, total=total, snapshot_ids=[] if is_last else source.snapshot_ids)
