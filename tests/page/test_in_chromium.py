"""The page in a real browser."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from rediscover.commands.drawn import drawn
from rediscover_archive.page.content import Notice
from rediscover_archive.page.document import html
from tests.cli.recordings import timeline
from tests.page.music import content
from tests.support.chromium import CHROMIUM, Tab, chromium

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

WIDTHS = (390, 820, 1440)
SEARCH = (
    "const field = document.querySelector('search input'); field.value = {}; field.dispatchEvent(new Event('input'))"
)
NOTICES = (Notice("failure", "Run `rediscover authorize`."), Notice("warning", "Two are shown otherwise."))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One for all of these tests."""
    with chromium(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


def _written(folder: Path, weeks: int) -> str:
    """The address of a page with so many weeks."""
    file = folder / "page.html"
    last_run = drawn(timeline("nested-maps"))
    file.write_text(html(content(weeks, notices=NOTICES), last_run), encoding="utf-8")
    return file.as_uri()


def _opened(browser: Tab, address: str) -> Tab:
    browser.open("about:blank")
    browser.open(address)
    browser.wait_for("document.readyState === 'complete' && document.querySelector('search').hidden === false")
    return browser


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _written(tmp_path_factory.mktemp("page"), 100)


@pytest.fixture
def page(browser: Tab, two_years: str) -> Tab:
    """The page of some two years, open."""
    return _opened(browser, two_years)


def _search(page: Tab, words: str) -> list[str]:
    page.evaluate(f"(() => {{ {SEARCH.format(repr(words))} }})()")
    found: list[str] = page.evaluate("[...document.querySelectorAll('.found li')].map((one) => one.innerText)")
    return found


def test_a_search_finds_by_words_of_title_and_artist_without_accents(page: Tab) -> None:
    (found,) = _search(page, "ETIENNE lantern 1234")
    assert found.startswith("Lantern 1234 Étienne 2 Week")
    assert page.evaluate("document.querySelector('.hits').textContent") == "1 found"
    assert _search(page, "") == []
    assert _search(page, "no such song") == []
    assert page.evaluate("document.querySelector('.hits').textContent") == "0 found"
    assert len(_search(page, "lantern")) == 200
    assert "the first 200 shown" in page.evaluate("document.querySelector('.hits').textContent")


def test_a_found_track_and_the_strip_lead_to_the_open_week(page: Tab) -> None:
    _search(page, "lantern 1234")
    page.click(".found .when")
    page.wait_for("document.querySelector(location.hash + ' details').open")
    page.wait_for("document.querySelector(location.hash + ' .tracks').innerText.includes('Lantern 1234')")
    page.click(".years a")
    page.wait_for("document.querySelector(location.hash + ' details').open")
    page.wait_for("Math.abs(document.querySelector(location.hash).getBoundingClientRect().top) < innerHeight")


def test_a_weeks_links_are_copied_one_a_line_but_for_what_has_left(page: Tab) -> None:
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.evaluate("document.querySelectorAll('.week details').forEach((one) => { one.open = true })")
    weeks = page.evaluate("document.querySelectorAll('.week').length")
    page.evaluate("[...document.querySelectorAll('.copy')].at(-1).click()")
    page.wait_for("typeof window.copied === 'string'")
    tracks = content(100).archives[0].tracks
    first_week = [track for track in tracks if track.week == tracks[0].week]
    assert page.evaluate("window.copied") == "".join(f"{track.link}\n" for track in first_week[1:])
    page.wait_for("[...document.querySelectorAll('.actions')].at(-1).textContent.includes('links copied')")
    assert weeks == page.evaluate("document.querySelectorAll('.copy').length")


def test_a_weeks_links_are_downloaded_as_a_file(page: Tab) -> None:
    page.evaluate("HTMLAnchorElement.prototype.click = function () { window.file = [this.download, this.href] }")
    page.evaluate("document.querySelector('.download').click()")
    assert page.evaluate("window.file[0]") == "2026-W48.txt"
    assert page.evaluate("window.file[1]").startswith("blob:")


def test_where_no_clipboard_is_allowed_it_says_so(page: Tab) -> None:
    page.evaluate(
        "navigator.clipboard.writeText = async () => { throw new Error() }; document.execCommand = () => false"
    )
    page.evaluate("document.querySelector('.week details').open = true")
    page.click(".copy")
    page.wait_for("document.querySelector('.week .actions').innerText.includes('use the download')")


def test_hostile_names_are_text_to_a_browser_in_the_search_too(page: Tab) -> None:
    assert len(_search(page, "onerror")) == 1
    assert len(_search(page, "script")) >= 2
    assert page.evaluate("document.title").startswith("Rediscovered <b> – ")
    assert page.evaluate("document.querySelectorAll('img, b, iframe, style + style').length") == 0
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("getComputedStyle(document.body).display") == "block"


def test_nothing_else_may_run(page: Tab) -> None:
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.evaluate(
        "const one = document.createElement('script'); one.textContent = 'window.ran = 1'; document.body.append(one)"
    )
    assert page.evaluate("window.ran === undefined") is True


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(page: Tab, width: int) -> None:
    page.resize(width, 900)
    page.evaluate("document.querySelectorAll('.week details, .run').forEach((one) => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe-core is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Tab, tmp_path: Path, scheme: str) -> None:
    """In ten weeks, with each status a week can have; it looks at each element."""
    page = _opened(browser, _written(tmp_path, 10))
    spec = find_spec("axe_playwright_python")
    assert spec
    assert spec.origin
    page.prefer(scheme)
    page.evaluate("document.querySelector('.week details').open = document.querySelector('.run').open = true")
    assert len(_search(page, "lantern 1")) > 10
    page.evaluate((Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    page.evaluate(
        "axe.run().then(({ violations }) => { window.found = violations.map((one) => one.id + ': ' + one.help) })"
    )
    page.wait_for("Array.isArray(window.found)", seconds=60)
    assert page.evaluate("window.found") == []


def test_ten_thousand_tracks_are_searched_and_all_there(browser: Tab, tmp_path: Path) -> None:
    file = tmp_path / "large.html"
    file.write_text(html(content(52, 470)), encoding="utf-8")
    browser.open(file.as_uri())
    browser.wait_for("document.readyState === 'complete' && document.querySelectorAll('.tracks li').length > 9000")
    assert len(_search(browser, "lantern 9000")) == 1


def test_all_weeks_are_open_when_it_is_printed(page: Tab) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('.week details:not([open])').length") == 0
