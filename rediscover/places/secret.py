"""A secret of the home: a file that only its owner may read."""

import json
from pathlib import Path
from typing import Any

from rediscover.errors import HomeUnusable
from rediscover.machine import files
from rediscover_archive.authorization.secret import object_in
from rediscover_archive.errors import InvalidCredentials


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
        try:
            files.replace(self._path, json.dumps(value).encode())
        except OSError as error:
            raise HomeUnusable(f"Cannot write {self.where}: {error.strerror}.") from error
