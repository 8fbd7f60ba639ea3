"""The page's file: all of the archive, and nothing in it that runs, loads or is believed to be markup."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from rediscover_archive.page.content import Archive, Content, Notice, Track, Week, week_before_a_year
from rediscover_archive.page.document import html, policy
from rediscover_archive.page.patterns import pattern
from tests.page.music import ATTACKS, MADE_AT, content, track


class Read(HTMLParser):
    """What a browser makes of the file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.inside: dict[str, str] = {}
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within in ("style", "script"):
            self.inside[self._within] = self.inside.get(self._within, "") + data
        else:
            self.said.append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (the parser's)
        self._within = ""

    def all(self, tag: str, name: str) -> list[str | None]:
        """An attribute of every element of that kind that has it."""
        return [attributes[name] for kind, attributes in self.tags if kind == tag and name in attributes]


def test_every_track_is_there_by_name_with_its_link() -> None:
    shown = content()
    page = Read(html(shown))
    links, said = page.all("a", "href"), set(page.said)
    for one in shown.archives[0].tracks:
        assert one.link in links
        assert one.name in said
    assert links.count(shown.archives[0].link) == 1


def test_no_name_becomes_markup_a_script_or_a_link() -> None:
    page = Read(html(content()))
    assert set(ATTACKS) <= set(page.said)
    kinds = {tag for tag, _ in page.tags}
    assert kinds.isdisjoint({"img", "b", "iframe", "object", "form", "link", "base"})
    assert [tag for tag, _ in page.tags].count("script") == 1
    links = [str(href) for href in page.all("a", "href")]
    assert all(re.fullmatch(r"#[a-z0-9W-]+|https://open\.spotify\.com/([a-z]+/\w{22})?", href) for href in links)
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]


def test_the_page_may_run_its_own_script_and_style_and_load_nothing() -> None:
    page = Read(html(content(3)))
    said = next(given["content"] for tag, given in page.tags if tag == "meta" and "http-equiv" in given)
    assert said == policy()
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'"):
        assert part in str(said)
    for kind in ("style", "script"):
        hashed = base64.b64encode(hashlib.sha256(page.inside[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{hashed}'" in str(said)
    assert not [one for tag in ("img", "script", "link") for name in ("src", "href") for one in page.all(tag, name)]
    assert {"name": "robots", "content": "noindex, nofollow"} in [given for _, given in page.tags]


def test_each_week_has_its_mark_in_the_strip() -> None:
    page = Read(html(content(60)))
    told = [str(label) for _, given in page.tags if (label := given.get("aria-label") or "").startswith("Week ")]
    assert len(told) == 60
    assert told[-1] == "Week 48, 23–29 Nov 2026: kept, 30 added"
    assert {label.split(": ")[1].split(",")[0] for label in told} == {"kept", "heard", "unchanged", "missed"}


def test_what_has_left_is_told_and_not_copied() -> None:
    text = html(content())
    row = next(row for row in re.findall(r"<li[^>]*>.*?</li>", text) if ">Gone<" in row)
    assert 'class="gone"' in row
    assert "left on 2026-10-02" in row
    assert f"{len(content().archives[0].tracks) - 1:,} tracks kept since" in text


@pytest.mark.parametrize("kind", ["failure", "warning", "authorization"])
def test_what_needs_a_look_comes_first(kind: str) -> None:
    notice = Notice(kind, "Run `rediscover authorize <now>`.")  # type: ignore[arg-type]  # parametrize knows no literals
    text = html(content(2, notices=(notice,)))
    assert text.index("Needs a look") < text.index("<h1")
    assert f'class="{kind}"' in text
    assert "<code>rediscover authorize &lt;now&gt;</code>" in text
    assert "Needs a look" not in html(content(2))


def test_a_track_without_a_page_at_spotify_has_no_link() -> None:
    local = Track("spotify:local:Me:Demo:Song:90", "", (), "2026-W47")
    text = html(Content(MADE_AT, [Archive("6elg5GF9UJlXbLQD7PfT9f", "Kept", [], [local])]))
    assert f'<span dir="auto">{local.uri}</span>' in text


def test_an_archive_of_nothing_and_no_archive_are_pages_too() -> None:
    assert "0 tracks kept" in html(Content(MADE_AT, [Archive("6elg5GF9UJlXbLQD7PfT9f", "Kept", [], [])]))
    assert "Nothing is archived yet" in html(Content(MADE_AT, []))


def test_several_archives_have_places_of_their_own() -> None:
    one = content(3).archives[0]
    text = html(Content(MADE_AT, [one, replace(one, name="Other")]))
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {"archive-0", "archive-1"} <= set(ids)
    assert '<nav aria-label="Archives">' in text


@pytest.mark.parametrize(
    ("now", "then"), [("2026-11-26", "2025-W48"), ("2026-12-30", "2025-W52"), ("2027-01-02", "2025-W52")]
)
def test_a_year_ago_is_the_same_week_of_the_year_before(now: str, then: str) -> None:
    assert week_before_a_year(datetime.fromisoformat(now).replace(tzinfo=UTC)) == then


def test_a_weeks_days_are_said_across_months_and_years() -> None:
    days = [Week(week, "kept").days for week in ("2026-W48", "2026-W49", "2026-W53")]
    assert days == ["23–29 Nov 2026", "30 Nov – 6 Dec 2026", "28 Dec 2026 – 3 Jan 2027"]


@pytest.mark.parametrize(("number", "tiles"), [(1, 1), (6, 6), (7, 7), (30, 30), (900, 30)])
def test_a_pattern_is_of_its_tracks_alone(number: int, tiles: int) -> None:
    tracks = [track(one, "2026-W47", "a name") for one in range(number)]
    drawn = pattern(tracks)
    assert len(drawn) == tiles + 1
    renamed = pattern([replace(one, name="another") for one in tracks])
    assert [one.attrib for one in drawn] == [one.attrib for one in renamed]
    assert [one.attrib for one in pattern([track(10**5, "2026-W47"), *tracks[1:]])] != [one.attrib for one in drawn]
