"""A task of Windows' Task Scheduler, which starts what was missed as soon as it can."""

import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from rediscover.commands.timers.job import Job
from rediscover.commands.timers.machine import Machine

TASK = "rediscover"
SCHEMA = "http://schemas.microsoft.com/windows/2004/02/mit/task"
LONGEST = "P3D"
"""A run may wait for two days where Spotify asks for it."""


class Tasks:
    """https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema"""

    name = "Task Scheduler"

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def suits(self) -> bool:
        """Whether this is Windows."""
        return self._machine.platform == "win32" and self._machine.has("schtasks")

    def install(self, job: Job) -> Iterator[str]:
        """Create the task, in place of one before. Raises NotScheduled."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "task.xml")
            path.write_bytes(task(job))
            self._machine.do("schtasks", "/Create", "/TN", TASK, "/XML", str(path), "/F")
        yield f"the task {TASK}"
        yield "It runs while you are logged in. `rediscover history` shows what the runs did."
        for name, value in job.environment.items():
            if name in self._machine.environment:
                yield f"A task has only variables that are stored: run `setx {name} {value}`."

    def shown(self) -> list[str]:
        """What Task Scheduler says of it."""
        if not self.suits:
            return []
        asked = self._machine.ask("schtasks", "/Query", "/TN", TASK, "/FO", "LIST")
        return asked.stdout.decode(errors="replace").split("\n") if asked.returncode == 0 else []

    def remove(self) -> list[str]:
        """Delete the task. Raises NotScheduled."""
        if not self.shown():
            return []
        self._machine.do("schtasks", "/Delete", "/TN", TASK, "/F")
        return [f"the task {TASK}"]


def task(job: Job) -> bytes:
    """The task as schtasks reads it, in UTF-16."""
    root = ET.Element("Task", {"version": "1.2", "xmlns": SCHEMA})
    trigger = ET.SubElement(ET.SubElement(root, "Triggers"), "CalendarTrigger")
    # A date without a zone is local time; this one was a Monday.
    ET.SubElement(trigger, "StartBoundary").text = f"2026-01-05T{job.when.clock}:00"
    if job.when.every == "week":
        days = ET.SubElement(trigger, "ScheduleByWeek")
        ET.SubElement(ET.SubElement(days, "DaysOfWeek"), "Monday")
        ET.SubElement(days, "WeeksInterval").text = "1"
    else:
        ET.SubElement(ET.SubElement(trigger, "ScheduleByDay"), "DaysInterval").text = "1"
    settings = ET.SubElement(root, "Settings")
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("RunOnlyIfNetworkAvailable", "true"),
        ("ExecutionTimeLimit", LONGEST),
    ):
        ET.SubElement(settings, name).text = value
    run = ET.SubElement(ET.SubElement(root, "Actions"), "Exec")
    ET.SubElement(run, "Command").text = job.command[0]
    ET.SubElement(run, "Arguments").text = subprocess.list2cmdline(job.command[1:])
    text: bytes = ET.tostring(root, encoding="utf-16", xml_declaration=True)
    return text
