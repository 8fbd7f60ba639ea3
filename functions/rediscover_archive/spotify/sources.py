"""What can be archived beside playlists: each kind of source, once.

How each is read stands in `pairs.listening.READERS` (an archive: in `ledger.restoring`), apart from here, so that the
command line can name them without loading what reads them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceKind:
    """A source that is no playlist: its `name` in an input, and the scope that reading it needs, "" for none.

    `has_context` tells that `NAME:LINK` narrows it to a playlist (of what was played, also to an album or artist), and
    `needs_context` that nothing is meant without.
    """

    name: str
    scope: str
    has_context: bool = False
    needs_context: bool = False


LIKED = SourceKind("liked", scope="user-library-read")
"""Saved tracks (Spotify, Get User's Saved Tracks)."""

RECENTLY_PLAYED = SourceKind("recently-played", scope="user-read-recently-played", has_context=True)
"""What was played (Spotify, Get Recently Played Tracks)."""

ARCHIVE = SourceKind("archive", scope="", has_context=True, needs_context=True)
"""All that was ever kept in a playlist, by this project's own record; Spotify is not asked."""

KINDS = {kind.name: kind for kind in (LIKED, RECENTLY_PLAYED, ARCHIVE)}

AT_SPOTIFY = {name: kind for name, kind in KINDS.items() if kind.scope}
"""Those that Spotify is asked for, and so the listener for a scope."""


def kind_of(source_id: str) -> SourceKind | None:
    """The kind of a source in its one spelling (references.source_id); None for a playlist."""
    return KINDS.get(source_id.partition(":")[0])
