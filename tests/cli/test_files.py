"""What is written is whole, its owner's only, and where it was meant to be."""

import os
import stat
from pathlib import Path

import pytest

from rediscover.machine import files


def test_folders_and_files_are_their_owners_whatever_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.replace(tmp_path / "a" / "b" / "c", b"new", tmp_path / "partial")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / one).stat().st_mode) for one in ("a", "a/b", "a/b/c")]
    assert modes == [0o700, 0o700, 0o600]


def test_no_link_that_waits_there_is_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    for name in ("file", "partial", "log"):
        (tmp_path / name).symlink_to(elsewhere)
    files.replace(tmp_path / "file", b"ours", tmp_path / "partial")
    with pytest.raises(OSError, match="symbolic link"), open(tmp_path / "log", "ab", opener=files.only_for_owner):
        pass
    assert elsewhere.read_bytes() == b"theirs"
    assert (tmp_path / "file").read_bytes() == b"ours"
    assert not (tmp_path / "file").is_symlink()


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        files.replace(tmp_path / "folder", b"new", tmp_path / "partial")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "folder"]
