"""Opening an address in the user's browser, but not by its command line, which everybody on the machine can read."""

import shutil
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from rediscover.errors import HomeUnusable
from rediscover.files import only_for_owner

PREFIX = "rediscover-"


@contextmanager
def opened(url: str) -> Iterator[bool]:
    """Whether a browser was opened at a file that leads to `url`; only the user may read it, until the context ends.

    Raises HomeUnusable where no file can be made.
    """
    folder = _folder()
    try:
        file = folder / "spotify.html"
        with open(file, "x", encoding="utf-8", opener=only_for_owner) as page:
            page.write(_page(url))
        yield _open(file.as_uri())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    """A new folder for the user only. A browser out of a Snap reads neither hidden folders nor /tmp (snapd, home)."""
    try:
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=Path.home()))
    except (OSError, RuntimeError):  # no home, or one that cannot be written to
        pass
    try:
        return Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError as error:
        raise HomeUnusable(f"Cannot make a file for the browser: {error.strerror}. Use --no-browser.") from error


def _page(url: str) -> str:
    target = escape(url)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        f'<meta http-equiv="refresh" content="0;url={target}">'
        f'<title>rediscover</title><p><a href="{target}">Go on to Spotify</a></p></html>\n'
    )


def _open(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
