"""A full disk, said before a run begins, and at once where it fills up meanwhile."""

import errno
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rediscover.errors import DiskFull
from rediscover.executions.kept import Executions
from rediscover.machine.disk import ROOM, check_room
from rediscover.places.local import _Record

Usage = namedtuple("Usage", "total used free")
EXECUTION: dict[str, Any] = {"name": "now", "status": "RUNNING", "startDate": datetime.now(UTC), "executionArn": "arn"}


@pytest.fixture
def usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[Path, Usage]:
    """What is told of each folder's disk; of others, that there is room."""
    told: dict[Path, Usage] = {}
    monkeypatch.setattr("shutil.disk_usage", lambda folder: told.get(folder, Usage(2 * ROOM, ROOM, ROOM)))
    monkeypatch.setattr("rediscover.machine.disk.gettempdir", lambda: str(tmp_path / "tmp"))
    return told


@pytest.mark.parametrize("full", ["home", "tmp"])
def test_a_disk_without_room_is_said_by_its_folder_before_a_run(
    full: str, usage: dict[Path, Usage], tmp_path: Path
) -> None:
    check_room(tmp_path / "home")
    usage[tmp_path / full] = Usage(2 * ROOM, ROOM + 1, ROOM - 1)
    with pytest.raises(DiskFull, match=rf"disk of {tmp_path / full} is full: 8\.0 MB are free, and a run needs 8\."):
        check_room(tmp_path / "home")


@pytest.mark.usefixtures("usage")
def test_no_room_for_temporary_files_anywhere_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("rediscover.machine.disk.gettempdir", nowhere)
    with pytest.raises(DiskFull, match="No usable temporary directory found in"):
        check_room(tmp_path)


def test_a_file_system_that_tells_nothing_is_believed_to_have_room(usage: dict[Path, Usage], tmp_path: Path) -> None:
    usage[tmp_path] = Usage(0, 0, 0)
    check_room(tmp_path)


@pytest.mark.parametrize(("number", "ends"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False)])
def test_a_run_is_stopped_at_once_where_the_disk_is_full_and_by_nothing_else(
    number: int, ends: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(*_: object) -> None:
        raise OSError(number, "No space left on device")

    monkeypatch.setattr("rediscover.machine.files.replace", replace)
    record = _Record(Executions(tmp_path))
    if ends:
        with pytest.raises(DiskFull, match=r"The run was stopped\. Make room"):
            record(EXECUTION, [{}])
    else:
        record(EXECUTION, [{}])


def test_a_run_is_kept_while_it_runs_whenever_something_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = Executions(tmp_path)
    record = _Record(saved)
    record(EXECUTION, [])
    assert saved.running is None
    event = {"id": 1, "type": "ExecutionStarted", "timestamp": "2026-11-26T00:00:00+00:00"}
    record(EXECUTION, [event])
    record(EXECUTION, [event] * 2)
    assert saved.running
    assert len(saved.events(saved.running)) == 1
    monkeypatch.setattr("time.monotonic", lambda: float("inf"))
    record(EXECUTION, [event] * 2)
    assert len(saved.events(saved.running)) == 2
