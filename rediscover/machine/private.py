"""Whether a folder is its user's alone, so that what is in it can be trusted, and what is put there stays there."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from rediscover.errors import HomeUnusable

MOST_LINKS = 40
"""As many as Linux follows (path_resolution(7))."""

SET_ANOTHER = "or set REDISCOVER_HOME to a folder of your own."


def check_private(folder: Path) -> None:
    """Raise HomeUnusable where somebody else owns the folder, a way to it or anything in it, or could change them.

    A folder that is not there yet is judged by where it would be made. Nothing is touched. Windows tells nothing.
    """
    check_way(folder, "REDISCOVER_HOME")
    if hasattr(os, "getuid"):
        for problem in _problems(folder):
            raise HomeUnusable(problem)


def _problems(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from _of_the_folder(folder)
        is_open = bool(folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))
        for inside, folders, files in os.walk(folder):
            yield from _in_it(Path(inside), [*folders, *files], is_open)


def check_way(folder: Path, variable: str) -> None:
    """Raise HomeUnusable where somebody else could put another folder in the place of this one; `variable` names it."""
    if hasattr(os, "getuid"):
        for place in _way(folder):
            for problem in _on_the_way(place, folder, f"or set {variable} to a folder of your own."):
                raise HomeUnusable(problem)


def _way(folder: Path, links: int = 0) -> Iterator[Path]:
    """The folder and those above it; where one of them is a link, what it leads to and what is above that too."""
    for place in (folder, *folder.parents):
        yield place
        if place.is_symlink() and links < MOST_LINKS:
            yield from _way(place.parent / place.readlink(), links + 1)


def _on_the_way(place: Path, folder: Path, or_else: str) -> Iterator[str]:
    """What is wrong with a link to the folder, or with one of the folders above it."""
    if not os.path.lexists(place):
        return
    if place.is_symlink() and _owner(place) not in (0, os.getuid()):
        yield f"{place} is a link that belongs to another user. Remove it, {or_else}"
        return
    told = place.stat()
    ours = told.st_uid in (0, os.getuid())
    shared = told.st_mode & stat.S_IWOTH or (told.st_mode & stat.S_IWGRP and told.st_gid not in (0, os.getgid()))
    if place != folder and (not ours or (shared and not told.st_mode & stat.S_ISVTX)):
        yield f"Others can replace {folder}, since they can write to {place}. Change that, {or_else}"


def _of_the_folder(folder: Path) -> Iterator[str]:
    told = folder.stat()
    if told.st_uid != os.getuid():
        yield f"The folder {folder} belongs to another user. Work as that user, {SET_ANOTHER}"
    elif told.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield f"Others can write to the folder {folder}. Look at what is in it and run `chmod 700` on it, {SET_ANOTHER}"


def _in_it(inside: Path, names: list[str], is_open: bool) -> Iterator[str]:
    for entry in (inside / name for name in names):
        if entry.is_symlink():
            yield f"{entry} is a link, and none is made there. Look where it leads, and remove it."
        elif entry.lstat().st_uid != os.getuid():
            yield f"{entry} belongs to another user. Remove it, {SET_ANOTHER}"
        elif is_open and entry.lstat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            yield f"Others can write to {entry}. Look at what is in it and run `chmod go-w` on it, {SET_ANOTHER}"


def _owner(place: Path) -> int:
    return place.lstat().st_uid
