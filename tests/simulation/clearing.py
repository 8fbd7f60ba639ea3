"""What leaves a source that is to be cleared: only what the target has shown before, in an answer to a function."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from rediscover.simulator.routes import Incoming

Say = Callable[[str], None]


class Clearing:
    """Watches the answers of one simulation's Spotify; `say` is told what breaks the promise.

    `targets_of` says, of the playlist that is a source, which targets get its tracks. What has the same one of the
    `isrcs`, by URI, is the same track.
    """

    def __init__(self, targets_of: Callable[[str], Iterable[str]], say: Say, isrcs: Callable[[str], str]) -> None:
        self._targets_of, self._say, self._isrcs = targets_of, say, isrcs
        self._shown: dict[str, set[str]] = defaultdict(set)

    def asks(self, incoming: Incoming) -> None:
        """Told of each request before it takes effect."""
        if incoming.method != "DELETE":
            return
        source = _playlist(incoming)
        shown = set().union(*(self._shown[target] for target in self._targets_of(source)))
        uris = {item["uri"] for item in json.loads(incoming.body)["items"]}
        recordings = {self._isrcs(uri) for uri in shown}
        if unseen := {uri for uri in uris - shown if self._isrcs(uri) not in recordings}:
            self._say(f"{len(unseen)} tracks leave the source {source} that the target has not shown")

    def answered(self, incoming: Incoming, body: bytes) -> None:
        """Told of each answer."""
        if incoming.method == "GET" and "/playlists/" in incoming.path and "/me/" not in incoming.path:
            try:
                self._shown[_playlist(incoming)].update(_uris(json.loads(body)))
            except ValueError:  # a malformed one shows nothing
                return


def _playlist(incoming: Incoming) -> str:
    return incoming.path.split("/")[3]


def _uris(body: Any) -> Iterable[str]:
    items = body.get("items") if isinstance(body, dict) else None
    rows = items.get("items") if isinstance(items, dict) else items
    for row in rows if isinstance(rows, list) else ():
        media = row.get("item") or row.get("track") or {}
        if uri := media.get("uri"):
            yield str(uri)
