"""Playlists and other sources as people paste them."""

import re
from itertools import product

import pytest

from rediscover_archive.errors import InvalidInput
from rediscover_archive.pairs.references import sources_of, target_id

ID = "3cEYpjA9oz9GiPac4AsH4n"
OTHER = "5ieJqeLJjjI8iJWaxeBLuK"
FORMS = [
    ID,
    f"spotify:playlist:{ID}",
    f"spotify://playlist/{ID}",
    f"spotify:user:someone:playlist:{ID}",
    f"spotify:user:playlist:playlist:{ID}",
    f"https://open.spotify.com/playlist/{ID}",
    f"https://open.spotify.com/playlist/{ID}/",
    f"https://open.spotify.com//playlist/{ID}",
    f"HTTPS://Open.Spotify.com/Playlist/{ID}",
    f"https://open.spotify.com/playlist/{ID}?si=0123456789abcdef&pi=a",
    f"https://open.spotify.com/playlist/{ID}?si=0123456789abcdef&amp;pi=a-_x",
    f"https://open.spotify.com/playlist/{ID}\\?si\\=0123456789abcdef\\&pi\\=a",
    f"https://open.spotify.com/playlist/{ID}?highlight=spotify:track:{OTHER}",
    f"https://open.spotify.com/intl-de/playlist/{ID}",
    f"https://open.spotify.com/intl-pt-BR/playlist/{ID}/?nd=1&dlsi=5f",
    f"https://open.spotify.com/embed/playlist/{ID}?utm_source=generator",
    f"https://open.spotify.com/user/someone/playlist/{ID}#top",
    f"open.spotify.com/playlist/{ID}",
    f"http://play.spotify.com/playlist/{ID}/",
    f"https://play.spotify.com/user/some%20one/playlist/{ID}",
]
AROUND = ["{}", "  {}\n", '"{}"', "'{}'", "“{}”", "<{}>", "({}).", "\ufeff{}\u200b", "`{}`", "\u00a0{}\u00a0", '["{}"]']
BETWEEN = [",", ", ", " ", "\n", "\r\n", "\t", " , \n", ";", "\u00a0", "\u2028", ",,", '","']


@pytest.mark.parametrize("form", FORMS)
def test_every_form_that_spotify_hands_out_is_understood_whatever_is_around_it(form: str) -> None:
    for around in AROUND:
        assert sources_of(around.format(form), "pairs[0].source") == [ID], around
        assert target_id(around.format(form), "pairs[0].target") == ID, around


@pytest.mark.parametrize("between", BETWEEN)
def test_of_several_that_were_pasted_together_each_is_used_in_its_order(between: str) -> None:
    other = f"https://open.spotify.com/playlist/{OTHER}?si=ab"
    for form in FORMS:
        assert sources_of(f"{form}{between}{other}", "--source") == [ID, OTHER]
        assert sources_of([f"{other}{between}{form}", "liked"], "--source") == [OTHER, ID, "liked"]


def test_links_without_anything_between_are_told_apart() -> None:
    links = (f"https://open.spotify.com/playlist/{one}?si=0a1b" for one in (ID, OTHER))
    assert sources_of("".join(links), "--source") == [ID, OTHER]


@pytest.mark.parametrize(
    "form",
    [
        "liked",
        "Liked",
        "https://open.spotify.com/collection/tracks",
        "https://open.spotify.com/intl-de/collection/tracks?si=1",
        "open.spotify.com/collection/tracks/",
        "https://open.spotify.com/collection",
        "https://open.spotify.com/user/someone/collection",
        "spotify:collection",
        "spotify:collection:tracks",
        "spotify:user:someone:collection",
    ],
)
def test_the_page_of_the_liked_songs_means_them(form: str) -> None:
    assert sources_of(f'"{form}"', "--source") == ["liked"]
    with pytest.raises(InvalidInput, match="is no playlist, to which tracks could be added"):
        target_id(form, "--target")


@pytest.mark.parametrize("between", ["", " ", "\n", '"', "<"])
def test_what_was_played_from_somewhere_is_said_by_any_form_of_its_link(between: str) -> None:
    for form in FORMS:
        assert sources_of(f"recently-played:{between}{form}", "--source") == [f"recently-played:spotify:playlist:{ID}"]
    album = f"Recently-Played:{between}https://open.spotify.com/intl-de/album/{ID}?si=1"
    assert sources_of(f"{album},{OTHER}, recently-played", "--source") == [
        f"recently-played:spotify:album:{ID}",
        OTHER,
        "recently-played",
    ]


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        (ID[:-1], "not a playlist's URL"),
        (f"https://example.com/playlist/{ID}", "is the address of another site"),
        (f"https://open.spotify.com.example.com/playlist/{ID}", "is the address of another site"),
        (f"https://open.spotify.com@example.com/playlist/{ID}", "is the address of another site"),
        (
            f"https://open.spotify.com/album/{ID}",
            "is a Spotify album, not a playlist. Add the songs that you mean to a playlist of your own",
        ),
        (f"spotify:track:{ID}", "is a Spotify track, not a playlist"),
        ("spotify:user:someone", "Open one of the profile's playlists"),
        ("https://open.spotify.com/playlist/", "no playlist id"),
        (f"https://open.spotify.com/playlist/{ID}x", "no playlist id"),
        (f"https://open.spotify.com/playlist/{ID}/recommended", "no playlist id"),
        (f"spotify:playlist:{ID}:recommended", "no playlist id"),
        (f"spotify:playlist:{ID}+spotify:playlist:{OTHER}", "no playlist id"),
        (f"https://open.spotify.com/playlist/{ID}?si=1/open.spotify.com/playlist/{OTHER}", "not a playlist's URL"),
        ("spotify:playlist:", "no playlist id"),
        ("https://open.spotify.com/collection/your-episodes", "is no playlist"),
        ("https://spotify.link/aBcDeF", "give the address that it ends at"),
        ("https://spotify.app.link/aBcDeF?_p=c1", "give the address that it ends at"),
        ("recently-played-ish", "not a playlist's URL"),
        ("https:", "not a playlist's URL"),
    ],
)
def test_anything_else_is_refused_naming_field_and_value_also_beside_what_is_right(reference: str, told: str) -> None:
    for text in (reference, f"{ID},{reference}", f"<{reference}>\n{OTHER}"):
        with pytest.raises(InvalidInput) as error:
            sources_of(text, "pairs[3].source")
        assert str(error.value).startswith(f"pairs[3].source: {reference!r} ")
        assert told in str(error.value)
    with pytest.raises(InvalidInput, match=re.escape(f"pairs[3].target: {reference!r} ")):
        target_id(reference, "pairs[3].target")


@pytest.mark.parametrize("empty", ["", " ", ",", "<>", "\n"])
def test_nothing_is_refused_as_nothing(empty: str) -> None:
    for read, field in ((sources_of, "source"), (target_id, "target")):
        with pytest.raises(InvalidInput, match=f"{field}: .* is not a playlist's URL"):
            read(empty, field)
    with pytest.raises(InvalidInput, match=r"source\[1\]: .* is not a playlist's URL"):
        sources_of([ID, empty], "source")


def test_the_same_in_another_spelling_is_refused_and_so_are_too_many() -> None:
    for first, second in product(FORMS[:4], FORMS[:4]):
        with pytest.raises(InvalidInput, match="stands in the list before"):
            sources_of(f"{first} {second}", "--source")
    with pytest.raises(InvalidInput, match="these are 11 sources; a pair can have 10"):
        sources_of(" ".join(f"{number:022}" for number in range(11)), "--source")


def test_a_target_is_one_playlist() -> None:
    with pytest.raises(InvalidInput, match=f"--target: .* these are 2 things: '{ID}', '{OTHER}'. Give one of"):
        target_id(f"{ID}, {OTHER}", "--target")


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_is_named_by_its_playlist_in_any_form(form: str) -> None:
    for written in (f"archive:{form}", f"Archive: <{form}>"):
        assert sources_of([written, ID], "--source") == [f"archive:{ID}", ID]


@pytest.mark.parametrize(
    "form", ["archive", "archive:", "archive:liked", "archive:spotify:album:5ieJqeLJjjI8iJWaxeBLuK"]
)
def test_an_archive_of_nothing_that_was_a_target_is_refused(form: str) -> None:
    with pytest.raises(InvalidInput, match=r"^--source: "):
        sources_of(form, "--source")


def test_a_link_that_is_no_url_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is not a playlist's URL, URI or id"):
        sources_of(f"https://[open.spotify.com/playlist/{ID}", "source")
