"""What to archive and where to, as people write it: a playlist's URL, URI or id; liked songs; what was played."""

import re
from urllib.parse import urlsplit

from archive.errors import InvalidInput
from archive.text import clean, quoted

_ID = re.compile(r"[0-9A-Za-z]{22}")
_KINDS = ("album", "artist", "episode", "show", "track", "user")
_CONTEXTS = ("album", "artist", "playlist")

LIKED = "liked"
RECENTLY_PLAYED = "recently-played"


def source_id(reference: str, field: str) -> str:
    """A source in its one spelling: a playlist's id, `liked`, or `recently-played[:CONTEXT]`.

    CONTEXT is the `spotify:…` URI of the playlist, album or artist that was played from. Raises InvalidInput.
    """
    text = reference.strip()
    if text in (LIKED, RECENTLY_PLAYED):
        return text
    kind, colon, context = text.partition(":")
    if colon and kind == RECENTLY_PLAYED:
        return f"{RECENTLY_PLAYED}:{_context(context, field)}"
    return playlist_id(text, field)


def as_text(given: str | list[str] | dict[str, str]) -> str:
    """A source or target as it stands in an input, for people."""
    if isinstance(given, str):
        return given
    return ", ".join(given) if isinstance(given, list) else given["create"]


def named(name: str, given: str | list[str] | dict[str, str]) -> str:
    """A source or target in a sentence: its name, quoted, or the link that the input has where none is known."""
    return quoted(name) if name != as_text(given) or isinstance(given, dict) else clean(name)


def _context(reference: str, field: str) -> str:
    if _ID.fullmatch(reference):
        return f"spotify:playlist:{reference}"
    parts = _parts(reference)
    for kind in _CONTEXTS:
        if kind in parts:
            candidate = "".join(parts[parts.index(kind) + 1 :][:1])
            if _ID.fullmatch(candidate):
                return f"spotify:{kind}:{candidate}"
    raise InvalidInput(
        f"{field}: {reference!r} is not the link of a playlist, album or artist, which has to follow "
        f"{RECENTLY_PLAYED}: where only what was played from there is meant."
    )


def playlist_id(reference: str, field: str) -> str:
    """The 22-character id in `reference`, which stands in `field` of the input.

    Takes an id, `spotify:playlist:ID` (also the older `spotify:user:NAME:playlist:ID`) and
    `https://open.spotify.com/…/playlist/ID?…`. Raises InvalidInput.
    """
    text = reference.strip()
    if _ID.fullmatch(text):
        return text
    parts = _parts(text)
    if "playlist" in parts:
        candidate = "".join(parts[parts.index("playlist") + 1 :][:1])
        if _ID.fullmatch(candidate):
            return candidate
        raise InvalidInput(f"{field}: {reference!r} has no playlist id of 22 letters and digits in it.")
    kind = next((part for part in parts if part in _KINDS), None)
    found = f"is a Spotify {kind}, not a playlist" if kind else "is not a playlist's URL, URI or id"
    raise InvalidInput(
        f"{field}: {reference!r} {found}. In the Spotify app, choose Share and Copy link to playlist, "
        "and paste that link."
    )


def _parts(text: str) -> list[str]:
    if text.startswith("spotify:"):
        return text.split(":")[1:]
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return []
    return url.path.split("/") if url.hostname in ("open.spotify.com", "play.spotify.com") else []
