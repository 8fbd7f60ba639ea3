"""The listener's part at Spotify's consent page, while `rediscover authorize` waits for it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

from rediscover.commands.consent.callback import SUCCESS
from tests.support.chromium import chromium
from tests.support.consent import opened, redirect_of


@contextmanager
def answering(folder: Path, agree: Callable[[str], None]) -> Iterator[None]:
    """`agree` gets the address that the browser of `folder` (`noting_browser`) is to open; its errors are raised."""
    (folder / "opened").unlink(missing_ok=True)
    with ThreadPoolExecutor(1) as elsewhere:
        answered = elsewhere.submit(lambda: agree(opened(folder)))
        yield
        answered.result()


def at_a_real_browser(profile: Path) -> Callable[[str], None]:
    """Agrees on the page in Chromium, and sees that the page says so."""

    def agree(address: str) -> None:
        with chromium(profile) as tab:
            tab.open(address)
            tab.click("#agree")
            tab.wait_for(f"document.body && document.body.innerText.endsWith('{SUCCESS}')")

    return agree


def in_plain_http(address: str) -> None:
    """Agrees as a browser's form does."""
    shown = requests.get(redirect_of(address, "agree"), timeout=10)
    assert SUCCESS in shown.text, shown.text
