"""Letting the listener in to the archive's page, and nobody else, for a day."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from rediscover_archive.authorization.asking import Asking, Purpose, Started, account_of, mac
from rediscover_archive.authorization.credentials import Credentials
from rediscover_archive.settings import Settings

DAY = timedelta(days=1)
PAGES_AN_HOUR = 60
"""Pages that are shown in one hour."""

SESSION = b"session"


class Door:
    """Where Spotify's own login admits the account that was authorized, by answers that come to `redirect_uri`.

    A session is a text that only the holder of the client secret can make: until when it is good, signed for that
    account. Nothing of it is kept. Its methods raise what those of Asking do.
    """

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self._asking = Asking(settings, redirect_uri, Purpose.VISIT)

    def start(self, now: datetime) -> Started:
        """Ask who it is."""
        return self._asking.start(now)

    def enter(self, answer: Mapping[str, str], browser: str, now: datetime) -> str:
        """A session for who answered; the tokens that come with the answer are dropped. Raises WrongAccount."""
        stored = self._asking.answered(answer, browser, now).stored
        until = str(int((now + DAY).timestamp()))
        return f"{until}.{_signature(stored, until)}"

    def admits(self, session: str, now: datetime) -> bool:
        """Whether a session is ours, and still good; what cannot be one costs no look at the secret."""
        until, _, signature = session.partition(".")
        if not until.isdecimal() or len(until) > 12 or len(signature) != 64 or not session.isascii():
            return False
        if datetime.fromtimestamp(int(until), UTC) <= now:
            return False
        self._asking.count(now, "pages", PAGES_AN_HOUR)
        return hmac.compare_digest(signature, _signature(Credentials.read(self._asking.secret), until))


def _signature(stored: Credentials, until: str) -> str:
    return mac(stored.client_secret, SESSION, until, account_of(stored))
