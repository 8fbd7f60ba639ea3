"""Users, the developer's app, authorisations and tokens, and every secret that was ever issued."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta

from rediscover.simulator.world.ids import make_id

SCOPES = (
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-private",
    "playlist-modify-public",
)
AUTHORIZATION_LIFETIME = relativedelta(months=6)
CODE_SECONDS = 600


@dataclass(frozen=True)
class User:
    """A Spotify account; `account_id` is the immutable one of `GET /me`."""

    id: str
    display_name: str
    account_id: str


@dataclass(frozen=True)
class App:
    """An app of Spotify's developer dashboard."""

    client_id: str
    client_secret: str
    name: str = "My archive"
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1/callback",)


@dataclass
class Grant:
    """A user's consent: what the refresh token stands for."""

    refresh_token: str
    user_id: str
    scopes: tuple[str, ...]
    authorized_at: datetime
    revoked: bool = False

    def expired(self, now: float) -> bool:
        """Whether the six months since the consent are over; refreshing does not extend them."""
        return datetime.fromtimestamp(now, UTC) >= self.authorized_at + AUTHORIZATION_LIFETIME


@dataclass(frozen=True)
class Code:
    """What an authorization code stands for."""

    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    expires_at: float
    challenge: str | None


@dataclass(frozen=True)
class AccessToken:
    """What a bearer token stands for."""

    user_id: str
    scopes: tuple[str, ...]
    expires_at: float


class Identities:
    """Who there is and who may do what. The first app and the first user are made by `reset`."""

    def __init__(self) -> None:
        self.issued: set[str] = set()

    def reset(self, now: float) -> None:
        """Forget everybody, make one app and one user who has authorised it. Old secrets die."""
        self.users: dict[str, User] = {}
        self.grants: dict[str, Grant] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.codes: dict[str, Code] = {}
        self.app = App(secrets.token_hex(16), self._secret("client-secret"))
        basic = f"{self.app.client_id}:{self.app.client_secret}".encode()
        self.issued.add(base64.b64encode(basic).decode())
        self.listener = self.add_user("listener", "The Listener").id
        self.current = self.authorize(self.listener, SCOPES, now)

    def add_user(self, id: str, display_name: str) -> User:
        """Add an account, or rename it."""
        self.users[id] = User(id, display_name, make_id("account", id)[:12])
        return self.users[id]

    def authorize(self, user_id: str, scopes: Sequence[str], authorized_at: float) -> Grant:
        """A new consent, the current one from now on. Older ones stay valid."""
        when = datetime.fromtimestamp(authorized_at, UTC)
        token = self._secret("refresh-token")
        self.current = Grant(token, user_id, tuple(scopes), when)
        self.grants[token] = self.current
        return self.current

    def has_agreed_to(self, scopes: Sequence[str], now: float) -> bool:
        """Whether the listener's consent holds and covers `scopes`."""
        held = [one for one in self.grants.values() if one.user_id == self.listener and not one.revoked]
        return any(set(scopes) <= set(one.scopes) and not one.expired(now) for one in held)

    def issue_code(self, scopes: Sequence[str], redirect_uri: str, challenge: str | None, now: float) -> str:
        """What the listener's browser brings back from the consent page; good once, for ten minutes.

        `challenge` is the S256 code challenge, where there was one.
        """
        code = self._secret("code")
        self.codes[code] = Code(self.listener, tuple(scopes), redirect_uri, now + CODE_SECONDS, challenge)
        return code

    def rotate(self, grant: Grant) -> None:
        """Give the grant a new refresh token; the old one counts as revoked."""
        self.grants[grant.refresh_token] = replace(grant, revoked=True)
        grant.refresh_token = self._secret("refresh-token")
        self.grants[grant.refresh_token] = grant

    def issue_access_token(self, grant: Grant, expires_at: float) -> str:
        """A new bearer token; earlier ones stay valid until they expire."""
        token = self._secret("access-token")
        self.access_tokens[token] = AccessToken(grant.user_id, grant.scopes, expires_at)
        return token

    def expire_current(self, now: float) -> None:
        """Make the current consent older than six months."""
        self.current.authorized_at = datetime.fromtimestamp(now, UTC) - relativedelta(months=7)

    def expire_access_tokens(self, now: float) -> None:
        """End every access token's hour now."""
        self.access_tokens = {value: replace(token, expires_at=now) for value, token in self.access_tokens.items()}

    def _secret(self, kind: str) -> str:
        value = f"simulated-{kind}-{secrets.token_hex(16)}"
        self.issued.add(value)
        return value
