"""Renewing the authorization in a browser, from a link that anyone may have.

The link starts at Spotify's page, which only the listener can agree on. What comes back is taken once, within ten
minutes, from the browser that started, and only for the account that was authorized before.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rediscover_archive.authorization.consent import Consent, code_of
from rediscover_archive.authorization.credentials import LIFETIME, Credentials
from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.documents import Documents
from rediscover_archive.errors import (
    AccountUnknown,
    AlreadyAnswered,
    CredentialsChanged,
    StateMismatch,
    TooManyRenewals,
    WrongAccount,
)
from rediscover_archive.settings import Settings
from rediscover_archive.spotify.scopes import SCOPES

STATE = b"rediscover: the state of a renewal"
VERIFIER = b"rediscover: the verifier of a renewal"
"""Part each key from every other that could be made out of the client secret."""

LASTS = timedelta(minutes=10)
"""How long a started renewal may be answered, which is as long as Spotify's code is good."""

AN_HOUR = 20
"""Requests that are carried out in one hour; a renewal is two."""

CONTENTION = 5
"""How often counting is tried beside others that count."""


@dataclass(frozen=True)
class Started:
    """Where to send the browser, and what it has to bring back in a cookie."""

    url: str
    browser: str


class Renewal:
    """The credentials of `settings`, renewed with answers that Spotify sends to `redirect_uri`.

    Its methods raise TooManyRenewals, InvalidCredentials, AccountUnknown and what they name.
    """

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri
        self._documents = Documents(settings.bucket)
        self._secret = ManagedSecret(settings.credentials_secret)

    def start(self, now: datetime) -> Started:
        """Begin one."""
        self._count(now)
        stored = Credentials.read(self._secret)
        _account_of(stored)
        browser, nonce, started = secrets.token_urlsafe(32), secrets.token_urlsafe(16), str(int(now.timestamp()))
        state = f"{nonce}.{started}.{_mac(stored.client_secret, STATE, nonce, started, browser)}"
        return Started(self._consent(stored, browser).url(self._settings.accounts_url, state), browser)

    def finish(self, answer: Mapping[str, str], browser: str, now: datetime) -> date:
        """Take the query that Spotify's page sent the browser on with; the day until which it holds now.

        Raises StateMismatch, AlreadyAnswered, WrongAccount, CredentialsChanged, and what code_of and
        Consent.agreed raise; then nothing stored was changed.
        """
        self._count(now)
        value, version = self._secret.read_with_version()
        stored = Credentials.of(value or {}, self._secret.where)
        account_id = _account_of(stored)
        state = answer.get("state", "")
        nonce = _checked(stored.client_secret, state, browser, now)
        if not self._documents.replace(f"renewals/answered/{nonce}.json", {}, None):
            raise AlreadyAnswered(f"This renewal was answered already. {_AGAIN}")
        code = code_of(answer, state)
        consent = self._consent(stored, browser)
        renewed, _ = consent.agreed(self._settings.api_url, self._settings.accounts_url, code)
        if renewed.account_id != account_id:
            raise WrongAccount(
                "Another Spotify account agreed than the one whose music is archived, so nothing was changed. Log in "
                "to Spotify as that one, and open the link again."
            )
        if not self._secret.replace({**(value or {}), **renewed.stored}, version):
            raise CredentialsChanged(f"The credentials were replaced meanwhile, and were left as they are. {_AGAIN}")
        return now.date() + LIFETIME

    def _consent(self, stored: Credentials, browser: str) -> Consent:
        # Made out of the cookie and the client secret, the verifier has to be kept nowhere.
        verifier = _mac(stored.client_secret, VERIFIER, browser)
        scopes = sorted(stored.scopes or SCOPES)
        return Consent(stored.client_id, stored.client_secret, self._redirect_uri, verifier, scopes)

    def _count(self, now: datetime) -> None:
        """Count this request, or raise TooManyRenewals; before anything else is asked or read."""
        key = f"renewals/requests/{now:%Y-%m-%dT%H}.json"
        if self._documents.replace(key, {"requests": 1}, None):
            return
        for _ in range(CONTENTION):
            document, etag = self._documents.get_with_etag(key)
            requests = (document or {}).get("requests", AN_HOUR)
            if requests >= AN_HOUR:
                break
            if self._documents.replace(key, {"requests": requests + 1}, etag):
                return
        seconds = 3600 - now.minute * 60 - now.second
        raise TooManyRenewals(f"Too many renewals were asked for. Try again in {-(-seconds // 60)} minutes.", seconds)


_AGAIN = "Open the link again."


def _account_of(stored: Credentials) -> str:
    if stored.account_id is None:
        raise AccountUnknown(
            "It is not known whose authorization this is, so it cannot be renewed here. Run "
            "`rediscover authorize --aws` once, which notes it."
        )
    return stored.account_id


def _mac(client_secret: str, purpose: bytes, *parts: str) -> str:
    """64 hexadecimal digits. Each part goes in with its length, so that no other parts give the same text."""
    key = hmac.digest(client_secret.encode(), purpose, hashlib.sha256)
    whole = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return hmac.digest(key, whole, hashlib.sha256).hex()


def _checked(client_secret: str, state: str, browser: str, now: datetime) -> str:
    """The nonce of a state that we gave to this browser. Raises StateMismatch and AlreadyAnswered."""
    given = state.split(".")
    if len(given) == 3 and f"{state}{browser}".isascii():
        nonce, started, signature = given
        if hmac.compare_digest(signature, _mac(client_secret, STATE, nonce, started, browser)):
            if now - datetime.fromtimestamp(int(started), UTC) > LASTS:
                raise AlreadyAnswered(f"More than ten minutes went by since the link was opened. {_AGAIN}")
            return nonce
    raise StateMismatch(f"The answer belongs to another request or another browser, so it was not used. {_AGAIN}")
