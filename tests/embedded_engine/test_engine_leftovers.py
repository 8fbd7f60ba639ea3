"""What engines leave on a machine: a folder of a killed one goes with the next, and the log has an end."""

import os
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from rediscover.engine import Engine
from rediscover.engine.engine import LARGEST_LOG
from rediscover.engine.folders import temporary_folder
from rediscover.errors import FileDamaged

LONG_AGO = time.time() - 3600


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def abandoned(temporary: Path, name: str = "rediscover-engine-abandoned") -> Path:
    folder = temporary / name
    (folder / "code" / "bundle").mkdir(parents=True)
    (folder / "lock").touch()
    os.utime(folder, (LONG_AGO, LONG_AGO))
    return folder


def test_a_folder_goes_with_its_engine(temporary: Path) -> None:
    with temporary_folder() as folder:
        (folder / "bundle").mkdir()
        assert folder.parent.parent == temporary
    assert list(temporary.iterdir()) == []


def test_a_folder_of_a_killed_engine_goes_with_the_next_one(temporary: Path) -> None:
    left, of_others = abandoned(temporary), abandoned(temporary, "rediscover-other")
    with temporary_folder():
        assert not left.exists()
    assert of_others.exists()


def test_a_folder_of_a_living_engine_stays() -> None:
    with temporary_folder() as living:
        os.utime(living.parent, (LONG_AGO, LONG_AGO))
        with temporary_folder():
            assert living.exists()


def test_a_folder_that_was_just_made_stays_even_if_it_has_no_lock_yet(temporary: Path) -> None:
    (temporary / "rediscover-engine-new").mkdir()
    with temporary_folder():
        pass
    assert [path.name for path in temporary.iterdir()] == ["rediscover-engine-new"]


def test_links_and_folders_of_other_users_stay(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = abandoned(temporary, "elsewhere")
    (temporary / "rediscover-engine-link").symlink_to(elsewhere)
    theirs = abandoned(temporary)
    monkeypatch.setattr("os.getuid", lambda: theirs.stat().st_uid + 1)
    with temporary_folder():
        pass
    assert (elsewhere / "code" / "bundle").is_dir()
    assert theirs.exists()


def log_of(home: Path) -> bytes:
    """Begin the functions' log as an engine does, write to it, and end."""
    with ExitStack() as cleanup:
        engine = Engine(home, {})
        engine._log(cleanup).write(b"new\n")
    return (home / "logs" / "functions.log").read_bytes()


def test_the_functions_log_has_an_end(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "functions.log"
    assert log_of(tmp_path) == b"new\n"
    log.write_bytes(b"x" * LARGEST_LOG)
    assert log_of(tmp_path).endswith(b"xnew\n")
    assert log_of(tmp_path) == b"new\n"
    assert log.with_name("functions.log.1").stat().st_size == LARGEST_LOG + 4
    log.write_bytes(b"y" * (LARGEST_LOG + 1))
    log_of(tmp_path)
    assert log.with_name("functions.log.1").read_bytes()[:1] == b"y"
    assert [path.name for path in sorted(log.parent.iterdir())] == ["functions.log", "functions.log.1"]
    assert log.stat().st_mode & 0o777 == 0o600


def test_an_older_log_that_is_in_the_way_is_named(tmp_path: Path) -> None:
    log_of(tmp_path)
    (tmp_path / "logs" / "functions.log").write_bytes(b"x" * (LARGEST_LOG + 1))
    (tmp_path / "logs" / "functions.log.1" / "inside").mkdir(parents=True)
    with pytest.raises(FileDamaged, match=r"Cannot write to .*functions\.log"):
        log_of(tmp_path)
