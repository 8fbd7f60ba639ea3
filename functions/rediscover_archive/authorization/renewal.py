"""Renewing the authorization in a browser."""

from collections.abc import Mapping
from datetime import date, datetime

from rediscover_archive.authorization.asking import AGAIN, Asking, Purpose, Started
from rediscover_archive.authorization.credentials import LIFETIME
from rediscover_archive.errors import CredentialsChanged
from rediscover_archive.settings import Settings


class Renewal:
    """The credentials of `settings`, renewed with answers that Spotify sends to `redirect_uri`.

    Its methods raise what those of Asking do, and what they name.
    """

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self._asking = Asking(settings, redirect_uri, Purpose.RENEWAL)

    def start(self, now: datetime) -> Started:
        """Begin one."""
        return self._asking.start(now)

    def finish(self, answer: Mapping[str, str], browser: str, now: datetime) -> date:
        """Take the query that Spotify's page sent the browser on with; the day until which it holds now.

        Raises CredentialsChanged; then nothing stored was changed.
        """
        answered = self._asking.answered(answer, browser, now)
        if not self._asking.secret.replace({**answered.value, **answered.given.stored}, answered.version):
            raise CredentialsChanged(f"The credentials were replaced meanwhile, and were left as they are. {AGAIN}")
        return now.date() + LIFETIME
