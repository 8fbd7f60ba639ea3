"""The machine of the walk: what its timer is, and what runs beside the terminal."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.command import command_line

CRONTAB = """\
case "$1" in
  -l) cat "$HOME/crontab" 2>/dev/null || { echo "no crontab for you" >&2; exit 1; } ;;
  -r) rm "$HOME/crontab" ;;
  -) cat >"$HOME/crontab" ;;
esac"""
"""A crontab that is a file of the walk's home."""

TIMERS = {"crontab": CRONTAB, "systemctl": "exit 1", "launchctl": "exit 1"}


def timers(folder: Path) -> Path:
    """Programs that come before this machine's own on a PATH, so that nothing is scheduled on it."""
    folder.mkdir()
    for name, does in TIMERS.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o700)
    return folder


@contextmanager
def up(environment: Mapping[str, str]) -> Iterator[None]:
    """`rediscover up` is at work meanwhile, and waits for its first date."""
    with subprocess.Popen(
        command_line("up"), env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        try:
            said = ""
            while "rediscover-daily" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            yield
        finally:
            process.terminate()
