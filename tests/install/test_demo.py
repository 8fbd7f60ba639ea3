"""`rediscover demo`, whole, as it is installed, in an empty folder."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.install.installed import Installed

Rediscover = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def rediscover(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Rediscover:
    folder = tmp_path_factory.mktemp("empty")

    def typed(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "REDISCOVER_HOME": str(home)}
        command = installed.command(*arguments)
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)

    return typed


@pytest.fixture(scope="module")
def done(home: Path, rediscover: Rediscover) -> subprocess.CompletedProcess[str]:
    (home / "demo").mkdir()
    (home / "demo" / "left-over").write_text("")
    return rediscover(home, "demo")


def test_the_demo_archives_two_weeks_and_adds_nothing_twice(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert "The target holds 56 tracks. Every track once, in order: verified." in done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    figures = [line[:-4] for line in lines if line[:1] == ["Week"] and line[-1:] == ["s"]]
    assert figures == [["Week", "1"], ["Week", "2"], ["Week", "2", "again"]]
    added = [line[-4] for line in lines if line[:1] == ["Week"] and line[-1:] == ["s"]]
    assert added == ["30", "26", "0"]


def test_the_demo_names_what_was_added(done: subprocess.CompletedProcess[str]) -> None:
    assert "Added 30 tracks from “Discover Weekly copy” to “Rediscovered”:" in done.stdout
    assert "    1. “Lanterns on the Canal – Mirela Voss”" in done.stdout
    assert "Added 26 tracks from “Discover Weekly copy” to “Rediscovered”:" in done.stdout
    assert "Nothing new in “Discover Weekly copy” for “Rediscovered”." in done.stdout


def test_the_demo_shows_a_retry_and_a_wait(done: subprocess.CompletedProcess[str]) -> None:
    assert " ReadSource: SpotifyUnavailable: " in done.stderr
    assert " ReadSource: attempt 2 after " in done.stderr
    assert " WaitToAdd: waiting 2 s" in done.stderr


def test_the_demo_can_be_looked_into_afterwards(
    done: subprocess.CompletedProcess[str], home: Path, rediscover: Rediscover
) -> None:
    assert f"REDISCOVER_HOME={home / 'demo'} " in done.stdout
    listed = json.loads(rediscover(home / "demo", "history", "--json").stdout)
    assert [one["outcome"] for one in listed] == ["nothing_new", "added", "added"]
    timeline = rediscover(home / "demo", "history", listed[1]["execution"]).stdout
    assert "SpotifyUnavailable" in timeline
    assert "WaitToAdd" in timeline


def test_the_demo_leaves_the_users_own_home_alone(done: subprocess.CompletedProcess[str], home: Path) -> None:
    assert done.returncode == 0
    assert [entry.name for entry in home.iterdir()] == ["demo"]
    assert not (home / "demo" / "left-over").exists()
