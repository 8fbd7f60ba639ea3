"""Room for a run: known before it begins, and told as such where it ends meanwhile."""

import errno
import shutil
from pathlib import Path
from tempfile import gettempdir

from rediscover.errors import DiskFull

ROOM = 8_000_000
"""Bytes that a run may need, of its home and for temporary files: the documents of 10,000 tracks, twice."""

FULL = (errno.ENOSPC, errno.EDQUOT)


def is_full(error: BaseException | None) -> bool:
    """Whether something could not be written since a disk, or its user's share of it, is full."""
    return isinstance(error, OSError) and error.errno in FULL


def check_room(home: Path) -> None:
    """Raise DiskFull where a run could not write what it has to: to its home, or temporary files."""
    try:
        temporary = Path(gettempdir())
    except FileNotFoundError as error:  # which is what it raises where nothing can be written to any of them
        raise DiskFull(f"There is no folder for temporary files that has room: {error.strerror}.") from error
    for folder in (home, temporary):
        room = shutil.disk_usage(folder)
        if room.total and room.free < ROOM:  # some file systems tell nothing
            raise DiskFull(
                f"The disk of {folder} is full: {room.free / 1e6:.1f} MB are free, and a run needs {ROOM / 1e6:.0f}. "
                "Nothing was started. Make room."
            )
