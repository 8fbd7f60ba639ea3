"""Playlists as people write them."""

import pytest

from archive.errors import InvalidInput
from archive.references import playlist_id

ID = "3cEYpjA9oz9GiPac4AsH4n"


@pytest.mark.parametrize(
    "reference",
    [
        ID,
        f"  {ID}\n",
        f"spotify:playlist:{ID}",
        f"spotify:user:someone:playlist:{ID}",
        f"https://open.spotify.com/playlist/{ID}",
        f"https://open.spotify.com/playlist/{ID}?si=0123456789abcdef&pi=a",
        f"https://open.spotify.com/intl-de/playlist/{ID}",
        f"https://open.spotify.com/user/someone/playlist/{ID}#top",
        f"open.spotify.com/playlist/{ID}",
        f"http://play.spotify.com/playlist/{ID}/",
    ],
)
def test_every_form_that_spotify_hands_out_is_understood(reference: str) -> None:
    assert playlist_id(reference, "pairs[0].source") == ID


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("", "not a playlist's URL"),
        ("my playlist", "not a playlist's URL"),
        (ID[:-1], "not a playlist's URL"),
        (f"https://example.com/playlist/{ID}", "not a playlist's URL"),
        (f"https://open.spotify.com.example.com/playlist/{ID}", "not a playlist's URL"),
        (f"https://open.spotify.com/album/{ID}", "is a Spotify album, not a playlist"),
        (f"spotify:track:{ID}", "is a Spotify track, not a playlist"),
        ("https://open.spotify.com/playlist/", "no playlist id"),
        (f"https://open.spotify.com/playlist/{ID}x", "no playlist id"),
        ("spotify:playlist:", "no playlist id"),
        ("https://[broken", "not a playlist's URL"),
    ],
)
def test_anything_else_is_refused_naming_field_and_value(reference: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=r"Share and Copy|no playlist id") as error:
        playlist_id(reference, "pairs[3].target")
    assert str(error.value).startswith(f"pairs[3].target: {reference!r} ")
    assert told in str(error.value)
