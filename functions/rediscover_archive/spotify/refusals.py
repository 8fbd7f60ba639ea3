"""Spotify's refusals of a Web API request as our errors, by status and text."""

import re
from collections.abc import Sequence

from rediscover_archive.errors import (
    DISCOVER_WEEKLY,
    AccessTokenRejected,
    ArchiveError,
    ItemRefused,
    MissingScope,
    PlaylistFull,
    PlaylistNotFound,
    PlaylistNotReadable,
    PlaylistNotWritable,
    PremiumRequired,
    RequestRefused,
    UserNotRegistered,
)
from rediscover_archive.spotify.http import Answer
from rediscover_archive.spotify.scopes import SCOPES, in_words
from rediscover_archive.spotify.sources import KINDS
from rediscover_archive.spotify.transport import error_body
from rediscover_archive.text import quoted

LONGEST_SAID = 100
"""Most characters of Spotify's own words in an error."""


def common(answer: Answer, what: str, scopes: Sequence[str]) -> ArchiveError | None:
    """What a status and text mean on any endpoint; the texts are in Spotify's own words.

    `what` was asked for, and needs `scopes`.
    """
    told = _message(answer).lower()
    said = _said(answer)
    if answer.status_code == 401:
        return AccessTokenRejected(f"Spotify rejected the access token at {what} ({said}).")
    if "premium" in told:
        return PremiumRequired(
            f"Spotify says: {said} It asks the owner of an app in development mode to have Premium. Renew it, or "
            "use another account's app."
        )
    if "not be registered" in told:
        return UserNotRegistered(
            f"Spotify says: {said} Add the listener's account under User Management of the app at "
            "https://developer.spotify.com/dashboard."
        )
    if "scope" in told:
        asking = "".join(f" --with {kind.name}" for kind in KINDS.values() if kind.scope in scopes)
        how = f": `rediscover authorize{asking}`, for a stack with `--aws` too" if asking else ""
        return MissingScope(
            f"The authorization does not cover {what} ({said}). Authorize again with the scopes "
            f"{in_words(*scopes)}{how}."
        )
    return None


def _message(answer: Answer) -> str:
    return str(error_body(answer).get("message") or "")


def _said(answer: Answer) -> str:
    message = _message(answer)
    return quoted(message, LONGEST_SAID) if message else "without a reason"


def of_playlist(answer: Answer, playlist_id: str) -> ArchiveError | None:
    """What any request for a playlist may be refused with."""
    if answer.status_code == 404:
        return PlaylistNotFound(
            f"Spotify finds no playlist {playlist_id}. "
            + (DISCOVER_WEEKLY if playlist_id.startswith("37i9dQ") else "Check the link; was it deleted?")
        )
    return common(answer, f"playlist {playlist_id}", SCOPES)


def of_reading(answer: Answer, playlist_id: str) -> ArchiveError:
    """Why a playlist cannot be read."""
    known = of_playlist(answer, playlist_id)
    if known:
        return known
    if answer.status_code == 403:
        return PlaylistNotReadable(not_readable(playlist_id))
    return refused(answer, f"to read playlist {playlist_id}")


def of_adding(answer: Answer, playlist_id: str) -> ArchiveError:
    """Why nothing of one request was added to a playlist."""
    known = of_playlist(answer, playlist_id)
    if known:
        return known
    message, said = _message(answer), _said(answer)
    if re.search(r"\b(limit|maximum|full|too many)\b", message, re.IGNORECASE) and answer.status_code in (400, 403):
        return PlaylistFull(f"Playlist {playlist_id} takes no more items ({said}). Give the pair a new target.")
    if answer.status_code == 403:
        return PlaylistNotWritable(
            f"Spotify does not let this listener add to playlist {playlist_id} ({said}). "
            "The target must be a playlist of their own, or one they collaborate on."
        )
    if answer.status_code == 400 and re.search(r"\b(uris?|ids?)\b", message, re.IGNORECASE):
        return ItemRefused(message)
    return refused(answer, f"to add to playlist {playlist_id}")


def of_removing(answer: Answer, playlist_id: str) -> ArchiveError:
    """Why nothing of one request was removed from a playlist."""
    known = of_playlist(answer, playlist_id)
    if known:
        return known
    if answer.status_code == 403:
        return PlaylistNotWritable(
            f"Spotify does not let this listener remove tracks from playlist {playlist_id} ({_said(answer)}). What the "
            "target got is there. Leave clear_source out for a source that is not your own."
        )
    return refused(answer, f"to remove from playlist {playlist_id}")


def refused(answer: Answer, what: str) -> RequestRefused:
    """A refusal that has no class of its own; `what` is as in "to read playlist X"."""
    return RequestRefused(f"Spotify refused {what}: {answer.status_code}, {_said(answer)}.")


def not_readable(playlist_id: str) -> str:
    """Why the contents of a playlist are not shown, and what works instead."""
    if playlist_id.startswith("37i9dQ"):
        return f"Playlist {playlist_id} is made by Spotify. {DISCOVER_WEEKLY}"
    return (
        f"Spotify does not show this app the contents of playlist {playlist_id}: an app in development mode reads only "
        "playlists that its listener owns or collaborates on. Use a playlist of your own; for a source, copy its songs "
        "into one."
    )
