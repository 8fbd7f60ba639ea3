"""A JSON object that nobody else may read: a file of the home, or (`stack_secret`) a secret on AWS."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from rediscover.errors import HomeUnusable, InvalidCredentials


class Secret(Protocol):
    """Where such an object is kept; `where` names the place for its owner."""

    @property
    def where(self) -> str:
        """The place, for people."""

    def read(self) -> dict[str, Any] | None:
        """The object; None where there is none. Raises InvalidCredentials for anything else, and UserError."""

    def write(self, value: dict[str, Any]) -> None:
        """Replace the object by another, or leave it as it was and raise UserError."""


class SecretFile:
    """A file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        return str(self._path)

    def read(self) -> dict[str, Any] | None:
        try:
            return object_in(self._path.read_text(encoding="utf-8"), self.where)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidCredentials(f"{self.where} cannot be read ({type(error).__name__}).") from error

    def write(self, value: dict[str, Any]) -> None:
        partial = self._path.with_suffix(".partial")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            with open(partial, "x", encoding="utf-8", opener=_only_for_owner) as file:
                json.dump(value, file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise HomeUnusable(f"Cannot write {self.where}: {error.strerror}.") from error


def object_in(text: str, where: str) -> dict[str, Any]:
    """The JSON object in `text`, which was kept at `where`. Raises InvalidCredentials."""
    try:
        value = json.loads(text)
    except ValueError as error:
        # The error's text would quote from the secret.
        raise InvalidCredentials(f"{where} cannot be read as JSON ({type(error).__name__}).") from None
    if not isinstance(value, dict):
        raise InvalidCredentials(f"{where} does not hold a JSON object.")
    return value


def _only_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
