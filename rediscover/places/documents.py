"""The documents that runs on this machine wrote, read afterwards."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from rediscover.machine import files

Document = dict[str, Any]


class KeptDocuments:
    """The bucket's objects as the embedded engine keeps them, in a folder. What cannot be read is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str, /) -> Document | None:
        with suppress(OSError, ValueError, RecursionError):
            return document_in(self.where(key).read_bytes())
        return None

    def keys(self, prefix: str, /) -> list[str]:
        with suppress(OSError, ValueError):
            return sorted(prefix + unquote(path.name) for path in self.where(prefix.rstrip("/")).iterdir())
        return []

    def where(self, key: str) -> Path:
        """The file of one of them."""
        return files.object_file(self._folder, key)


def document_in(content: bytes) -> Document | None:
    """The JSON object in `content`. Raises ValueError and RecursionError for what is no JSON."""
    found = json.loads(content)
    return found if isinstance(found, dict) else None
