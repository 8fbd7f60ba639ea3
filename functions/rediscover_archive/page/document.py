"""The page's HTML. It is built as a tree, so that no name can become markup, a script or a link. Pure."""

import base64
import hashlib
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from rediscover_archive.page.content import STATUSES, Archive, Content, Notice, Track, Week, week_before_a_year
from rediscover_archive.page.patterns import pattern
from rediscover_archive.text import counted

HERE = Path(__file__).parent
CHUNK = 100
"""Tracks of a list, so that a browser lays out only those that are in sight."""

MEANING = {
    "kept": "something new, and all of it is here",
    "heard": "what you played of it is here",
    "unchanged": "the source showed nothing new",
    "missed": "no run succeeded",
}
TITLES = {"failure": "The last run failed", "warning": "Worth a look", "authorization": "Spotify's authorization"}


def html(content: Content, last_run: Element | None = None) -> str:
    """The whole file; `last_run` is a picture of the latest execution."""
    page = _e("html", _head(content), _body(content, last_run), lang="en")
    return "<!doctype html>\n" + tostring(page, encoding="unicode", method="html") + "\n"


@cache
def asset(name: str) -> str:
    """The style or the script."""
    return (HERE / name).read_text(encoding="utf-8")


@cache
def policy() -> str:
    """What the page may do: its own style and script, and nothing from anywhere."""
    style, script = (f"'sha256-{_hash(asset(name))}'" for name in ("page.css", "page.js"))
    return f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _e(tag: str, *inside: Element | str | None, **attributes: str) -> Element:
    """An element. An attribute's `_` at the end is dropped, others become hyphens."""
    element = Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    for one in inside:
        if isinstance(one, str):
            if len(element):
                element[-1].tail = (element[-1].tail or "") + one
            else:
                element.text = (element.text or "") + one
        elif one is not None:
            element.append(one)
    return element


def _head(content: Content) -> Element:
    names = ", ".join(archive.name for archive in content.archives) or "No archive yet"
    return _e(
        "head",
        _e("meta", charset="utf-8"),
        _e("meta", http_equiv="Content-Security-Policy", content=policy()),
        _e("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _e("meta", name="robots", content="noindex, nofollow"),
        _e("meta", name="referrer", content="no-referrer"),
        _e("meta", name="color-scheme", content="light dark"),
        _e("title", f"{names} – (re)Discover Weekly"),
        _e("style", asset("page.css")),
    )


def _body(content: Content, last_run: Element | None) -> Element:
    several = len(content.archives) > 1
    contents = _e("nav", *(_e("a", one.name, href=f"#archive-{n}") for n, one in enumerate(content.archives)))
    contents.set("aria-label", "Archives")
    return _e(
        "body",
        _e(
            "main",
            _notices(content.notices),
            contents if several else None,
            *(_archive(number, archive, content) for number, archive in enumerate(content.archives)),
            None if content.archives else _e("h1", "Nothing is archived yet"),
            None if last_run is None else _last_run(last_run),
        ),
        _e(
            "footer",
            _e(
                "p",
                "Names and links are from ",
                _e("a", "Spotify", href="https://open.spotify.com/", rel="noreferrer"),
                ". This page is yours: it is a file, loads nothing and tells nobody.",
            ),
            _e("p", f"Made on {content.made_at.day} {content.made_at:%B %Y at %H:%M UTC} by (re)Discover Weekly."),
        ),
        _e("script", asset("page.js")),
    )


def _last_run(picture: Element) -> Element:
    shown = _e("div", picture, class_="picture", role="region", tabindex="0", aria_label="The last run as a picture")
    return _e("details", _e("summary", _e("h2", "The last run")), shown, class_="run")


def _notices(notices: list[Notice]) -> Element | None:
    if not notices:
        return None
    rows = [_e("li", _e("strong", TITLES[one.kind]), " ", _said(one.text), class_=one.kind) for one in notices]
    return _e("section", _e("h2", "Needs a look"), _e("ul", *rows), class_="notices")


def _said(text: str) -> Element:
    """What stands between two backticks is what one types."""
    return _e("span", *(_e("code", part) if odd % 2 else part for odd, part in enumerate(text.split("`"))))


def _archive(number: int, archive: Archive, content: Content) -> Element:
    here = [track for track in archive.tracks if track.left_at is None]
    since = f" since {archive.weeks[0].first_day:%B %Y}" if archive.weeks else ""
    weeks = {week.name: week for week in archive.weeks}
    by_week = {name: list(tracks) for name, tracks in groupby(sorted(archive.tracks, key=_by_week), key=_by_week)}
    known = [weeks.get(name) or Week(name, "kept") for name in sorted(by_week, reverse=True)]
    return _e(
        "section",
        _e(
            "header",
            _e("h1", archive.name, dir="auto"),
            _e(
                "p",
                f"{counted(len(here), 'track')} kept{since}. ",
                _e("a", "Open in Spotify", href=archive.link, rel="noreferrer"),
                class_="lead",
            ),
        ),
        _a_year_ago(number, content, by_week),
        _years(number, archive, by_week),
        _search(number, len(archive.tracks)) if archive.tracks else None,
        _e("h2", "Weeks"),
        _e("div", *(_week(number, week, by_week[week.name]) for week in known), class_="weeks"),
        _numbers(archive),
        class_="archive",
        id=f"archive-{number}",
    )


def _by_week(track: Track) -> str:
    return track.week


def _a_year_ago(number: int, content: Content, by_week: dict[str, list[Track]]) -> Element | None:
    name = week_before_a_year(content.made_at)
    if name not in by_week:
        return None
    week = Week(name, "kept")
    link = _e("a", f"week {week.number} of {week.year}", href=f"#{_id(number, name)}")
    return _e("p", "This week a year ago: ", link, f", {counted(len(by_week[name]), 'track')}.", class_="ago")


def _years(number: int, archive: Archive, by_week: dict[str, list[Track]]) -> Element:
    rows = []
    for year, weeks in groupby(archive.weeks, key=lambda week: week.year):
        known = list(weeks)
        before = [_e("li", class_="blank", aria_hidden="true") for _ in range(1, known[0].number)]
        cells = [_cell(number, week, week.name in by_week) for week in known]
        rows += [_e("dt", str(year)), _e("dd", _e("ol", *before, *cells))]
    legend = [_e("li", _e("i", class_=one, aria_hidden="true"), f"{one}: {MEANING[one]}") for one in STATUSES]
    return _e(
        "section",
        _e("h2", "The weeks at a glance"),
        _e("dl", *rows),
        _e("ul", *legend, class_="legend"),
        class_="years",
    )


def _cell(number: int, week: Week, has_tracks: bool) -> Element:
    told = f"Week {week.number}, {week.days}: {week.status}, {week.added} added"
    mark = _e("a", href=f"#{_id(number, week.name)}") if has_tracks else _e("span", role="img")
    mark.set("aria-label", told)
    mark.set("title", told)
    mark.set("class", week.status)
    return _e("li", mark)


def _search(number: int, tracks: int) -> Element:
    name = f"search-{number}"
    return _e(
        "search",
        _e("label", f"Search {counted(tracks, 'track')}", for_=name),
        _e("input", id=name, type="search", autocomplete="off", spellcheck="false", placeholder="a title, an artist"),
        _e("p", class_="hits", role="status"),
        _e("ol", class_="found"),
        hidden="",
    )


def _week(number: int, week: Week, tracks: list[Track]) -> Element:
    here = [track for track in tracks if track.left_at is None]
    summary = _e(
        "summary",
        pattern(tracks),
        _e("h3", f"Week {week.number}"),
        _e("span", week.days, class_="days"),
        _e("span", f"{len(tracks):,} {'heard' if week.status == 'heard' else 'kept'}", class_="status"),
    )
    buttons = _e(
        "p",
        _e("button", "Copy links", type="button", class_="copy"),
        _e("button", "Download links", type="button", class_="download", data_name=f"{week.name}.txt"),
        _e("span", role="status"),
        class_="actions",
        hidden="",
    )
    lists = [
        _e("ol", *map(_track, tracks[first : first + CHUNK]), start=str(first + 1))
        for first in range(0, len(tracks), CHUNK)
    ]
    return _e(
        "article",
        _e("details", summary, _e("div", buttons if here else None, *lists, class_="tracks")),
        class_="week",
        id=_id(number, week.name),
    )


def _track(track: Track) -> Element:
    shown = track.name or track.uri
    name = _e("a", shown, href=track.link, rel="noreferrer") if track.link else _e("span", shown)
    name.set("dir", "auto")
    artists = _e("span", ", ".join(track.artists), class_="artists", dir="auto") if track.artists else None
    left = _e("span", f"left on {track.left_at[:10]}", class_="left") if track.left_at else None
    return _e("li", name, " ", artists, " ", left, **({"class_": "gone"} if left is not None else {}))


def _numbers(archive: Archive) -> Element | None:
    weeks = archive.weeks[-52:]
    if not weeks:
        return None
    counts = [(one, sum(week.status == one for week in weeks)) for one in STATUSES]
    rows = [
        ("weeks", f"{len(weeks)}: " + ", ".join(f"{count} {one}" for one, count in counts if count)),
        ("runs", f"{sum(week.runs for week in weeks):,}"),
        ("offered by the sources", f"{sum(week.offered for week in weeks):,}"),
        ("added", f"{sum(week.added for week in weeks):,}"),
    ]
    table = _e("table", _e("tbody", *(_e("tr", _e("th", name, scope="row"), _e("td", text)) for name, text in rows)))
    return _e("section", _e("h2", "The last year in numbers"), table, class_="numbers")


def _id(number: int, week: str) -> str:
    return f"a{number}-{week}"
