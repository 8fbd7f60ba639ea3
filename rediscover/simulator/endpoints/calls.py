"""One authorised request to the Web API: who asks, for what, and how its parameters are read."""

import json
from dataclasses import dataclass
from typing import Any

from rediscover.simulator.answers import BEARER_REALM, Refusal, api_error, refuse, unauthorized
from rediscover.simulator.world.identities import AccessToken, User
from rediscover.simulator.world.world import World

MOST_PER_PAGE = 50


@dataclass(frozen=True)
class Call:
    """A request whose bearer token is good. `api_url` is how the client reaches the API."""

    world: World
    token: AccessToken
    query: dict[str, str]
    body: bytes
    api_url: str

    @property
    def user(self) -> User:
        return self.world.identities.users[self.token.user_id]

    @property
    def now(self) -> float:
        return self.world.clock()

    def require_scope(self, scope: str) -> None:
        """Refuse the request when the user did not consent to `scope`."""
        if scope not in self.token.scopes:
            raise refuse(403, "Insufficient client scope")

    def window(self) -> tuple[int, int]:
        """`offset` and `limit` of the query, or the refusal of what is out of range."""
        limit = self.limit()
        offset = self._number("offset", 0)
        if offset < 0:
            raise refuse(400, "Invalid offset")
        return offset, limit

    def limit(self) -> int:
        """The query's `limit`, 20 without one; refused when it is out of range."""
        limit = self._number("limit", 20)
        if not 1 <= limit <= MOST_PER_PAGE:
            raise refuse(400, "Invalid limit")
        return limit

    def cursor(self, name: str) -> int | None:
        """A time in milliseconds of the query, or None."""
        return self._number(name, 0) if name in self.query else None

    def json(self) -> dict[str, Any]:
        """The body's JSON object; an absent body is an empty one."""
        try:
            body = json.loads(self.body or b"{}")
        except ValueError:
            raise refuse(400, "Error parsing JSON.") from None
        if not isinstance(body, dict):
            raise refuse(400, "Error parsing JSON.")
        return body

    def _number(self, name: str, default: int) -> int:
        try:
            return int(self.query.get(name, default))
        except ValueError:
            raise refuse(400, f"Invalid {name}") from None


def check_token(world: World, authorization: str | None) -> AccessToken:
    """The token of an Authorization header; refused when it is missing, unknown or expired.

    Then come the refusals for the app as a whole, which no token can help.
    """
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise Refusal(api_error(401, "Invalid access token", {"www-authenticate": BEARER_REALM}))
    token = world.identities.access_tokens.get(value)
    if token is None:
        raise Refusal(unauthorized("Invalid access token"))
    if token.expires_at <= world.clock():
        raise Refusal(unauthorized("The access token expired"))
    if not world.settings.owner_has_premium:
        raise refuse(403, "Active premium subscription required for the owner of the app.")
    if not world.settings.user_is_registered:
        raise refuse(403, "Check settings on developer.spotify.com/dashboard, the user may not be registered.")
    return token
