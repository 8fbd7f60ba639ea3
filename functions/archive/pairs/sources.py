"""What can be archived beside playlists: each kind of source, once.

How each is read stands in `listening.READERS`, apart from here, so that the command line can name them without loading
what reads them.
"""

from dataclasses import dataclass

from archive.spotify import scopes


@dataclass(frozen=True)
class SourceKind:
    """A source that is no playlist: its `name` in an input, and the scope that reading it needs.

    `has_context` tells that `NAME:LINK` narrows it to what was played from a playlist, album or artist.
    """

    name: str
    scope: str
    has_context: bool = False


LIKED = SourceKind("liked", scopes.SAVED_TRACKS)

RECENTLY_PLAYED = SourceKind("recently-played", scopes.RECENTLY_PLAYED, has_context=True)

KINDS = {kind.name: kind for kind in (LIKED, RECENTLY_PLAYED)}


def kind_of(source_id: str) -> SourceKind | None:
    """The kind of a source in its one spelling (references.source_id); None for a playlist."""
    return KINDS.get(source_id.partition(":")[0])
