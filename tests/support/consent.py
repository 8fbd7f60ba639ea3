"""A listener at Spotify's consent page: a person's part in `rediscover authorize`, in plain HTTP."""

import re
import socket
import threading
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def noting_browser(folder: Path) -> str:
    """A program for BROWSER that only notes in `folder` what it is to open."""
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {folder}/opening && mv {folder}/opening {folder}/opened\n')
    browser.chmod(0o700)
    return str(browser)


def opened(folder: Path) -> str:
    """The address that the browser of `folder` was given, as soon as it was."""
    until = time.monotonic() + 30
    while not (folder / "opened").exists():
        assert time.monotonic() < until, "no browser was opened"
        time.sleep(0.05)
    return (folder / "opened").read_text()


def sent_back(url: str) -> str:
    """Where Spotify's page at `url` sends the browser of a listener whom it does not ask again."""
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.is_redirect, answer.text
    return answer.headers["Location"]


def led_to(url: str) -> str:
    """Where a browser ends that is opened at `url`: there, or where a file that it names leads."""
    if not url.startswith("file:"):
        return url
    page = Path(unquote(urlsplit(url).path)).read_text(encoding="utf-8")
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]*)"', page)
    assert found, page
    return unescape(found[1])


def redirect_of(url: str, button: str) -> str:
    """Open the page at `url` and press `button`: the address that the browser is sent to."""
    url = led_to(url)
    page = requests.get(url, timeout=10)
    assert page.status_code == 200, page.text
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    form = {name: unescape(value) for name, value in fields}
    pressed = requests.post(url.partition("?")[0], data={**form, "answer": button}, allow_redirects=False, timeout=10)
    return pressed.headers["Location"]


class Browser:
    """Stands in for `browser.start`: presses a button on the page beside the caller, and sees what comes."""

    def __init__(self, button: str = "agree", change: Callable[[str], str] = lambda address: address) -> None:
        self._button = button
        self._change = change
        self._threads: list[threading.Thread] = []
        self.given: list[str] = []
        self.opened: list[str] = []
        self.shown: list[requests.Response] = []

    def open(self, url: str) -> bool:
        """Begin; `change` may edit the address that Spotify sends the browser to."""
        self.given.append(url)
        self.opened.append(led_to(url))
        self._threads.append(threading.Thread(target=self._visit, args=(self.opened[-1],)))
        self._threads[-1].start()
        return True

    def page(self) -> str:
        """The last page, when it has come."""
        for thread in self._threads:
            thread.join(10)
        return self.shown[-1].text

    def _visit(self, url: str) -> None:
        self.shown.append(requests.get(self._change(redirect_of(url, self._button)), timeout=10))


class Keyboard:
    """Stands in for `sys.stdin`: whoever types takes the last address on the screen to a browser elsewhere."""

    def __init__(self, screen: Callable[[], str], answer: Callable[[str], str]) -> None:
        self._screen = screen
        self._answer = answer

    def readline(self) -> str:
        """What is typed, with blanks around it as a paste may have."""
        url = [line for line in self._screen().splitlines() if line.startswith("http")][-1]
        return f" {self._answer(url)} \n"

    def isatty(self) -> bool:
        return False


class Terminal:
    """Stands in for `sys.stdin` where someone types `lines`."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return f"{self._lines.pop(0)}\n"
