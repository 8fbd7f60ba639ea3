"""Playlists as people write them: URL, URI or id."""

import re
from urllib.parse import urlsplit

from archive.errors import InvalidInput

_ID = re.compile(r"[0-9A-Za-z]{22}")
_KINDS = ("album", "artist", "episode", "show", "track", "user")


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
