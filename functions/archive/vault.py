"""The two secrets: what the user stored, which is only read, and the access token that the machine writes."""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from dateutil.relativedelta import relativedelta

from archive.errors import AccessTokenRejected, InvalidCredentials

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

FIELDS = ("spotify_client_id", "spotify_client_secret", "refresh_token")


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the user stored. `authorized_at` is None where it is not known."""

    client_id: str
    client_secret: str
    refresh_token: str
    authorized_at: date | None

    @property
    def reauthorize_by(self) -> date | None:
        """The day the authorization ends: six months after it was given; refreshing does not extend it."""
        return self.authorized_at + relativedelta(months=6) if self.authorized_at else None

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
    """Both secrets in AWS Secrets Manager, by ARN."""

    def __init__(self, credentials_secret: str, token_secret: str) -> None:
        self._credentials_secret = credentials_secret
        self._token_secret = token_secret

    @cached_property
    def _client(self) -> "SecretsManagerClient":
        return boto3.client("secretsmanager")

    def credentials(self) -> Credentials:
        """What the user stored. Raises InvalidCredentials, which names the field and never a value."""
        stored = self._read(self._credentials_secret)
        if stored is None:
            raise InvalidCredentials(f"The credentials secret is empty. {_HOW}")
        for field in FIELDS:
            value = stored.get(field)
            if not isinstance(value, str) or not value.strip():
                problem = "is missing" if value is None else "is empty or no text"
                raise InvalidCredentials(f"The credentials secret: {field} {problem}. {_HOW}")
        return Credentials(
            client_id=stored["spotify_client_id"].strip(),
            client_secret=stored["spotify_client_secret"].strip(),
            refresh_token=stored["refresh_token"].strip(),
            authorized_at=_day(stored.get("authorized_at")),
        )

    def tokens(self) -> Tokens | None:
        """What the machine stored last; None before the first run, or where it cannot be read."""
        try:
            return Tokens(**(self._read(self._token_secret) or {}))
        except (InvalidCredentials, TypeError):
            return None

    def access_token(self) -> str:
        """The access token in use. Raises AccessTokenRejected where there is none, so that one is fetched."""
        tokens = self.tokens()
        if tokens is None:
            raise AccessTokenRejected("There is no access token yet.")
        return tokens.access_token

    def store(self, tokens: Tokens) -> None:
        """Keep `tokens` for the other functions and the next run."""
        self._client.put_secret_value(SecretId=self._token_secret, SecretString=json.dumps(asdict(tokens)))

    def _read(self, secret: str) -> dict[str, Any] | None:
        try:
            text = self._client.get_secret_value(SecretId=secret).get("SecretString", "")
        except self._client.exceptions.ResourceNotFoundException:
            return None
        if not text.strip():
            return None
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise InvalidCredentials(f"The credentials secret is not a JSON object. {_HOW}")
        return value


_HOW = (
    'Store {"spotify_client_id": …, "spotify_client_secret": …, "refresh_token": …} in it, '
    "as the README's section on your own account says."
)


def _day(value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InvalidCredentials(
            "The credentials secret: authorized_at is not an ISO date such as 2026-11-22. Correct or remove it."
        ) from None
