"""The playlists that the workflow made for a name, as it remembers them."""

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar, get_type_hints

from rediscover_archive.documents import Document, Documents
from rediscover_archive.errors import DocumentMissing, PlaylistFull
from rediscover_archive.text import counted

T = TypeVar("T")


@dataclass(frozen=True)
class Volume:
    """A playlist that the run `run` made; `full` tells that Spotify took no more items."""

    playlist_id: str
    name: str
    run: str
    full: bool = False


@dataclass(frozen=True)
class Intention:
    """That the next volume is being made, written down before Spotify is asked.

    `reference` stands in the playlist's description. `attempt` is the one that may be asking at this moment, "" once
    it has been left alone for long enough. `requests` is how often the run `run` has asked. `listed` is how many
    playlists the listener had before the first request, as Spotify counts them, 0 where nobody looked.
    """

    reference: str
    attempt: str
    run: str
    requests: int
    listed: int


@dataclass(frozen=True)
class Target:
    """The volumes of a name, oldest first. Tracks go to the last one; the others are full."""

    name: str
    volumes: tuple[Volume, ...] = ()
    creating: Intention | None = None

    @property
    def next_name(self) -> str:
        """What the next volume will be called: the name itself, then "… (2)"."""
        return f"{self.name} ({len(self.volumes) + 1})" if self.volumes else self.name

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def target_key(name: str) -> str:
    """Where the target of a name is remembered: readable, and different for every name."""
    words = re.findall("[0-9a-z]+", name.lower())
    return f"targets/{'-'.join([*words, hashlib.sha256(name.encode()).hexdigest()[:10]])}.json"


def read_target(documents: Documents, name: str) -> tuple[Target | None, str | None]:
    """What is remembered for `name`, and the ETag for replacing it; None for a document that is none of a target."""
    document, etag = documents.get_with_etag(target_key(name))
    if etag is None:
        return Target(name), None
    return _target_in(document, name), etag


def playlist_of(documents: Documents, name: str) -> str | None:
    """The playlist that is known to take the tracks of `name`; None before it was made."""
    target, _ = read_target(documents, name)
    return target.volumes[-1].playlist_id if target and target.volumes else None


def mark_full(documents: Documents, name: str) -> None:
    """Note that the last volume takes no more items."""
    target, _ = read_target(documents, name)
    if target is None or not target.volumes:
        raise DocumentMissing(f"{target_key(name)} does not say any more what was made for “{name}”. Start a new run.")
    *earlier, last = target.volumes
    full = replace(target, volumes=(*earlier, replace(last, full=True)))
    documents.put(target_key(name), full.document())


def full_volume(documents: Documents, name: str, playlist_id: str, left: int) -> PlaylistFull:
    """As `mark_full`; the error that says so of the volume, with `left` tracks still to add."""
    mark_full(documents, name)
    return PlaylistFull(
        f"Playlist {playlist_id} is full; {counted(left, 'track')} still to add. The tracks that fitted stay, and the "
        "next run makes a new playlist and adds the others to it."
    )


def _target_in(document: Document | None, name: str) -> Target | None:
    """The target in `document`, which a later release may have written more into; None where there is none."""
    if document is None:
        return None
    try:
        creating = document["creating"]
        found = Target(
            name=name,
            volumes=tuple(_of(Volume, one) for one in document["volumes"]),
            creating=_of(Intention, {"listed": 0, **creating}) if creating is not None else None,
        )
    except (KeyError, TypeError):
        return None
    return found if all(re.fullmatch(r"[0-9A-Za-z]{22}", one.playlist_id) for one in found.volumes) else None


def _of(kind: type[T], given: Any) -> T:
    """A dataclass of text, numbers and truths out of `given`. Raises KeyError and TypeError."""
    types = get_type_hints(kind)
    values = {name: given[name] for name in types}
    if not all(isinstance(value, types[name]) for name, value in values.items()):
        raise TypeError
    return kind(**values)
