"""What to archive and where to, as people paste it: links, URIs and ids of playlists; liked songs; what was played.

The one reader for the command line, an execution's input, the doctor and the stack's parameters. Everything that is
given is used, or refused by its words; nothing is passed over.
"""

import html
import re
import unicodedata
from urllib.parse import urlsplit

from rediscover_archive.errors import InvalidInput
from rediscover_archive.spotify.sources import ARCHIVE, KINDS, LIKED, SourceKind
from rediscover_archive.text import clean, quoted, repeated

MOST_SOURCES = 10

_ID = re.compile(r"[0-9A-Za-z]{22}")
_NO_PLAYLISTS = ("album", "artist", "episode", "show", "track", "user", "prerelease", "concert", "audiobook")
_CONTEXTS = ("album", "artist", "playlist")
_HOSTS = ("open.spotify.com", "play.spotify.com")
_SHORT_LINKS = ("spotify.link", "spotify.app.link", "spoti.fi", "link.tospotify.com")
_NARROWED = "|".join(re.escape(kind.name) for kind in KINDS.values() if kind.has_context)
_QUERY = re.compile(r"[\w.~%&=+:*-]*", re.ASCII)
_BETWEEN = re.escape("'\"`´‘’‚‛“”„‟«»‹›<>()[]{},;|") + r"\s"
"""What parts references, or comes around one when it is copied out of a sentence, a mail or a shell."""

HOW_TO_COPY = "In the Spotify app, choose Share and Copy link to playlist, and paste that link."

Reference = tuple[str, str]
"""A kind (`playlist`, `album`, …; `collection` for the liked songs, `short` link, `site` of another) and its id."""


def pieces(pasted: str) -> list[str]:
    """Each reference in `pasted`, bare: commas, blanks, line ends, quotation marks and brackets part them, and so does
    the beginning of a link.
    """
    text = html.unescape(html.unescape(pasted)).replace("\\", "")
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf"))
    text = re.sub(rf"(?i)((?:{_NARROWED}):)[{_BETWEEN}]+", r"\1", text)
    text = re.sub(r"(?i)(?<!:)(?=https?://)", " ", text)
    bare = (piece.strip(".…") for piece in re.split(f"[{_BETWEEN}]+", text))
    return [piece for piece in bare if piece]


class Spelled(str):
    """A source in its one spelling, which is not to be read like what people write."""


def sources_of(given: str | list[str], field: str) -> list[str]:
    """The sources in `given` in their one spelling, as `source_id` has it, each once. Raises InvalidInput."""
    named = (
        [(field, piece) for piece in _some(given, field)]
        if isinstance(given, str)
        else [
            (f"{field}[{place}]", one) for place, text in enumerate(given) for one in _some(text, f"{field}[{place}]")
        ]
    )
    found: list[str] = []
    for at, piece in named:
        source = piece if isinstance(piece, Spelled) else source_id(piece, at)
        if source in found:
            raise InvalidInput(f"{at}: {repeated(piece)} stands in the list before. Remove it.")
        found.append(source)
    if len(found) > MOST_SOURCES:
        raise InvalidInput(f"{field}: these are {len(found)} sources; a pair can have {MOST_SOURCES}. Make more pairs.")
    return found


def playlists_of(given: list[str], field: str) -> list[str]:
    """The ids of the playlists in `given`, each once. Raises InvalidInput."""
    found = [
        playlist_id(piece, f"{field}[{place}]")
        for place, text in enumerate(given)
        for piece in _some(text, f"{field}[{place}]")
    ]
    return list(dict.fromkeys(found))


def target_id(given: str, field: str) -> str:
    """The id of the one playlist in `given`. Raises InvalidInput."""
    found = _some(given, field)
    if len(found) > 1:
        shown = ", ".join(map(repeated, found[:4])) + (", …" if len(found) > 4 else "")
        raise InvalidInput(
            f"{field}: a target is one playlist, and these are {len(found)} things: {shown}. Give "
            "one of them; another target is a pair of its own."
        )
    return playlist_id(found[0], field)


def source_id(piece: str, field: str) -> str:
    """A source in its one spelling: a playlist's id, or a kind's `NAME[:CONTEXT]`, as `liked` or `recently-played`.

    CONTEXT is the `spotify:…` URI of the playlist, album or artist that was played from; of an archive it is the id of
    its playlist. Raises InvalidInput.
    """
    name, colon, context = piece.partition(":")
    kind = KINDS.get(name.lower())
    if kind and kind.has_context and (colon or kind.needs_context):
        return f"{kind.name}:{_context(kind, context, field)}"
    if kind and not colon:
        return kind.name
    return LIKED.name if reference(piece) == ("collection", "") else playlist_id(piece, field)


def as_text(given: str | list[str] | dict[str, str]) -> str:
    """A source or target as it stands in an input, for people."""
    if isinstance(given, str):
        return given
    return ", ".join(given) if isinstance(given, list) else given["create"]


def named(name: str, given: str | list[str] | dict[str, str]) -> str:
    """A source or target in a sentence: its name, quoted, or the link that the input has where none is known."""
    return quoted(name) if name != as_text(given) or isinstance(given, dict) else clean(name)


def playlist_id(piece: str, field: str) -> str:
    """The 22-character id of the playlist that `piece` names, which stands in `field` of the input.

    Takes an id, `spotify:playlist:ID` (also the older `spotify:user:NAME:playlist:ID`) and
    `https://open.spotify.com/…/playlist/ID?…`. Raises InvalidInput.
    """
    kind, id = reference(piece)
    if kind == "playlist" and identified(id):
        return id
    raise InvalidInput(f"{field}: {repeated(piece)} {_objection(kind)}")


def _some(pasted: str, field: str) -> list[str]:
    found: list[str] = [pasted] if isinstance(pasted, Spelled) else pieces(pasted)
    if not found:
        raise InvalidInput(f"{field}: {repeated(pasted)} is not a playlist's URL, URI or id. {HOW_TO_COPY}")
    return found


def _context(kind: SourceKind, piece: str, field: str) -> str:
    if kind is ARCHIVE and not piece:
        raise InvalidInput(f"{field}: archive: has to be followed by the link of the playlist that is the archive.")
    if kind is ARCHIVE:
        return playlist_id(piece, field)
    played_from, id = reference(piece)
    if played_from in _CONTEXTS and identified(id):
        return f"spotify:{played_from}:{id}"
    raise InvalidInput(
        f"{field}: {repeated(piece)} is not the link of a playlist, album or artist, which has to follow "
        f"{kind.name}: where only what was played from there is meant."
    )


def _objection(kind: str) -> str:
    if kind == "playlist":
        return "has no playlist id of 22 letters and digits in it, or something behind it."
    if kind == "short":
        return (
            "is a short link, which only a browser can follow. Open it in one, and give the address that it ends at, "
            "https://open.spotify.com/playlist/…"
        )
    if kind == "collection" or kind in KINDS:
        return "is no playlist, to which tracks could be added. Give the link of a playlist of your own."
    if kind == "site":
        return f"is the address of another site, not of open.spotify.com. {HOW_TO_COPY}"
    if kind == "user":
        return f"is a Spotify user, not a playlist. Open one of the profile's playlists there. {HOW_TO_COPY}"
    if kind in _NO_PLAYLISTS:
        return (
            f"is a Spotify {kind}, not a playlist. Add the songs that you mean to a playlist of your own, and give "
            f"that. {HOW_TO_COPY}"
        )
    return f"is not a playlist's URL, URI or id. {HOW_TO_COPY}"


def identified(text: str) -> bool:
    """Whether `text` is an id."""
    return bool(_ID.fullmatch(text))


def reference(piece: str) -> Reference:
    """What `piece` names, all of it; ("", "") where it is nothing known."""
    if identified(piece):
        return "playlist", piece
    if piece.lower() in KINDS:
        return piece.lower(), ""
    if piece.lower().startswith("spotify:"):
        return _named_by([part for part in re.split(r"[:/]+", piece)[1:] if part])
    try:
        url = urlsplit(piece if "://" in piece else f"https://{piece}")
        host = url.hostname or ""
    except ValueError:
        return "", ""
    if host in _SHORT_LINKS:
        return "short", ""
    if host not in _HOSTS and host and "://" in piece:
        return "site", ""
    if host not in _HOSTS or not _QUERY.fullmatch(url.query) or not _QUERY.fullmatch(url.fragment):
        return "", ""
    parts = [part for part in url.path.split("/") if part]
    return _named_by(parts[1:] if parts and re.fullmatch(r"intl-[\w-]+|embed", parts[0]) else parts)


def _named_by(parts: list[str]) -> Reference:
    """What the parts of a URI, or of a link's path, name: `playlist ID`, `user NAME playlist ID`, `collection`, …"""
    if len(parts) > 2 and parts[0].lower() == "user":
        parts = parts[2:]
    kind, *rest = parts or [""]
    if kind.lower() == "collection":
        return "collection", "" if rest in ([], ["tracks"]) else "/".join(rest)
    return kind.lower(), ":".join(rest)
