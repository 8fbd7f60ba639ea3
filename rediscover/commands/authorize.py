"""`rediscover authorize`: Spotify's authorization code flow, up to the stored refresh token."""

import getpass
import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from rich.console import Console

from rediscover.commands.consent.agreement import Agreement, stored_in
from rediscover.commands.consent.browser import opened
from rediscover.commands.consent.callback import HOST, PATH, Callback, NobodyAnswered
from rediscover.commands.consent.pasting import Pasted
from rediscover.errors import MissingCredentials
from rediscover.machine.terminal import say
from rediscover.places.home import ACCOUNT, Home, check_plain
from rediscover.places.secret import SecretFile
from rediscover.words import clean
from rediscover_archive.authorization.consent import Consent, code_of, is_answer, today
from rediscover_archive.authorization.credentials import LIFETIME
from rediscover_archive.authorization.secret import Secret
from rediscover_archive.errors import WrongClient
from rediscover_archive.pairs.references import HOW_TO_COPY
from rediscover_archive.settings import accounts_url, api_url
from rediscover_archive.spotify.accounts import DASHBOARD, how_to_register
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.sources import KINDS

ANSWER_SECONDS = 300


@dataclass(frozen=True)
class AuthorizeArguments:
    """What is asked for on the command line. `stack` is None to store on this machine.

    `sources` are the kinds (spotify.sources) that the listener wants to archive too. `pasting` is whether the address
    that a browser elsewhere ended at may be pasted while this one is waited for.
    """

    port: int
    browser: bool
    stack: str | None
    sources: tuple[str, ...] = ()
    pasting: bool = True


@dataclass(frozen=True, repr=False)
class Client:
    """The app's id and secret."""

    id: str
    secret: str


@dataclass(frozen=True, repr=False)
class PendingConsent:
    """One consent: what it is asked with, and where its outcome goes."""

    api_url: str
    accounts_url: str
    consent: Consent
    state: str
    place: Secret

    @property
    def url(self) -> str:
        """Spotify's page."""
        return self.consent.url(self.accounts_url, self.state)

    def receive(self, answer: Mapping[str, str]) -> Agreement:
        """Check the redirect's query, exchange its code and store what that gives; an error changes nothing."""
        agreed = self.consent.agreed(self.api_url, self.accounts_url, code_of(answer, self.state))
        return Agreement(*agreed, self.place)


def authorize(arguments: AuthorizeArguments, environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Ask the listener, store the new authorization in place of the old, and say what to do next; 0.

    Raises one of EXPLAINED, and then nothing was changed.
    """
    renew(arguments, environment, out, err)
    say(err, _next_step(arguments))
    if not arguments.stack and environment.get("SPOTIFY_REFRESH_TOKEN"):
        say(err, "SPOTIFY_REFRESH_TOKEN is set and comes before what is stored: unset it.")
    return 0


def renew(arguments: AuthorizeArguments, environment: Mapping[str, str], out: Console, err: Console) -> None:
    """Ask the listener, and store the new authorization in place of the old.

    Raises one of EXPLAINED, and then nothing was changed.
    """
    home = Home.of(environment)
    in_home = SecretFile(home.credentials)
    place: Secret = _in_stack(arguments.stack) if arguments.stack else in_home
    client = client_of(environment, (place, in_home), _ask)
    scopes = (*SCOPES, *_more_scopes(arguments.sources, place))
    redirect_uri = f"http://{HOST}:{arguments.port}{PATH}"
    consent = Consent(client.id, client.secret, redirect_uri, secrets.token_urlsafe(64), scopes)
    pending = PendingConsent(api_url(environment), accounts_url(environment), consent, secrets.token_urlsafe(32), place)
    try:
        agreement = _converse(pending, arguments, err)
    except WrongClient as error:
        raise WrongClient(
            f"{error} Put them into SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, which come before what is stored."
        ) from error
    agreement.settle(_confirmed)
    say(out, f"Authorized until {today() + LIFETIME}. Stored in {clean(place.where)}.")
    say(out, f"The account is {agreement.whose}.")


def _next_step(arguments: AuthorizeArguments) -> str:
    if arguments.stack:
        return f"Next: `rediscover doctor --aws --stack {arguments.stack}` looks whether the stack is ready to run."
    source = ",".join(arguments.sources) or "LINK"
    return (
        f"Next: `rediscover doctor --source {source} --target LINK` looks whether a run can read and write them. LINK "
        f"is a playlist's. {HOW_TO_COPY}"
    )


def _more_scopes(sources: Iterable[str], place: Secret) -> list[str]:
    """What `sources` need, and what an earlier authorization covered: a new one shall not narrow it."""
    granted = stored_in(place).get("scope")
    kept = granted.split() if isinstance(granted, str) else []
    return [kind.scope for kind in KINDS.values() if kind.name in sources or kind.scope in kept]


def client_of(environment: Mapping[str, str], stored: Iterable[Secret], ask: Callable[[str, bool], str]) -> Client:
    """The app's id and secret: from the environment, else as stored, else as `ask(what, hidden)` gives them."""
    set_ones = {variable: environment[variable] for variable in ACCOUNT if environment.get(variable)}
    check_plain(set_ones, {variable: variable for variable in ACCOUNT})
    id, secret = (set_ones.get(f"SPOTIFY_CLIENT_{part}", "") for part in ("ID", "SECRET"))
    for place in stored:
        if id and secret:
            break
        kept = stored_in(place)
        kept_id, kept_secret = kept.get("spotify_client_id"), kept.get("spotify_client_secret")
        if isinstance(kept_id, str) and isinstance(kept_secret, str) and id in ("", kept_id):
            id, secret = kept_id, secret or kept_secret
    id = id or ask("Client id", False)
    return Client(id, secret or ask("Client secret", True))


def _converse(pending: PendingConsent, arguments: AuthorizeArguments, err: Console) -> Agreement:
    tell = partial(say, err)
    if arguments.browser:
        return _answered_in_browser(pending, arguments, tell)
    tell(f"Open this page in any browser, and agree:\n\n{pending.url}\n\n{_if_refused(pending)}")
    tell("Then the browser shows a page that cannot be reached. Paste its whole address here, and press Enter:")
    return pending.receive(_query(sys.stdin.readline()))


def _query(address: str) -> Mapping[str, str]:
    """The query of an address, as a browser shows it or as it was copied."""
    pasted, _, _ = address.strip().strip("<>'\"").partition("#")
    return dict(parse_qsl(pasted.partition("?")[2]))


def _answered_in_browser(
    pending: PendingConsent, arguments: AuthorizeArguments, tell: Callable[[str], None]
) -> Agreement:
    """What a browser brought, here or, pasted, from elsewhere."""
    agreements: list[Agreement] = []

    def receive(answer: Mapping[str, str]) -> str:
        agreements.append(pending.receive(answer))
        return agreements[0].page

    typed = Pasted()

    def pasted() -> Mapping[str, str] | None:
        for line in typed.lines() if arguments.pasting else ():
            query = _query(line)
            if is_answer(query, pending.state):
                return query
            if line:
                tell("That is not the address of the page that cannot be reached. Copy all of it.")
        return None

    with Callback(arguments.port, lambda query: is_answer(query, pending.state)) as callback:
        # First of all the address: no browser may come, or one that hides this terminal.
        tell(
            f"Agree on Spotify's page, which opens in your browser. If it does not, open it yourself:\n\n"
            f"{pending.url}\n\n{_if_refused(pending)}\nIf you agree in a browser on another machine, it then shows a "
            "page that cannot be reached: paste its whole address here, and press Enter."
        )
        with opened(pending.url):
            try:
                callback.wait(receive, ANSWER_SECONDS, pasted)
            except NobodyAnswered as error:
                raise NobodyAnswered(f"{error} {_if_refused(pending)}") from error
    return agreements[0]


def _if_refused(pending: PendingConsent) -> str:
    registered = how_to_register(pending.consent.redirect_uri)
    return f"If Spotify's page says INVALID_CLIENT: {registered} If that is there, the client id is wrong."


def _in_stack(name: str) -> Secret:
    from rediscover.places.aws import StackSecret, session, stack_outputs

    aws = session()
    return StackSecret(aws, stack_outputs(aws, name)["CredentialsSecretArn"])


def _confirmed(question: str) -> bool:
    """Whether whoever sits at the terminal says yes."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


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
