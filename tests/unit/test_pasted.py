"""Links that are pasted, with whatever stands between them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rediscover_archive.documents import Documents
from rediscover_archive.errors import DocumentMissing, InvalidInput
from rediscover_archive.inbox.kept import recall_pasted
from rediscover_archive.inbox.pasted import briefly, tracks_of
from rediscover_archive.runs.run_input import pairs_of
from rediscover_archive.runs.state import Pair
from rediscover_archive.settings import Settings

A, B, C = ("A" * 22, "B" * 22, "C" * 22)
URIS = [f"spotify:track:{id}" for id in (A, B)]
LINK = "https://open.spotify.com/{}/{}?si=0a"
EVERYTHING = f"""My week:

{LINK.format("track", A)}{LINK.format("track", B)}
The Singer – The Song, https://open.spotify.com/intl-de/track/{A}, spotify:track:{B};{A}
{LINK.format("episode", C)}
{LINK.format("album", C)} {LINK.format("playlist", C)}
https://open.spotify.com/local/Somebody/Demos/One/123
https://spotify.link/aBcD https://example.com/track/{A}
https://open.spotify.com/track/{A[:5]}
"""


def _pair(source: Any) -> Pair:
    (pair,) = pairs_of({"pairs": [{"source": source, "target": C}]}, Settings.from_environment({}), datetime.now(UTC))
    return pair


def test_links_uris_and_ids_are_taken_in_their_order() -> None:
    assert tracks_of([EVERYTHING]).uris == [*URIS, URIS[0], URIS[1], URIS[0], f"spotify:episode:{C}"]


def test_what_is_no_track_is_counted_by_what_it_is() -> None:
    assert tracks_of([EVERYTHING]).others == (
        "Left out of what was pasted, as no tracks: line of text (1), album (1), playlist (1), local file (1), short "
        "link (1), link of another site (1), incomplete track (1). A short link only a browser can follow: paste the "
        "address that it ends at."
    )


def test_what_stands_beside_a_track_in_its_line_is_not_told() -> None:
    assert tracks_of([f"1. The Song – {LINK.format('track', A)}"]).others == ""


def test_a_paste_in_brief_is_the_same_paste() -> None:
    assert tracks_of(briefly(EVERYTHING)) == tracks_of([EVERYTHING])
    assert briefly(EVERYTHING)[:3] == ["My week:", A, B]


def test_a_pasted_source_has_its_tracks_apart_from_what_travels() -> None:
    pair = _pair({"tracks": [LINK.format("track", A), B, "x"]})
    (source_id,) = pair["source_ids"]
    assert pair["source"] == "2 pasted tracks"
    assert pair["pasted"] == {source_id: URIS}
    assert "line of text (1)" in pair["not_tracks"][source_id]


def test_pasted_tracks_stand_in_a_list_of_sources_at_their_place() -> None:
    pair = _pair(["liked", {"tracks": [A]}, f"spotify:playlist:{B}"])
    first, second, third = pair["source_ids"]
    assert (first, third) == ("liked", B)
    assert pair["pasted"] == {second: URIS[:1]}
    assert pair["source"] == ["liked", "1 pasted track", f"spotify:playlist:{B}"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            {"tracks": ["Hello"]},
            r"pairs\[0\].source: there is no link, URI or id of a track in it. Left out of what was",
        ),
        ({"tracks": [""]}, r"pairs\[0\].source: there is no link, .* In Spotify's desktop app"),
        (["liked", {"tracks": ["Hello"]}], r"pairs\[0\].source\[1\]: there is no link"),
        ({"tracks": []}, r"pairs\[0\].source.tracks must not be empty"),
        ({"links": [A]}, r"pairs\[0\].source lacks tracks"),
        ({"tracks": [" ".join([A] * 20)] * 501}, r"these are 10,020 tracks, and a playlist takes 10,000"),
        ([{"tracks": [A]}, {"tracks": [A]}], r"stands in the list before"),
    ],
)
def test_what_cannot_be_pasted_is_refused_by_its_words(source: Any, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        _pair(source)


def test_a_paste_that_is_gone_from_the_bucket_is_named(documents: Documents) -> None:
    with pytest.raises(DocumentMissing, match=r"What was pasted, plans/run/pasted/0\.abc\.json, is gone"):
        recall_pasted(documents, "run", 0, "tracks:abc")
