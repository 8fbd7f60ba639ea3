"""Lines of the user's crontab, between two marks; all the rest of it stays as it is, byte for byte."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from rediscover.commands.timers.job import PATH, Job
from rediscover.commands.timers.machine import Machine, NotScheduled
from rediscover.machine import files

BEGIN = b"# rediscover schedule: begin (written by it, and removed by `rediscover schedule --remove`)\n"
END = b"# rediscover schedule: end\n"
LONGEST = 998
"""Bytes of a command that Debian's cron takes (MAX_COMMAND)."""

RUNNING = ("/run/crond.pid", "/var/run/crond.pid", "/var/run/cron.pid")


class Cron:
    """crontab(1)."""

    name = "cron"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def suits(self) -> bool:
        """Whether there is a crontab, which this user may have."""
        return self._machine.platform != "win32" and self._machine.has("crontab") and self._read() is not None

    def install(self, job: Job) -> Iterator[str]:
        """Write the lines, in place of those before. Raises NotScheduled."""
        line = cron_line(job)
        rest = without_lines(self._read() or b"")
        files.make_folder(job.log.parent)
        ended = rest if not rest or rest.endswith(b"\n") else rest + b"\n"
        self._machine.do("crontab", "-", given=ended + BEGIN + line + END)
        yield f"in your crontab: {line.decode().rstrip()}"
        yield f"The last run's output is in {job.log}; cron mails it when the run fails, where mail works (MAILTO)."
        yield "cron skips what falls into sleep: take an hour at which this machine is on."
        if not any(map(Path.exists, map(Path, RUNNING))):
            yield "cron does not seem to run here: start it, as with `systemctl enable --now cron`."

    def shown(self) -> list[str]:
        """The lines, without the marks."""
        held = (self._read() or b"") if self._machine.has("crontab") else b""
        return [line.decode(errors="replace") for line in _between(held)[1].splitlines()[1:-1]]

    def remove(self) -> list[str]:
        """Take the lines out of the crontab. Raises NotScheduled."""
        lines = self.shown()
        if lines:
            rest = without_lines(self._read() or b"")
            self._machine.do(*(("crontab", "-") if rest else ("crontab", "-r")), given=rest)
        return [f"from your crontab: {line}" for line in lines]

    def _read(self) -> bytes | None:
        """The user's crontab; None where there may be none."""
        listed = self._machine.ask("crontab", "-l")
        if listed.returncode == 0:
            return listed.stdout
        return b"" if b"no crontab for" in listed.stderr else None


def cron_line(job: Job) -> bytes:
    """The line that cron runs. Its variables stand in it, since a line of their own would count for all lines below.

    The output is kept, and printed, so that cron mails it, only where the run fails. Raises NotScheduled.
    """
    variables = {"PATH": PATH, **job.environment}
    said = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    log = shlex.quote(str(job.log))
    command = f"{said} {shlex.join(job.command)} >{log} 2>&1 || cat {log}".replace("%", "\\%")
    if len(command.encode()) > LONGEST:
        raise NotScheduled("cron takes no line as long as this one. Give fewer or shorter links.")
    return f"{job.when.cron} {command}\n".encode()


def without_lines(held: bytes) -> bytes:
    """A crontab without our lines."""
    before, _, after = _between(held)
    return before + after


def _between(held: bytes) -> tuple[bytes, bytes, bytes]:
    """What is before our lines, they with their marks, and what is after. Raises NotScheduled."""
    start, end = held.find(BEGIN), held.find(END)
    if start < 0 and end < 0:
        return held, b"", b""
    if not 0 <= start < end or held.count(BEGIN) != 1 or held.count(END) != 1:
        raise NotScheduled(
            "The marks of `rediscover schedule` in your crontab are not as it wrote them. Remove its lines with "
            "`crontab -e`."
        )
    return held[:start], held[start : end + len(END)], held[end + len(END) :]
