"""Opening an address in the user's browser, but not by its command line, which everybody on the machine can read."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path

from rediscover.errors import HomeUnusable
from rediscover.machine.files import only_for_owner

PREFIX = "rediscover-"


@contextmanager
def opened(url: str) -> Iterator[None]:
    """Open a browser at a file that leads to `url`; only the user may read it, until the context ends.

    Whether a browser comes, nobody can tell. Raises HomeUnusable where no file can be made.
    """
    folder = _folder()
    try:
        file = folder / "spotify.html"
        with open(file, "x", encoding="utf-8", opener=only_for_owner) as page:
            page.write(_page(url))
        start(file.as_uri())
        yield
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


def start(address: str) -> None:
    """Open a browser beside this program, and away from its terminal.

    A browser for terminals, which would take this one, finds none; one that fails or waits holds up nothing.
    """
    environment = {name: value for name, value in os.environ.items() if name != "TERM"}
    with suppress(OSError):
        subprocess.Popen(  # noqa: S603 (Python's own, and the address of a file of ours)
            [sys.executable, "-I", "-c", "import sys, webbrowser; webbrowser.open(sys.argv[1])", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
        )
