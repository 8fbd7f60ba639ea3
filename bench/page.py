"""The archive's page with ten thousand tracks: making it, and in Chromium its first paint and a search."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rediscover_archive.page.document import html
from tests.page.music import content
from tests.support.chromium import CHROMIUM, chromium

WEEKS, SIZE = 350, 70
"""Of five weeks two have SIZE tracks and one has five: about LARGE tracks in all."""

SEARCH = """(() => {
  const field = document.querySelector("search input");
  field.focus();
  const before = performance.now();
  field.value = "etienne lantern 99";
  field.dispatchEvent(new Event("input"));
  document.body.offsetHeight;
  return performance.now() - before;
})()"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"


@dataclass(frozen=True)
class Page:
    """A page of so many `tracks`. Times are in seconds, None without Chromium; `painted` is its first text, `found` a
    search by two words and a number, with the results laid out.
    """

    tracks: int
    megabytes: float
    made: float
    painted: float | None
    found: float | None


def page() -> Page:
    """Measure one."""
    archive = content(WEEKS, SIZE)
    started = time.perf_counter()
    text = html(archive)
    made = time.perf_counter() - started
    painted = found = None
    if CHROMIUM:
        with tempfile.TemporaryDirectory() as made_for_it, chromium(Path(made_for_it)) as tab:
            file = Path(made_for_it) / "page.html"
            file.write_text(text, encoding="utf-8")
            tab.open(file.as_uri())
            tab.wait_for(f"document.readyState === 'complete' && ({PAINTED}) > 0")
            painted, found = tab.evaluate(PAINTED) / 1000, tab.evaluate(SEARCH) / 1000
    return Page(len(archive.archives[0].tracks), len(text.encode()) / 1e6, made, painted, found)
