"""What a listener agrees to, by Spotify's names for it."""

SCOPES = (
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-public",
    "playlist-modify-private",
)
"""All that reading and changing playlists needs (Spotify, Get Playlist Items, Add Items to Playlist)."""


def in_words(*scopes: str) -> str:
    """Scopes in a sentence: `a, b and c`."""
    *others, last = scopes
    return f"{', '.join(others)} and {last}" if others else last
