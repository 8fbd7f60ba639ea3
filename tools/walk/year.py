"""The page of a year and more of the demo's music, in a browser's windows."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rediscover.commands.demo_music import NEW_IN_WEEK_2, WEEK_1
from rediscover_archive.page.content import Archive, Content, Track, Week
from rediscover_archive.page.document import html
from tests.support.chromium import chromium

MADE_AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
WEEKS = 70
LESS = {3: "heard", 9: "unchanged", 17: "heard", 23: "missed", 41: "unchanged", 48: "missed", 49: "missed"}
"""By how many weeks ago: what became of those that are not kept."""

SONGS = [line.split(" – ") for line in (WEEK_1 + NEW_IN_WEEK_2).splitlines()]
OPEN = "document.querySelector('.week details').open = true"


@dataclass(frozen=True)
class Window:
    """What is pictured: so many pixels of the page, `scale` times as sharp, in a colour scheme."""

    width: int
    height: int
    scheme: str
    scale: int = 1

    @property
    def name(self) -> str:
        """The file's."""
        return f"page-{self.width}.png"


WINDOWS = (Window(1440, 960, "light"), Window(820, 1000, "dark"), Window(390, 844, "light", 2))


def year() -> Content:
    """All of it, the same each time."""
    weeks: list[Week] = []
    tracks: list[Track] = []
    for ago in reversed(range(WEEKS)):
        name, status = f"{MADE_AT - timedelta(weeks=ago):%G-W%V}", LESS.get(ago, "kept")
        added = {"kept": 30 - ago % 5, "heard": 6}.get(status, 0)
        weeks.append(Week(name, status, 30 if added else 0, added, int(status != "missed")))
        tracks += [_track(len(tracks) + number, name) for number in range(added)]
    return Content(MADE_AT, [Archive("48Fh3P6YSNpaASFmdjmZsZ", "Rediscovered", weeks, tracks)])


def picture_page(folder: Path, scratch: Path) -> None:
    """Write a picture for each of WINDOWS into `folder`; `scratch` is a folder for what the browser needs."""
    page = scratch / "year.html"
    page.write_text(html(year()), encoding="utf-8")
    with chromium(scratch / "year", "--hide-scrollbars") as tab:
        for window in WINDOWS:
            tab.resize(window.width, window.height, window.scale)
            tab.prefer(window.scheme)
            tab.open(page.as_uri())
            tab.wait_for("document.readyState === 'complete' && document.querySelector('search').hidden === false")
            tab.evaluate(OPEN)
            tab.capture(folder / window.name)


def _track(number: int, week: str) -> Track:
    title, artists = SONGS[number % len(SONGS)]
    id = hashlib.sha256(str(number).encode()).hexdigest()[:22]
    return Track(f"spotify:track:{id}", title, tuple(artists.split(", ")), week)
