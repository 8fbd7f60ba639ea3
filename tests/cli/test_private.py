"""A home that somebody else could change is refused before anything in it is touched."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rediscover.errors import HomeUnusable
from rediscover.places.home import Home
from tests.support.others import NOBODY, as_root

Spoil = Callable[[Path], Path]
OTHERS: dict[str, tuple[Spoil, str]] = {}


def spoiled(told: str) -> Callable[[Spoil], Spoil]:
    """Lists a way in which a home is not to be trusted; it is given a good home, and says which to use instead."""

    def listed(spoil: Spoil) -> Spoil:
        OTHERS[spoil.__name__] = (spoil, told)
        return spoil

    return listed


@spoiled("Others can write to the folder")
def everyone_writes(home: Path) -> Path:
    home.chmod(0o777)
    return home


@spoiled("Others can write to the folder")
def a_group_writes(home: Path) -> Path:
    home.chmod(0o770)
    return home


@spoiled("Others can replace")
def everyone_may_put_another_in_its_place(home: Path) -> Path:
    home.parent.chmod(0o777)
    return home


@spoiled("belongs to another user")
def it_is_anothers(home: Path) -> Path:
    os.chown(home, NOBODY, NOBODY)
    return home


@spoiled("Others can replace")
def it_is_in_anothers_folder(home: Path) -> Path:
    os.chown(home.parent, NOBODY, NOBODY)
    return home


@spoiled("is a link that belongs to another user")
def another_made_a_link_to_it(home: Path) -> Path:
    link = home.with_name("link")
    link.symlink_to(home)
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    return link


@spoiled("is a link that belongs to another user")
def another_made_a_link_to_nothing(home: Path) -> Path:
    link = home.with_name("link")
    link.symlink_to(home / "not there")
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    return link


@spoiled("credentials.json is a link")
def a_link_stands_for_the_credentials(home: Path) -> Path:
    (home / "credentials.json").symlink_to(home.parent / "elsewhere")
    return home


@spoiled("secrets is a link")
def a_link_stands_for_a_folder(home: Path) -> Path:
    (home / "secrets").symlink_to(home.parent, target_is_directory=True)
    return home


@spoiled("latest.json belongs to another user")
def another_wrote_deep_inside(home: Path) -> Path:
    planted = home / "buckets" / "Bucket" / "latest.json"
    planted.parent.mkdir(parents=True)
    planted.write_text("{}")
    os.chown(planted, NOBODY, NOBODY)
    return home


@spoiled("Others can write to")
def a_folder_in_an_open_home_is_open_to_others(home: Path) -> Path:
    home.chmod(0o755)
    (home / "executions").mkdir()
    (home / "executions").chmod(0o777)
    return home


@spoiled("Others can replace")
def our_own_link_leads_into_a_folder_for_all(home: Path) -> Path:
    shared = home.parent / "shared"
    (shared / "home").mkdir(parents=True, mode=0o700)
    shared.chmod(0o777)
    link = home.parent / "link"
    link.symlink_to(shared / "home")
    return link


@spoiled("Others can replace")
def our_own_link_leads_over_a_folder_for_all(home: Path) -> Path:
    shared = home.parent / "shared"
    shared.mkdir()
    (shared / "further").symlink_to(home)
    shared.chmod(0o777)
    link = home.parent / "link"
    link.symlink_to(shared / "further")
    return link


@as_root
@pytest.mark.parametrize("way", OTHERS)
def test_what_others_can_change_is_refused_and_left_as_it_is(tmp_path: Path, way: str) -> None:
    spoil, told = OTHERS[way]
    home = tmp_path / "place" / "home"
    home.mkdir(parents=True, mode=0o700)
    used = spoil(home)
    before = seen(tmp_path)
    with pytest.raises(HomeUnusable) as raised:
        Home.of({"REDISCOVER_HOME": str(used)})
    assert told in str(raised.value)
    assert "REDISCOVER_HOME" in str(raised.value) or "remove it" in str(raised.value)
    assert seen(tmp_path) == before


def seen(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything in a folder, with its mode, owner and time of change."""
    return {
        str(entry): (told.st_mode, told.st_uid, told.st_ctime_ns)
        for entry in folder.rglob("*")
        for told in (entry.lstat(),)
    }


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o750])
def test_a_home_that_only_its_user_changes_is_taken(tmp_path: Path, mode: int) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(mode)
    (home / "executions").mkdir()
    link = tmp_path / "link"
    link.symlink_to(home)
    assert Home.of({"REDISCOVER_HOME": str(link)}).path == link


def test_what_others_cannot_reach_may_be_as_open_as_an_older_release_left_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "executions").mkdir(parents=True)
    home.chmod(0o700)
    (home / "executions").chmod(0o775)
    Home.of({"REDISCOVER_HOME": str(home)})


def test_a_home_and_its_lock_are_closed_before_anything_is_locked(tmp_path: Path) -> None:
    """Who could open the lock could hold it for ever."""
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    with Home.of({"REDISCOVER_HOME": str(home)}).locked():
        assert [path.stat().st_mode & 0o777 for path in (home, home / "lock")] == [0o700, 0o600]


def test_a_sticky_folder_for_all_may_hold_a_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    assert (Home.of({"REDISCOVER_HOME": str(tmp_path / "home")}).path.stat().st_mode & 0o777) == 0o700
