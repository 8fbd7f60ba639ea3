"""What the two secrets hold: the user's credentials, which a run only reads, and the tokens that the machine writes."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from archive.errors import AccessTokenRejected, InvalidCredentials
from archive.secret import HOW_TO_STORE, Secret
from archive.text import is_plain

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
class Tokens:
    """What the machine keeps: the access token, when it ends (seconds since 1970), and the refresh token in use."""

    access_token: str
    expires_at: float
    refresh_token: str
    fingerprint: str

    def lasts(self, seconds: float) -> bool:
        """Whether the access token is good for that long."""
        return self.expires_at - time.time() > seconds


class Vault:
    """The secret with the machine's tokens."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def tokens(self) -> Tokens | None:
        """What the machine stored last; None before the first run, or where it cannot be read."""
        try:
            return Tokens(**(self._secret.read() or {}))
        except (InvalidCredentials, TypeError):
            return None

    def tokens_of(self, credentials: Credentials) -> Tokens | None:
        """As `tokens`; None where they stem from other credentials."""
        tokens = self.tokens()
        return tokens if tokens and tokens.fingerprint == credentials.fingerprint else None

    def access_token(self) -> str:
        """The access token in use. Raises AccessTokenRejected where there is none, so that one is fetched."""
        tokens = self.tokens()
        if tokens is None:
            raise AccessTokenRejected("There is no access token yet.")
        return tokens.access_token

    def store(self, tokens: Tokens) -> None:
        """Keep `tokens` for the other functions and the next run."""
        self._secret.write(asdict(tokens))


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
