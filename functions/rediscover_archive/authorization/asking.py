"""Asking the listener on Spotify's page from a link that anyone may have, and knowing whose answer comes back.

What comes back is taken once, within ten minutes, from the browser that started, and only for the account that was
authorized before. What it is asked for (its `purpose`) is part of what is signed, so that no answer serves another.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from rediscover_archive.authorization.consent import Consent, code_of
from rediscover_archive.authorization.credentials import Credentials
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.documents import Documents
from rediscover_archive.errors import AccountUnknown, AlreadyAnswered, StateMismatch, TooManyRenewals, WrongAccount
from rediscover_archive.settings import Settings
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.text import counted

LASTS = timedelta(minutes=10)
"""How long a started request may be answered, which is as long as Spotify's code is good."""

AN_HOUR = 20
"""Requests that are carried out in one hour; a renewal is two."""

CONTENTION = 5
"""How often counting is tried beside others that count."""

AGAIN = "Open the link again."


@dataclass(frozen=True)
class Started:
    """Where to send the browser, and what it has to bring back in a cookie."""

    url: str
    browser: str


@dataclass(frozen=True, repr=False)
class Answered:
    """What stands in the secret, in which version, and what the listener's answer makes of it."""

    value: Mapping[str, Any]
    version: str
    stored: Credentials
    given: Credentials


class Purpose(Enum):
    """What for; a state begins with its letter, so that it is known whose answer comes back."""

    RENEWAL = "r"
    VISIT = "v"


class Asking:
    """Requests for one `purpose`, whose answers Spotify sends to `redirect_uri`.

    Who agreed before is asked again for a renewal only.

    Its methods raise TooManyRenewals, InvalidCredentials, AccountUnknown and what they name.
    """

    def __init__(self, settings: Settings, redirect_uri: str, purpose: Purpose) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._purpose = purpose
        self.documents = Documents(settings.bucket)
        self.secret = ManagedSecret(settings.credentials_secret)

    def start(self, now: datetime) -> Started:
        """Begin one, for what was granted before and no more."""
        self.count(now, "requests", AN_HOUR)
        stored = Credentials.read(self.secret)
        account_of(stored)
        browser, started = secrets.token_urlsafe(32), str(int(now.timestamp()))
        nonce = self._purpose.value + secrets.token_urlsafe(16)
        signature = mac(stored.client_secret, self._purpose.name.encode() + b": state", nonce, started, browser)
        consent = self._consent(stored, browser)
        return Started(consent.url(self._settings.accounts_url, f"{nonce}.{started}.{signature}"), browser)

    def answered(self, answer: Mapping[str, str], browser: str, now: datetime) -> Answered:
        """Take the query that Spotify's page sent the browser on with; nothing that is stored is changed.

        Raises StateMismatch, AlreadyAnswered, WrongAccount, and what code_of and Consent.agreed raise.
        """
        self.count(now, "requests", AN_HOUR)
        value, version = self.secret.read_with_version()
        stored = Credentials.of(value or {}, self.secret.where)
        account_id = account_of(stored)
        state = answer.get("state", "")
        nonce = self._checked(stored.client_secret, state, browser, now)
        if not self.documents.replace(f"renewals/answered/{nonce}.json", {}, None):
            raise AlreadyAnswered(f"This was answered already. {AGAIN}")
        code = code_of(answer, state)
        consent = self._consent(stored, browser)
        given, _ = consent.agreed(self._settings.api_url, self._settings.accounts_url, code)
        if given.account_id != account_id:
            raise WrongAccount(
                "Another Spotify account agreed than the one whose music is archived, so nothing was changed. Log in "
                "to Spotify as that one, and open the link again."
            )
        return Answered(value or {}, version, stored, given)

    def _consent(self, stored: Credentials, browser: str) -> Consent:
        # Made out of the cookie and the client secret, the verifier has to be kept nowhere.
        verifier = mac(stored.client_secret, self._purpose.name.encode() + b": verifier", browser)
        scopes = sorted(stored.scopes or SCOPES)
        return Consent(
            stored.client_id,
            stored.client_secret,
            self._redirect_uri,
            verifier,
            scopes,
            asks_again=self._purpose is Purpose.RENEWAL,
        )

    def count(self, now: datetime, what: str, most: int) -> None:
        """Count this request, or raise TooManyRenewals; before anything else is asked or read."""
        key = f"renewals/{what}/{now:%Y-%m-%dT%H}.json"
        if self.documents.replace(key, {"requests": 1}, None):
            return
        for _ in range(CONTENTION):
            document, etag = self.documents.get_with_etag(key)
            requests = (document or {}).get("requests", most)
            if requests >= most:
                break
            if self.documents.replace(key, {"requests": requests + 1}, etag):
                return
        seconds = 3600 - now.minute * 60 - now.second
        raise TooManyRenewals(
            f"Too many requests were made. Try again in {counted(-(-seconds // 60), 'minute')}.", seconds
        )

    def _checked(self, client_secret: str, state: str, browser: str, now: datetime) -> str:
        """The nonce of a state that we gave to this browser. Raises StateMismatch and AlreadyAnswered."""
        given = state.split(".")
        if len(given) == 3 and f"{state}{browser}".isascii():
            nonce, started, signature = given
            ours = mac(client_secret, self._purpose.name.encode() + b": state", nonce, started, browser)
            if hmac.compare_digest(signature, ours):
                if now - datetime.fromtimestamp(int(started), UTC) > LASTS:
                    raise AlreadyAnswered(f"More than ten minutes went by since the link was opened. {AGAIN}")
                return nonce
        raise StateMismatch(f"The answer belongs to another request or another browser, so it was not used. {AGAIN}")


def account_of(stored: Credentials) -> str:
    """Whose authorization is stored. Raises AccountUnknown."""
    if stored.account_id is None:
        raise AccountUnknown(
            "It is not known whose authorization this is, so nobody can be let in here. Run "
            "`rediscover authorize --aws` once, which notes it."
        )
    return stored.account_id


def mac(client_secret: str, purpose: bytes, *parts: str) -> str:
    """64 hexadecimal digits. Each part goes in with its length, so that no other parts give the same text.

    The purpose parts each key from every other that could be made out of the client secret.
    """
    key = hmac.digest(client_secret.encode(), b"rediscover: " + purpose, hashlib.sha256)
    whole = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.digest(key, whole, hashlib.sha256).hex()
