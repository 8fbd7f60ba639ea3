"""`rediscover schedule` with cron: the user's crontab, and what a shell makes of the line."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from rediscover.commands.timers.cron import BEGIN, END, Cron, cron_line
from rediscover.commands.timers.job import Job
from rediscover.commands.timers.machine import NotScheduled
from tests.cli.clockwork import DAILY, ODD, Clockwork


def test_the_crontab_is_kept_byte_for_byte(clockwork: Clockwork) -> None:
    own = "# mine, übrigens\nMAILTO=you@example.org\n\n5 4 * * * date '+\\%s'   \n"
    clockwork.crontab.write_text(own)
    printed = clockwork.ask()
    installed = clockwork.crontab.read_bytes()
    assert installed.startswith(own.encode() + BEGIN)
    assert installed.endswith(END)
    assert "in your crontab: 0 20 * * 1 PATH=" in printed
    assert clockwork.ask() != printed  # says that it replaces
    assert clockwork.crontab.read_bytes() == installed
    below = installed + b"@daily true\n"
    clockwork.crontab.write_bytes(below)
    clockwork.ask(DAILY)
    assert clockwork.crontab.read_bytes().count(BEGIN) == 1
    assert "5 7 * * * PATH=" in clockwork.ask(show=True)
    assert "Removed from your crontab: 5 7 * * *" in clockwork.ask(remove=True)
    assert clockwork.crontab.read_bytes() == own.encode() + b"@daily true\n"
    assert "Nothing is scheduled." in clockwork.ask(remove=True)
    assert "Nothing is scheduled." in clockwork.ask(show=True)


def test_a_crontab_that_we_began_ends_with_our_lines(clockwork: Clockwork) -> None:
    clockwork.ask()
    clockwork.ask(remove=True)
    assert not clockwork.crontab.exists()


def test_marks_that_somebody_edited_are_left_alone(clockwork: Clockwork) -> None:
    for damaged in (BEGIN + b"x\n", END + BEGIN, BEGIN + BEGIN + END):
        clockwork.crontab.write_bytes(damaged)
        with pytest.raises(NotScheduled, match="not as it wrote them"):
            clockwork.ask()
        assert clockwork.crontab.read_bytes() == damaged


def test_what_a_shell_makes_of_the_cron_line_is_the_command(tmp_path: Path) -> None:
    program = tmp_path / "rediscover"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$REDISCOVER_HOME" "$@"; exit $FAILS\n')
    program.chmod(0o700)
    home = tmp_path / "h%me"
    (home / "logs").mkdir(parents=True)
    for fails, mailed in (("0", ""), ("1", f"{home}\nrun\n{ODD}\n")):
        line = cron_line(Job((str(program), "run", ODD), home, DAILY, {"FAILS": fails})).decode()
        command = line.split(maxsplit=5)[5]
        assert "%" not in command.replace("\\%", "")  # cron would cut there
        typed = command.replace("\\%", "%")
        done = subprocess.run(["/bin/sh", "-c", typed], env={}, capture_output=True, text=True, timeout=10)
        assert done.stdout == mailed
        assert (home / "logs" / "scheduled.log").read_text() == f"{home}\nrun\n{ODD}\n"


def test_a_line_that_cron_would_cut_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotScheduled, match="no line as long"):
        cron_line(Job(("x" * 900,), tmp_path, DAILY))


def test_where_cron_refuses_a_user_another_way_is_named(clockwork: Clockwork) -> None:
    clockwork.with_programs()
    with pytest.raises(NotScheduled, match="rediscover up"):
        clockwork.ask()


def test_the_crontab_is_asked_nothing_where_there_is_none(clockwork: Clockwork) -> None:
    (clockwork.folder / "bin" / "crontab").unlink()
    bare = Cron(replace(clockwork.machine, environment={"PATH": str(clockwork.folder / "bin")}))
    assert (bare.suits, bare.shown(), bare.remove()) == (False, [], [])


def test_a_program_that_refuses_is_quoted(clockwork: Clockwork) -> None:
    (clockwork.folder / "bin" / "crontab").write_text(
        '#!/bin/sh\ntest "$1" = -l && exit 0\necho "you may \033[31mnot" >&2; exit 1\n'
    )
    with pytest.raises(NotScheduled, match=r"`crontab -` failed: you may .*not$") as refused:
        clockwork.ask()
    assert "\033" not in str(refused.value)
