"""A timer of the user's own systemd, which makes up for what a sleeping machine missed."""

from collections.abc import Iterator
from pathlib import Path

from rediscover.commands.timers.job import WRITTEN_BY, Job
from rediscover.commands.timers.machine import Machine, NotScheduled
from rediscover.machine import files

TIMER = "rediscover.timer"
SERVICE = "rediscover.service"


class Systemd:
    """systemd.timer(5), below `systemctl --user`."""

    name = "systemd"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        configured = machine.environment.get("XDG_CONFIG_HOME") or machine.user_home / ".config"
        self.folder = Path(configured) / "systemd" / "user"

    @property
    def suits(self) -> bool:
        """Whether there is a systemd of this user, which there is none of in a container or after `su`."""
        asked = self._machine.platform.startswith("linux") and self._machine.has("systemctl")
        return asked and self._machine.ask("systemctl", "--user", "show-environment").returncode == 0

    def install(self, job: Job) -> Iterator[str]:
        """Write both units and switch the timer on. Raises NotScheduled."""
        for name, text in units(job).items():
            path = self.folder / name
            if path.exists() and WRITTEN_BY not in path.read_text(errors="replace"):
                raise NotScheduled(
                    f"{path} was not written by `rediscover schedule`. Run `systemctl --user disable --now {TIMER}`, "
                    "move it away, and schedule again."
                )
            files.replace(path, text.encode())
            yield str(path)
        self._machine.do("systemctl", "--user", "daemon-reload")
        self._machine.do("systemctl", "--user", "enable", "--now", TIMER)
        self._machine.do("systemctl", "--user", "restart", TIMER)
        yield f"`journalctl --user -u {SERVICE}` shows what the runs print."
        if self._machine.ask("loginctl", "show-user", "--property=Linger", "--value").stdout.strip() != b"yes":
            yield "It runs while you are logged in; `loginctl enable-linger` lets it run when nobody is, too."

    def shown(self) -> list[str]:
        """The units' paths, and systemd's own line about the timer."""
        if not self._written():
            return []
        listed = self._machine.ask("systemctl", "--user", "list-timers", "--all", "--no-pager", TIMER).stdout
        return [*map(str, self._written()), *listed.decode(errors="replace").splitlines()[:2]]

    def remove(self) -> list[str]:
        """Switch the timer off and remove both units. Raises NotScheduled."""
        written = self._written()
        if written and self.suits:
            self._machine.do("systemctl", "--user", "disable", "--now", TIMER)
        for path in written:
            path.unlink()
        if written and self.suits:
            self._machine.do("systemctl", "--user", "daemon-reload")
        return list(map(str, written))

    def _written(self) -> list[Path]:
        paths = (self.folder / name for name in (SERVICE, TIMER))
        return [path for path in paths if path.is_file() and WRITTEN_BY in path.read_text(errors="replace")]


def units(job: Job) -> dict[str, str]:
    """Both units, by name. A run that fails is started again after a quarter of an hour, three starts in all."""
    variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environment.items())
    command = " ".join(_quoted(word, command=True) for word in job.command)
    service = f"""\
# {WRITTEN_BY}
[Unit]
Description=Keep what is new in Spotify playlists
StartLimitIntervalSec=2h
StartLimitBurst=3

[Service]
Type=oneshot
{variables}ExecStart={command}
Restart=on-failure
RestartSec=15min
"""
    timer = f"""\
# {WRITTEN_BY}
[Unit]
Description=Keep what is new in Spotify playlists, {job.when}

[Timer]
OnCalendar={job.when.on_calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {SERVICE: service, TIMER: timer}


def _quoted(word: str, *, command: bool = False) -> str:
    """A word as systemd.syntax(7) has it; `$` stands for variables in a command only (systemd.service(5))."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if command else escaped}"'
