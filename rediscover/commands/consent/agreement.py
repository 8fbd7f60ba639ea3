"""What the listener agreed to, until it is stored: in place of another account's only where the user says so."""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

from rediscover.commands.consent.callback import SUCCESS
from rediscover.words import clean
from rediscover_archive.authorization.credentials import Credentials
from rediscover_archive.authorization.secret import Secret
from rediscover_archive.errors import InvalidCredentials, WrongAccount
from rediscover_archive.spotify.client import Account
from rediscover_archive.text import quoted

IN_DOUBT = "Another account agreed than the one before. Look at the terminal, which asks."


class Agreement:
    """Credentials of `account` that go to `place`; stored at once unless another account's are there.

    Raises WrongAccount where they are and nobody can be asked.
    """

    def __init__(self, credentials: Credentials, account: Account, place: Secret) -> None:
        self._credentials = credentials
        self._account = account
        self._place = place
        self._displaced = self._stored_account()
        if self._displaced is None:
            place.write(credentials.stored)
        elif not sys.stdin.isatty():
            raise self._refusal("Log in to Spotify as that one, or run this in a terminal, which asks.")

    @property
    def whose(self) -> str:
        """The account, for people."""
        return f"{quoted(self._account.name)} ({clean(self._account.lasting_id)})"

    @property
    def page(self) -> str:
        """What the browser is told."""
        return SUCCESS if self._displaced is None else IN_DOUBT

    def settle(self, confirmed: Callable[[str], bool]) -> None:
        """Store what is not yet, if `confirmed` says so. Raises WrongAccount if not; then nothing was changed."""
        if self._displaced is None:
            return
        if not confirmed(
            f"Stored is the authorization of the account {self._displaced}. Replace it by that of {self.whose}?"
        ):
            raise self._refusal("To renew it, log in to Spotify as that one, and begin again.")
        self._place.write(self._credentials.stored)

    def _stored_account(self) -> str | None:
        """The account whose authorization is stored, if that is known and another one."""
        stored = stored_in(self._place).get("account_id")
        differs = isinstance(stored, str) and stored not in ("", self._account.lasting_id)
        return clean(str(stored)) if differs else None

    def _refusal(self, what_to_do: str) -> WrongAccount:
        return WrongAccount(
            f"{self.whose} agreed, but stored is the authorization of the account {self._displaced}, so nothing was "
            f"changed. {what_to_do}"
        )


def stored_in(place: Secret) -> Mapping[str, object]:
    """What is there, whole or not; nothing where it cannot be understood."""
    with suppress(InvalidCredentials):
        return place.read() or {}
    return {}
