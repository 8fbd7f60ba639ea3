"""Files that only their owner may read, written whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from rediscover_archive.authorization.secret import CURRENT

PARTIAL = "partial"
"""What is written before it takes its place, where that folder is read by others."""

LONGEST_NAME = 255
"""Bytes of a file's name, on the usual file systems."""


def make_folder(path: Path) -> None:
    """Make a folder and those above it where they are missing, open to their owner only."""
    missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def replace(path: Path, content: bytes, partial: Path | None = None) -> None:
    """Put a file in place of what is there, whatever happens meanwhile.

    `partial` is where it is written first: beside it, unless somebody reads whatever is in that folder.

    No link is followed. Raises OSError, and then the old file is as it was.
    """
    make_folder(path.parent)
    partial = partial or path.with_suffix(".partial")
    try:
        partial.unlink(missing_ok=True)
        with open(partial, "xb", opener=only_for_owner) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def secret_file(home: Path, secret: str, stage: str = CURRENT) -> Path:
    """Where the engine keeps a version of one of the stack's secrets between runs."""
    return home / "secrets" / (f"{secret}.json" if stage == CURRENT else f"{secret}.{stage}.json")


def object_file(folder: Path, key: str) -> Path:
    """Where a bucket's object is kept. Raises ValueError for parts of a key that a path cannot hold, as `..`."""
    parts = key.split("/")
    names = [quote(part, safe=" ") for part in parts]
    if not all(part.strip(".") for part in parts) or any(len(name) > LONGEST_NAME for name in names):
        raise ValueError(f"The object {key!r} cannot be kept as a file.")
    return folder.joinpath(*names)


def only_for_owner(path: str, flags: int) -> int:
    """An opener for `open`: what is made is its owner's only, and no link is followed."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
