"""The listener's answer on Spotify's page, and the credentials that come of it."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rediscover_archive.authorization.credentials import Credentials
from rediscover_archive.errors import Denied, MalformedAnswer, MissingScope, NoAnswer, StateMismatch
from rediscover_archive.spotify.accounts import consent_url, exchange_code
from rediscover_archive.spotify.client import Account, Spotify
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.transport import IF_IT_GOES_ON, Transport
from rediscover_archive.text import quoted


@dataclass(frozen=True, repr=False)
class Consent:
    """What the listener is asked, as which app, and where Spotify sends the answer.

    `verifier` is known to nobody but who asks: 43 to 128 letters, digits and `-._~` (RFC 7636, 4.1). Who agreed before
    is asked again, or sent back at once.
    """

    client_id: str
    client_secret: str
    redirect_uri: str
    verifier: str
    scopes: Collection[str] = SCOPES
    asks_again: bool = True

    def url(self, accounts_url: str, state: str) -> str:
        """Spotify's page."""
        return consent_url(
            accounts_url, self.client_id, self.redirect_uri, state, self.scopes, self.verifier, again=self.asks_again
        )

    def agreed(self, api_url: str, accounts_url: str, code: str) -> tuple[Credentials, Account]:
        """Exchange the code of the answer, and ask whose it is. Stores nothing.

        Raises MissingScope where not all was agreed to, MalformedAnswer, and what accounts.exchange_code and Spotify.me
        raise.
        """
        client = self.client_id, self.client_secret
        grant = exchange_code(Transport(), accounts_url, client, code, self.redirect_uri, self.verifier)
        missing = [scope for scope in self.scopes if scope not in grant.scopes]
        if missing:
            raise MissingScope(f"The authorization lacks {', '.join(missing)}. Begin again and agree to all.")
        if grant.refresh_token is None:
            raise MalformedAnswer(f"Spotify's token answer has no refresh_token; nothing was changed. {IF_IT_GOES_ON}")
        me = Spotify(api_url, grant.access_token).me()
        return Credentials(*client, grant.refresh_token, today(), me.lasting_id, grant.scopes), me


def is_answer(answer: Mapping[str, str], state: str) -> bool:
    """Whether the query is Spotify's answer to the request that had this state."""
    return bool(answer.get("code") or answer.get("error")) and _belongs(answer, state)


def code_of(answer: Mapping[str, str], state: str) -> str:
    """The code in the query that Spotify's page sends the browser on with. Raises StateMismatch, Denied, NoAnswer."""
    if not answer.get("code") and not answer.get("error"):
        raise NoAnswer("That is not an answer of Spotify's page: it has neither a code nor an error in it.")
    if not _belongs(answer, state):
        raise StateMismatch(
            "The answer belongs to another request (its state differs), so it was not used. Begin again, and answer "
            "the page that opens."
        )
    error = answer.get("error")
    if error == "access_denied":
        raise Denied("Access was denied on Spotify's page; nothing was changed. To go on, begin again and agree.")
    if error:
        raise Denied(f"Spotify's page ended with the error {quoted(error)}; nothing was changed.")
    return answer["code"]


def _belongs(answer: Mapping[str, str], state: str) -> bool:
    return hmac.compare_digest(answer.get("state", "").encode(errors="replace"), state.encode())


def today() -> date:
    """The day, as `authorized_at` has it."""
    return datetime.now(UTC).date()
