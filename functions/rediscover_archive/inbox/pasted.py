"""A source that is pasted: links of tracks, as Spotify's desktop app copies them. It takes no request to Spotify."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rediscover_archive.errors import InvalidInput
from rediscover_archive.pairs.references import Spelled, identified, pieces, reference
from rediscover_archive.spotify.limits import CAP
from rediscover_archive.spotify.sources import KINDS
from rediscover_archive.text import counted

PREFIX = "tracks:"
"""Begins the one spelling of a pasted source; a hash of its tracks follows."""

KINDS_ADDED = ("track", "episode")
TEXT = "line of text"
LONGEST = 500
"""Most characters of one of an input's `tracks`."""

CALLED = {"local": "local file", "short": "short link", "site": "link of another site", "collection": "liked songs"}
HOW_TO_COPY = "In Spotify's desktop app, select the songs and copy them: that copies their links."

Given = str | Mapping[str, Any] | list[str | Mapping[str, Any]]


@dataclass(frozen=True)
class Pasted:
    """The URIs of tracks and episodes in their order, and in words what else was pasted, "" where nothing was."""

    uris: list[str]
    others: str = ""

    @property
    def id(self) -> Spelled:
        """The source in its one spelling."""
        return Spelled(PREFIX + hashlib.sha256("\n".join(self.uris).encode()).hexdigest()[:16])

    @property
    def name(self) -> str:
        """What the source is called."""
        return name_of(len(self.uris))


def name_of(tracks: int) -> str:
    """What a pasted source of so many tracks is called."""
    return counted(tracks, "pasted track")


def is_pasted(source_id: str) -> bool:
    """Whether a source in its one spelling is a pasted one."""
    return source_id.startswith(PREFIX)


def pasted_in(given: Given, field: str) -> dict[int, Pasted]:
    """The pasted sources in `given`, by their places; 0 is that of the only one. Raises InvalidInput."""
    if not isinstance(given, list):
        return {} if isinstance(given, str) else {0: _read(given["tracks"], field)}
    found = enumerate(given)
    return {place: _read(one["tracks"], f"{field}[{place}]") for place, one in found if not isinstance(one, str)}


def spelled(given: Given, pasted: Mapping[int, Pasted]) -> str | list[str]:
    """`given` with the one spelling in place of what was pasted, as references.sources_of takes it."""
    if not isinstance(given, list):
        return given if isinstance(given, str) else pasted[0].id
    return [one if isinstance(one, str) else pasted[place].id for place, one in enumerate(given)]


def in_words(given: Given, pasted: Mapping[int, Pasted]) -> str | list[str]:
    """`given` with the names of what was pasted, which may be too large for a state."""
    if not isinstance(given, list):
        return given if isinstance(given, str) else pasted[0].name
    return [one if isinstance(one, str) else pasted[place].name for place, one in enumerate(given)]


def tracks_of(texts: Iterable[str]) -> Pasted:
    """The tracks in `texts`: links, URIs and ids, whatever stands between them.

    What is no track is counted: each other link, and each line without any. Of a line with a track the other words,
    such as its name, are passed over.
    """
    uris: list[str] = []
    others: Counter[str] = Counter()
    for _, uri, kind in _found_in(texts):
        uris += [uri] if uri else []
        others.update([] if uri else [kind])
    return Pasted(uris, _told(others))


def briefly(text: str) -> list[str]:
    """`text` as an input's `tracks`, in as few bytes as say the same: 10,000 tracks are few enough for an execution."""
    return [written.removeprefix("spotify:track:")[:LONGEST] for written, _, _ in _found_in([text])]


def _found_in(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """What was written (a track's URI in place of its link), the URI of what can be added or "", and what it is."""
    for line in (line for text in texts for line in text.splitlines()):
        found = list(_references_in(line))
        if not found and (words := line.strip()):
            found = [(words, "", TEXT)]
        yield from found


def _references_in(line: str) -> Iterator[tuple[str, str, str]]:
    for piece in pieces(line):
        kind, id = ("track", piece) if identified(piece) else reference(piece)
        if kind in KINDS_ADDED and identified(id):
            uri = f"spotify:{kind}:{id}"
            yield uri, uri, kind
        elif kind and kind not in KINDS:
            yield piece, "", CALLED.get(kind, kind if identified(id) else f"incomplete {kind}")


def _told(others: Counter[str]) -> str:
    if not others:
        return ""
    listed = ", ".join(f"{kind} ({number})" for kind, number in others.items())
    how = (
        " A short link only a browser can follow: paste the address that it ends at."
        if CALLED["short"] in others
        else ""
    )
    return f"Left out of what was pasted, as no tracks: {listed}.{how}"


def _read(texts: list[str], field: str) -> Pasted:
    found = tracks_of(texts)
    if not found.uris:
        raise InvalidInput(f"{field}: there is no link, URI or id of a track in it. {found.others or HOW_TO_COPY}")
    if len(found.uris) > CAP:
        raise InvalidInput(f"{field}: these are {len(found.uris):,} tracks, and a playlist takes {CAP:,}. Paste fewer.")
    return found
