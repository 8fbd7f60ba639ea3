"""The folder that keeps what a laptop user has: the account, the embedded engine's state, past executions."""

import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from rediscover.errors import Busy, HomeUnusable, MissingCredentials
from rediscover.executions.kept import Executions
from rediscover.machine import files
from rediscover.machine.private import SET_ANOTHER, check_private
from rediscover.places.documents import KeptDocuments
from rediscover.places.secret import SecretFile
from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.secret import CURRENT, ROTATED
from rediscover_archive.errors import InvalidCredentials
from rediscover_archive.text import is_plain

TOKEN_SECRET = "AccessTokenSecret"  # noqa: S105 (a resource of the template)
POLL = 0.25
"""Seconds between two looks whether the home is free."""

ACCOUNT = {  # environment variable: key of the credentials secret
    "SPOTIFY_CLIENT_ID": "spotify_client_id",
    "SPOTIFY_CLIENT_SECRET": "spotify_client_secret",
    "SPOTIFY_REFRESH_TOKEN": "refresh_token",
}
HOW_TO_GET = (
    "How to get them, once:\n"
    "  1. Make an app at https://developer.spotify.com/dashboard (Web API), with the redirect URI "
    "http://127.0.0.1:8080/callback. Its settings show the client id and the client secret.\n"
    "  2. Run `rediscover authorize`. It asks for both, opens Spotify's page for you to agree, and stores what is "
    "needed in REDISCOVER_HOME; then none of these variables has to be set.\n"
    "Spotify ends an authorization after six months; run it again then."
)


class Home:
    """REDISCOVER_HOME, or the user's data folder; made when missing, open to its owner only.

    Raises HomeUnusable, also for a folder that others can write to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            check_private(path)
            files.make_folder(path)
            path.chmod(0o700)
        except OSError as error:
            raise HomeUnusable(
                f"Cannot make the folder {path}: {error.strerror}. Mend it, or set REDISCOVER_HOME."
            ) from error
        if not path.is_dir():
            raise HomeUnusable(f"{path} is no folder. Remove it, {SET_ANOTHER}")

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Home":
        """The home that the environment names, or the usual one of this system."""
        named = environment.get("REDISCOVER_HOME")
        if named and named != "".join(char for char in named if unicodedata.category(char) not in ("Cc", "Cf")):
            raise HomeUnusable(f"REDISCOVER_HOME: {named!r} has signs in it that nobody sees. Set it again.")
        try:
            return cls(Path(named).expanduser().absolute() if named else user_data_path("rediscover"))
        except (RuntimeError, ValueError) as error:  # the ~ of nobody, for one
            raise HomeUnusable(f"REDISCOVER_HOME: {named!r} is no folder's name ({error}).") from error

    @contextmanager
    def locked(self, wait: float = 0, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Have the home for oneself; raises Busy when another process has it for `wait` seconds.

        `waiting` is called where there is something to wait for. What a killed command left is put right.
        """
        lock = FileLock(self.path / "lock", mode=0o600)
        try:
            with _acquired(lock, wait, waiting):
                self.executions.settle()
                yield
        except Timeout as error:
            raise Busy(f"Another rediscover command is running in {self.path}.") from error
        except OSError as error:
            raise HomeUnusable(f"Cannot write to {self.path}: {error.strerror}.") from error

    def settle(self) -> None:
        """Put right what a killed command left, unless another one is at work, or nothing can be written."""
        if self.executions.running:
            with suppress(Busy, HomeUnusable), self.locked():
                pass

    def empty(self) -> None:
        """Remove everything but the lock. Raises HomeUnusable."""
        try:
            for entry in self.path.iterdir():
                if entry.is_dir():
                    shutil.rmtree(entry)
                elif entry.name != "lock":
                    entry.unlink()
        except OSError as error:
            raise HomeUnusable(f"Cannot remove {error.filename}: {error.strerror}. Remove it.") from error

    def account(self, environment: Mapping[str, str]) -> Credentials:
        """The listener's credentials, from the environment, else from `credentials.json`.

        An incomplete environment counts as no mistake where it says what is stored. Raises MissingCredentials, naming
        what is missing, and InvalidCredentials for an unusable file, or by the name of a variable.
        """
        given = {key: environment[variable] for variable, key in ACCOUNT.items() if environment.get(variable)}
        check_plain(given, ACCOUNT)
        if len(given) == len(ACCOUNT):
            return Credentials.of(given, "the environment")
        kept = SecretFile(self.credentials).read()
        if kept is not None:
            stored = Credentials.of(kept, str(self.credentials))
            if given.items() <= stored.stored.items():
                return stored
        missing = [variable for variable, key in ACCOUNT.items() if key not in given]
        verb = "is" if len(missing) == 1 else "are"
        raise MissingCredentials(f"{_listed(missing)} {verb} not set.\n\n{HOW_TO_GET}")

    @property
    def credentials(self) -> Path:
        """Where `rediscover authorize` stores the account."""
        return self.path / "credentials.json"

    def kept(self, secret: str, stage: str = CURRENT) -> Path:
        """Where the engine keeps a version of one of the stack's secrets between runs."""
        return files.secret_file(self.path, secret, stage)

    @property
    def vault(self) -> Vault:
        """The tokens in use."""
        return Vault(*(SecretFile(self.kept(TOKEN_SECRET, stage)) for stage in (CURRENT, ROTATED)))

    @property
    def executions(self) -> Executions:
        """The executions of the embedded engine that were saved here."""
        return Executions(self.path / "executions")

    @property
    def documents(self) -> KeptDocuments:
        """What its runs wrote to the stack's bucket."""
        return KeptDocuments(self.path / "buckets" / "Bucket")


def _acquired(lock: FileLock, wait: float, waiting: Callable[[], None]) -> AbstractContextManager[object]:
    """The lock, as a context that releases it. Raises Timeout."""
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        if not wait:
            raise
    waiting()
    return lock.acquire(timeout=wait, poll_interval=POLL)


def check_plain(given: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Raise InvalidCredentials, by the variable's name, where what is `given` for its key cannot be Spotify's."""
    for variable, key in names.items():
        if key in given and not is_plain(given[key]):
            raise InvalidCredentials(f"{variable} has other signs in it than Spotify's have. Set it again.")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
