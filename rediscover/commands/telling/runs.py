"""What a listener on this machine is told of a run: what the state machine publishes, and what it could not."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console

from rediscover.commands.results import interruption
from rediscover.commands.telling.services import tell
from rediscover.errors import EXPLAINED, Busy, FileDamaged
from rediscover.executions.finished import Ended, Notification
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.places.listener import KeptListener, Listener
from rediscover.words import clean
from rediscover_archive.runs.state import Failure
from rediscover_archive.runs.summary import FROM_SPOTIFY, MESSAGE_LIMIT, message_of, subject_of, track_lines
from rediscover_archive.text import shortened

UNTOLD = "SummarizeFailed"
"""The error of an execution that failed before it could tell; besides those of AWS (template, UntoldFailureRule)."""


class Telling:
    """The listener of a home, while it runs. Whatever becomes of the telling, a run ends as it would without.

    Of a run that only looks (`is_dry`) nobody is told.
    """

    def __init__(self, home: Home, err: Console, *, is_dry: bool = False) -> None:
        self._err = err
        self._listener = Listener()
        if is_dry:
            return
        try:
            self._listener = KeptListener(home).read()
        except FileDamaged as error:
            say(err, clean(str(error)), "yellow")

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameter that decides what is published."""
        return {"NotifyOn": self._listener.on} if self._listener.urls else {}

    @contextmanager
    def of_what_starts_nothing(self) -> Iterator[None]:
        """Tell of an error that would have been an execution's on AWS, or left it without one; it goes on.

        Whoever sits at a terminal reads it there, and mends what was typed.
        """
        try:
            yield
        except Busy:  # another run is at work, which tells what it does
            raise
        except EXPLAINED as error:
            if not self._err.is_terminal:
                failure: Failure = {"error": type(error).__name__, "cause": str(error).partition("\n")[0]}
                self.tell(Notification(subject_of(failure, 0), message_of([], failure, None)))
            raise

    def of(self, ended: Ended) -> None:
        """Tell what a run published, or that it ended before it could."""
        notification = ended.notification or _untold(ended.execution)
        if notification := with_interrupted(notification, ended.report, self._listener.on):
            self.tell(notification)

    def tell(self, notification: Notification) -> None:
        """By every service, unless nothing is to be told."""
        if self._listener.on == "nothing":
            return
        for service in tell(self._listener.urls, notification):
            say(self._err, f"{clean(service)} could not be told. `rediscover notify --test` tries it.", "yellow")


def with_interrupted(told: Notification | None, report: Mapping[str, Any] | None, on: str) -> Notification | None:
    """What is told of a run, and of those before it that were interrupted: nobody has told what these had added.

    `on` is the template's NotifyOn, by which that alone is told, too.
    """
    found = [one for one in (report or {}).get("interrupted", []) if one["added_tracks"]]
    if report is None or not found or (told is None and on != "additions"):
        return told
    lines = []
    for one in found:
        lines += [f"{interruption(one)}:", *track_lines(one["added_tracks"]), ""]
    rest = told.message if told else ""
    if FROM_SPOTIFY not in rest:
        lines += [FROM_SPOTIFY, ""]
    added = sum(len(one["added_tracks"]) for one in found) + sum(pair["added"] for pair in report["pairs"])
    message = shortened("\n".join([*lines, rest]).rstrip(), MESSAGE_LIMIT)
    return Notification(subject_of(report.get("error"), added), f"{message}\n")


def _untold(execution: Mapping[str, object]) -> Notification | None:
    """What the template's rule says of an execution that told nobody."""
    error = str(execution.get("error") or "")
    if execution["status"] != "FAILED" or not (error == UNTOLD or error.startswith("States.")):
        return None
    name = clean(str(execution["name"]))
    return Notification(
        subject_of({"error": error, "cause": ""}, 0),
        f"The run {name} ended as FAILED before it could say why. Nothing is lost.\n"
        f"What to do: run it again, which completes the job.\n"
        f"What happened: rediscover history {name}\n",
    )
