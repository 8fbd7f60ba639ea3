"""The engine's folder for temporary files, and those of engines that were killed."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from filelock import FileLock, Timeout

PREFIX = "rediscover-engine-"

YOUNG = 60.0
"""Seconds for which a folder may have no lock yet, or its owner's clock another time."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that goes with this engine, or, where that is killed, with the next one.

    A lock in it says that its engine lives, whichever process that is, also in another container with the same folder.
    """
    _remove_abandoned(Path(gettempdir()))
    with TemporaryDirectory(prefix=PREFIX) as made, FileLock(Path(made, "lock"), timeout=0, mode=0o600):
        folder = Path(made, "code")
        folder.mkdir()
        yield folder


def _remove_abandoned(among: Path) -> None:
    """Remove our folders whose engine is gone; another user's, and whatever only has such a name, stays."""
    for folder in among.glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            if _is_ours(folder) and abs(time.time() - folder.lstat().st_mtime) > YOUNG:
                with FileLock(folder / "lock", timeout=0, mode=0o600):
                    pass
                shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    told = folder.lstat()
    return stat.S_ISDIR(told.st_mode) and (not hasattr(os, "getuid") or told.st_uid == os.getuid())
