"""Homes in which nothing has happened yet, but for what an engine keeps of the template for the next one there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def new_home(home: Path, parsed: Path) -> Iterator[Path]:
    """`home` with what is in `parsed`: the template and its state machine, as an engine before has parsed them.

    Where nothing is yet, what is kept in the home at its end goes there.
    """
    home.mkdir(mode=0o700, exist_ok=True)
    cache = home / "cache"
    if parsed.exists():
        shutil.copytree(parsed, cache)
    yield home
    if cache.exists() and not parsed.exists():
        with suppress(OSError):  # another process of tests was faster
            shutil.copytree(cache, home / "parsed").rename(parsed)
