"""A secret of the home: a file that only its owner may read."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive.errors import InvalidCredentials
from archive.secret import CURRENT, object_in
from rediscover.errors import HomeUnusable


def secret_file(home: Path, secret: str, stage: str = CURRENT) -> Path:
    """Where the engine keeps a version of one of the stack's secrets between runs."""
    return home / "secrets" / (f"{secret}.json" if stage == CURRENT else f"{secret}.{stage}.json")


class SecretFile:
    """A Secret by its path. Raises HomeUnusable where it cannot be written, and then is as it was."""

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
            with open(partial, "x", encoding="utf-8", opener=only_for_owner) as file:
                json.dump(value, file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise HomeUnusable(f"Cannot write {self.where}: {error.strerror}.") from error


def only_for_owner(path: str, flags: int) -> int:
    """An opener for `open`: what is made is its owner's only, and no link is followed."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
