"""The account: the listener's consent, and what it lets the sitting see of their playlists."""

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from rediscover.commands.authorize import AuthorizeArguments, renew
from rediscover.commands.consent.callback import NobodyAnswered, PortTaken
from rediscover.commands.setup.sitting import Sitting
from rediscover.errors import MissingCredentials
from rediscover.places.aws import StackSecret, session, stack_outputs
from rediscover.places.home import TOKEN_SECRET, Home
from rediscover.places.secret import SecretFile
from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.refreshing import refreshed
from rediscover_archive.authorization.secret import CURRENT, ROTATED, Secret
from rediscover_archive.errors import (
    AuthorizationExpired,
    ConsentRefused,
    InvalidCredentials,
    MissingScope,
    WrongClient,
)
from rediscover_archive.settings import accounts_url, api_url
from rediscover_archive.spotify.client import Account, Spotify
from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.sources import KINDS
from rediscover_archive.spotify.transport import Transport

NO_CONSENT = (MissingCredentials, InvalidCredentials, AuthorizationExpired, WrongClient)
NOT_AGREED = (ConsentRefused, MissingScope, NobodyAnswered, PortTaken)


@dataclass(frozen=True, repr=False)
class Keeping:
    """Where credentials and tokens are kept: in the home, or in a stack's secrets. `read` gives what a run reads."""

    place: Secret
    read: Callable[[], Credentials]
    vault: Vault
    home: Home

    @classmethod
    def of(cls, sitting: Sitting, home: Home) -> "Keeping":
        """Those of the stack that is set up, or of this machine. Raises what `stack_outputs` raises."""
        if sitting.arguments.stack is None:
            kept = (SecretFile(home.kept(TOKEN_SECRET, stage)) for stage in (CURRENT, ROTATED))
            place = SecretFile(home.credentials)
            return cls(place, lambda: home.account(sitting.environment), Vault(*kept), home)
        aws = session()
        outputs = stack_outputs(aws, sitting.arguments.stack)
        stages = (StackSecret(aws, outputs["AccessTokenSecretArn"], stage) for stage in (CURRENT, ROTATED))
        secret = StackSecret(aws, outputs["CredentialsSecretArn"])
        return cls(secret, lambda: Credentials.read(secret), Vault(*stages), home)


class Listener:
    """The account that agreed. Raises NO_CONSENT, Busy, and what Transport.send raises."""

    def __init__(self, sitting: Sitting, keeping: Keeping) -> None:
        self._api_url = api_url(sitting.environment)
        with keeping.home.locked():  # a run beside this one would lose a replaced refresh token
            self.credentials = keeping.read()
            fresh = refreshed(Transport(), accounts_url(sitting.environment), self.credentials, keeping.vault)
            if fresh.replaced:
                keeping.vault.store(fresh.access, fresh.refresh_token, self.credentials)
        self._token, self._scopes = fresh.access.access_token, fresh.scopes

    def agreed_to(self, kinds: Collection[str]) -> bool:
        """Whether the consent is for what every run needs, and for these kinds of sources."""
        return {*SCOPES, *(KINDS[kind].scope for kind in kinds)} <= self._scopes

    @cached_property
    def spotify(self) -> Spotify:
        """The Web API, as the listener."""
        return Spotify(self._api_url, self._token)

    @cached_property
    def me(self) -> Account:
        """Who it is."""
        return self.spotify.me()


def listener_of(sitting: Sitting, keeping: Keeping, client_id: str, kinds: Collection[str]) -> Listener:
    """Who agreed by this app, and to these kinds of sources: before, else now. Raises NotAnswered and NOT_AGREED."""
    try:
        found = Listener(sitting, keeping)
    except NO_CONSENT:
        return consented(sitting, keeping, kinds)
    if found.credentials.client_id != client_id or not found.agreed_to(kinds):
        return consented(sitting, keeping, kinds)
    until = found.credentials.reauthorize_by
    lasts = f" until {until}" if until else ""
    if sitting.asker.confirm(f"Your consent stands{lasts}. Renew it?", False):
        return consented(sitting, keeping, kinds)
    return found


def consented(sitting: Sitting, keeping: Keeping, kinds: Collection[str]) -> Listener:
    """The listener who agrees now; asked again as long as they want to be. Raises NotAnswered and NOT_AGREED."""
    asked = sitting.arguments
    arguments = AuthorizeArguments(asked.port, asked.browser, asked.stack, tuple(kinds), pasting=sys.stdin.isatty())
    while True:
        try:
            renew(arguments, sitting.environment, sitting.out, sitting.err)
            return Listener(sitting, keeping)
        except NOT_AGREED as error:
            if not sitting.asker.is_attended:
                raise
            sitting.warn(error)
            if not sitting.asker.confirm("Ask for your consent again?", True):
                raise
