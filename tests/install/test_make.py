"""What `make install` says where there is no Python, or a `.venv` that was left behind."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.dependencies import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of one as make looks at."""
    for name in ("Makefile", "pyproject.toml", "hatch_build.py", "requirements"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("make") or "make", "-C", str(checkout), "--no-print-directory", *arguments]
    return subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60)


def venv(checkout: Path, program: str | None, command: str) -> None:
    """A `.venv` with a Python (or a link to one that is gone) and a command, in which all seems to be installed."""
    folder = checkout / ".venv" / "bin"
    folder.mkdir(parents=True)
    if program:
        (folder / "python").write_text(f"#!/bin/sh\n{program}\n")
        (folder / "python").chmod(0o755)
    else:
        (folder / "python").symlink_to("/gone/bin/python3")
    (folder / "rediscover").write_text(f"#!{command}\n")
    (checkout / ".venv" / ".run").touch()


RUNS = f'exec "{sys.executable}" "$@"'


@pytest.mark.parametrize("target", ["install", "demo", "test"])
@pytest.mark.parametrize("program", ["exit 1", None])
def test_where_there_is_no_python_that_is_new_enough_one_sentence_says_so(
    checkout: Path, target: str, program: str | None
) -> None:
    python = checkout / "python3"
    if program:
        python.write_text(f"#!/bin/sh\n{program}\n")
        python.chmod(0o755)
    done = make(checkout, target, f"PYTHON={python}")
    assert done.returncode != 0
    assert f"There is no Python 3.11 or newer as {python}: say where one is, as in make {target} PYTHON=" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_venv_that_runs_is_used_as_it_is(checkout: Path) -> None:
    venv(checkout, RUNS, str(checkout / ".venv" / "bin" / "python"))
    assert "Nothing to be done" in make(checkout, "install").stdout


@pytest.mark.parametrize(
    ("program", "command"),
    [
        pytest.param(None, "{}/.venv/bin/python", id="its Python is gone"),
        pytest.param("exit 1", "{}/.venv/bin/python", id="its Python is too old"),
        pytest.param(RUNS, "/elsewhere/.venv/bin/python", id="its folder was moved"),
    ],
)
def test_a_venv_that_was_left_behind_is_made_anew(checkout: Path, program: str | None, command: str) -> None:
    venv(checkout, program, command.format(checkout))
    planned = make(checkout, "--dry-run", "demo").stdout
    assert "Installing into .venv anew: the one left behind does not run" in planned
    assert "python3 -m venv --clear .venv" in planned
