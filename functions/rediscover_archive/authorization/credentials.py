"""What the secrets hold: the user's credentials, which a run only reads, and the tokens that the machine writes."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from rediscover_archive.authorization.secret import HOW_TO_STORE, Secret
from rediscover_archive.errors import AccessTokenRejected, InvalidCredentials
from rediscover_archive.text import is_plain

FIELDS = ("spotify_client_id", "spotify_client_secret", "refresh_token")

LIFETIME = relativedelta(months=6)
"""How long Spotify's authorizations last; refreshing does not extend them (Spotify, Refreshing tokens)."""


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the user stored. The last three are None where they are not known.

    `account_id` is whose authorization it is, `scopes` what it covers.
    """

    client_id: str
    client_secret: str
    refresh_token: str
    authorized_at: date | None = None
    account_id: str | None = None
    scopes: frozenset[str] | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any], where: str) -> "Credentials":
        """Out of what is stored at `where`. Raises InvalidCredentials, which names the fields and never a value."""
        problems = [f"{field} {problem}" for field in FIELDS if (problem := _problem(stored.get(field)))]
        if problems:
            raise InvalidCredentials(f"The credentials in {where}: {', '.join(problems)}. {HOW_TO_STORE}")
        account_id, scope = stored.get("account_id"), stored.get("scope")
        client_id, client_secret, refresh_token = (stored[field].strip() for field in FIELDS)
        return cls(
            client_id,
            client_secret,
            refresh_token,
            authorized_at=_day(stored.get("authorized_at"), where),
            account_id=account_id if isinstance(account_id, str) else None,
            scopes=frozenset(scope.split()) if isinstance(scope, str) else None,
        )

    @classmethod
    def read(cls, secret: Secret) -> "Credentials":
        """As `of`; nothing stored is InvalidCredentials too."""
        stored = secret.read()
        if stored is None:
            raise InvalidCredentials(f"There are no credentials in {secret.where}. {HOW_TO_STORE}")
        return cls.of(stored, secret.where)

    @property
    def stored(self) -> dict[str, str]:
        """What a Secret keeps of them."""
        known: dict[str, str | None] = {
            **dict(zip(FIELDS, (self.client_id, self.client_secret, self.refresh_token), strict=True)),
            "authorized_at": self.authorized_at.isoformat() if self.authorized_at else None,
            "account_id": self.account_id,
            "scope": None if self.scopes is None else " ".join(sorted(self.scopes)),
        }
        return {key: value for key, value in known.items() if value is not None}

    @property
    def reauthorize_by(self) -> date | None:
        """The day the authorization ends."""
        return self.authorized_at + LIFETIME if self.authorized_at else None

    @property
    def fingerprint(self) -> str:
        """Tells whether tokens kept by the machine come from these credentials."""
        parts = (self.client_id, self.client_secret, self.refresh_token)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, repr=False)
class AccessToken:
    """What the machine's functions share: the access token in use, and when it ends, in seconds since 1970."""

    access_token: str
    expires_at: float
    fingerprint: str

    def lasts(self, seconds: float) -> bool:
        """Whether it is good for that long."""
        return self.expires_at - time.time() > seconds


class Vault:
    """Where the machine keeps tokens: `access` may be read by its other functions too, `rotated` by RefreshToken only.

    `rotated` holds the refresh token that Spotify gave in place of the stored one; nothing where it gave none.
    """

    def __init__(self, access: Secret, rotated: Secret) -> None:
        self._access = access
        self._rotated = rotated
        self._known: str | None = None

    def access_token_of(self, credentials: Credentials) -> AccessToken | None:
        """The one that was stored last; None where it stems from other credentials."""
        found = _access_token_in(self._access)
        return found if found and found.fingerprint == credentials.fingerprint else None

    def refresh_token_of(self, credentials: Credentials) -> str:
        """The one in use: the stored one, or what Spotify has replaced it by since."""
        self._known = _refresh_token_in(self._rotated, credentials)
        # Until release 0.1 it stood beside the access token.
        return self._known or _refresh_token_in(self._access, credentials) or credentials.refresh_token

    def store(self, access: AccessToken, refresh_token: str, credentials: Credentials) -> None:
        """Keep them for the other functions and the next run; first what cannot be had again."""
        if refresh_token != (self._known or credentials.refresh_token):
            if self._access.read() is None:
                # Secrets Manager makes the first version the current one, which others may read.
                self._access.write({})
            self._rotated.write({"refresh_token": refresh_token, "fingerprint": credentials.fingerprint})
        self._access.write(asdict(access))


def access_token(secret: Secret) -> str:
    """The access token in use. Raises AccessTokenRejected where there is none, so that one is fetched."""
    found = _access_token_in(secret)
    if found is None:
        raise AccessTokenRejected("There is no access token yet.")
    return found.access_token


def _access_token_in(secret: Secret) -> AccessToken | None:
    kept = _kept(secret)
    try:
        return AccessToken(str(kept["access_token"]), float(kept["expires_at"]), str(kept["fingerprint"]))
    except (KeyError, TypeError, ValueError):
        return None


def _refresh_token_in(secret: Secret, credentials: Credentials) -> str | None:
    kept = _kept(secret)
    token = kept.get("refresh_token")
    return token if isinstance(token, str) and kept.get("fingerprint") == credentials.fingerprint else None


def _kept(secret: Secret) -> dict[str, Any]:
    """What the machine wrote; what cannot be read is as good as nothing, since the stored credentials are elsewhere."""
    try:
        return secret.read() or {}
    except InvalidCredentials:
        return {}


def _problem(value: Any) -> str | None:
    if value is None:
        return "is missing"
    if not isinstance(value, str) or not value.strip():
        return "is empty or no text"
    return None if is_plain(value.strip()) else "has other signs in it than Spotify's have"


def _day(value: Any, where: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InvalidCredentials(
            f"The credentials in {where}: authorized_at is not an ISO date such as 2026-11-22. Correct or remove it."
        ) from None
