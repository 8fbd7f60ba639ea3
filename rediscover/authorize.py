"""`rediscover authorize`: Spotify's authorization code flow, up to the stored refresh token."""

import getpass
import hmac
import secrets
import sys
import webbrowser
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

from rich.console import Console
from rich.text import Text

from rediscover.aws import session, stack_outputs
from rediscover.callback import HOST, PATH, Callback, NobodyAnswered
from rediscover.errors import InvalidCredentials, MissingCredentials, UserError
from rediscover.home import Home
from rediscover.secret import Secret, SecretFile
from rediscover.spotify import DASHBOARD, LIFETIME, Accounts, Client, WrongClient, how_to_register
from rediscover.stack_secret import AwsSecret
from rediscover.words import clean

ANSWER_SECONDS = 300


class Denied(UserError):
    """The listener, or Spotify, answered the consent page with a refusal."""


class StateMismatch(UserError):
    """The answer belongs to another request."""


class NoAnswer(UserError):
    """What was pasted is not an answer of Spotify's page."""


class MissingScopes(UserError):
    """The listener agreed to less than was asked for."""


@dataclass(frozen=True)
class Request:
    """What is asked for on the command line. `stack` is None to store on this machine."""

    port: int
    browser: bool
    stack: str | None


@dataclass(frozen=True)
class Attempt:
    """One consent: what it is asked with, and where its outcome goes."""

    accounts: Accounts
    client: Client
    redirect_uri: str
    state: str
    place: Secret

    @property
    def url(self) -> str:
        """Spotify's page."""
        return self.accounts.consent_url(self.client.id, self.redirect_uri, self.state)

    def receive(self, answer: Mapping[str, str]) -> None:
        """Check the redirect's query, exchange its code and store what that gives; a UserError changes nothing."""
        grant = self.accounts.exchange(self.client, code_of(answer, self.state), self.redirect_uri)
        if grant.missing_scopes:
            missing = ", ".join(grant.missing_scopes)
            raise MissingScopes(
                f"The authorization lacks {missing}. Run `rediscover authorize` again and agree to all."
            )
        if grant.refresh_token is None:
            raise Denied("Spotify gave no refresh token; nothing was changed. Run `rediscover authorize` again.")
        self.place.write(
            {
                "spotify_client_id": self.client.id,
                "spotify_client_secret": self.client.secret,
                "refresh_token": grant.refresh_token,
                "authorized_at": today().isoformat(),
            }
        )


def authorize(request: Request, environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Ask the listener and store the new authorization in place of the old; 0, or UserError and nothing changed."""
    home = Home.of(environment)
    in_home = SecretFile(home.credentials)
    place: Secret = _in_stack(request.stack) if request.stack else in_home
    client = client_of(environment, (place, in_home), _ask)
    redirect_uri = f"http://{HOST}:{request.port}{PATH}"
    attempt = Attempt(Accounts(environment), client, redirect_uri, secrets.token_urlsafe(32), place)
    try:
        _converse(attempt, request, err)
    except WrongClient as error:
        raise WrongClient(
            f"{error} Copy both again from {DASHBOARD} into SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, which come "
            "before what is stored."
        ) from error
    out.print(Text(f"Authorized until {today() + LIFETIME}. Stored in {place.where}."), soft_wrap=True)
    if place is in_home and environment.get("SPOTIFY_REFRESH_TOKEN"):
        err.print(Text("SPOTIFY_REFRESH_TOKEN is set and comes before what is stored: unset it."), soft_wrap=True)
    return 0


def code_of(answer: Mapping[str, str], state: str) -> str:
    """The code in the query of a redirect. Raises StateMismatch, Denied and NoAnswer."""
    if not answer.get("code") and not answer.get("error"):
        raise NoAnswer(
            "That is not an answer of Spotify's page: it has neither a code nor an error in it. "
            f"It begins with http://{HOST}: and has {PATH}? in it."
        )
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise StateMismatch(
            "The answer belongs to another request (its state differs), so it was not used. "
            "Run `rediscover authorize` again, and answer the page that it opens."
        )
    error = answer.get("error")
    if error == "access_denied":
        raise Denied("Access was denied on Spotify's page; nothing was changed. To go on, run it again and agree.")
    if error:
        raise Denied(f"Spotify's page ended with the error {clean(error)}; nothing was changed.")
    return answer["code"]


def client_of(environment: Mapping[str, str], stored: Iterable[Secret], ask: Callable[[str, bool], str]) -> Client:
    """The app's id and secret: from the environment, else as stored, else as `ask(what, hidden)` gives them."""
    id, secret = (environment.get(f"SPOTIFY_CLIENT_{part}", "").strip() for part in ("ID", "SECRET"))
    for place in stored:
        if id and secret:
            break
        kept: Mapping[str, object] = {}
        with suppress(InvalidCredentials):
            kept = place.read() or {}
        kept_id, kept_secret = kept.get("spotify_client_id"), kept.get("spotify_client_secret")
        if isinstance(kept_id, str) and isinstance(kept_secret, str) and id in ("", kept_id):
            id, secret = kept_id, secret or kept_secret
    id = id or ask("Client id", False)
    return Client(id, secret or ask("Client secret", True))


def today() -> date:
    """The day, as `authorized_at` has it."""
    return datetime.now(UTC).date()


def _converse(attempt: Attempt, request: Request, err: Console) -> None:
    def say(text: str) -> None:
        err.print(Text(text), soft_wrap=True)

    if request.browser and _answered_in_browser(attempt, request.port, say):
        return
    say(f"Open this page in any browser, and agree:\n\n{attempt.url}\n\n{_if_refused(attempt)}")
    say("Then the browser shows a page that cannot be reached. Paste its whole address here, and press Enter:")
    attempt.receive(dict(parse_qsl(urlsplit(sys.stdin.readline().strip()).query)))


def _answered_in_browser(attempt: Attempt, port: int, say: Callable[[str], None]) -> bool:
    """Whether there is a browser; if so, it has brought the answer."""
    with Callback(port) as callback:
        if not _opened(attempt.url):
            say("There is no browser here.")
            return False
        say(f"Agree on Spotify's page, which opens in your browser:\n\n{attempt.url}\n\n{_if_refused(attempt)}")
        try:
            callback.wait(attempt.receive, ANSWER_SECONDS)
        except NobodyAnswered as error:
            raise NobodyAnswered(f"{error} {_if_refused(attempt)}") from error
        return True


def _if_refused(attempt: Attempt) -> str:
    registered = how_to_register(attempt.redirect_uri)
    return f"If Spotify's page says INVALID_CLIENT: {registered} If that is there, the client id is wrong."


def _opened(url: str) -> bool:
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _in_stack(name: str) -> Secret:
    aws = session()
    return AwsSecret(aws, stack_outputs(aws, name)["CredentialsSecretArn"])


def _ask(what: str, hidden: bool) -> str:
    if not sys.stdin.isatty():
        raise MissingCredentials(
            f"The app's client id and client secret are not known. Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, "
            f"or run this in a terminal to be asked. They are in the settings of your app at {DASHBOARD}."
        )
    prompt = f"{what} (from {DASHBOARD}): "
    if hidden:
        answer = getpass.getpass(prompt, stream=sys.stderr)
    else:
        print(prompt, end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
    if not answer.strip():
        raise MissingCredentials(f"No {what.lower()} was given.")
    return answer.strip()
