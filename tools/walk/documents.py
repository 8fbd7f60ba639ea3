"""The walk as a page to read and pictures of its screens."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path

from tools.walk.pictures import picture
from tools.walk.walker import Step

LONGEST = 90
"""Lines of a command's output that the page shows."""

INTRODUCTION = """\
# A walk through every command

Written by `make walk`, which types each of these commands in a terminal, checks what it prints and its exit code, and
presses Agree in a real browser. `make soak` does the same without writing. Spotify is a simulated one, with its
addresses written as the real one's; AWS is the embedded engine, at `AWS_ENDPOINT_URL`. `.venv/bin` is on the PATH.
`[…]` stands for lines left out, `~` for the home folder.
"""

VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+…?|\d{8}-\d{6}-[0-9a-f]{6}|\d{4}-W\d\d"
    r"|\d{4}-\d\d-\d\d(T[\d:.]+(Z|\+00:00)?)?|\d\d:\d\d|(?<=Secret-)\w{6}|\d+ h|\d+ min|\d+(\.\d+)? s\b|in \d+ days"
)
"""What another walk has otherwise: names of executions and secrets, weeks, dates and durations."""


def write(steps: Sequence[Step], folder: Path) -> None:
    """Write `walk.md` and the pictures into `folder`; one that would differ in times or order alone stays as it is."""
    _keep(folder / "walk.md", page(steps))
    for image in (step.image for step in steps if step.image):
        _keep(folder / image.name, image.content)
    for name, (label, commands) in PICTURES.items():
        shown = [line for command in commands for line in [*_screen(_step(steps, command)), ""]]
        _keep(folder / f"{name}.svg", picture(name, label, shown[:-1]))


PICTURES = {
    "setup": ("A sitting: consent, a source and a target chosen from lists, a dry run", ["rediscover setup"]),
    "demo": ("Two simulated weeks: states with a retry and a wait, the tracks that were added", ["rediscover demo"]),
    "doctor": (
        "The doctor's lines for readable playlists, and for Discover Weekly",
        ["rediscover doctor --source .* --target", "rediscover doctor --source \\S+$"],
    ),
    "history": ("The list of runs, and the states of one", ["rediscover history$", "rediscover history [0-9-]"]),
}
"""By name: what is to be seen, and the commands that show it, as regular expressions."""

LEFT_OUT = (("https://accounts.spotify.com/", "Authorized until"), ("\x1b[2mStarting the embedded", "Would add"))
"""What a picture has no room for: how what is left out begins, and the line after it."""


def page(steps: Iterable[Step]) -> str:
    """The page, in Markdown."""
    parts, heading = [INTRODUCTION], ""
    for step in steps:
        if step.heading != heading:
            heading = step.heading
            parts.append(f"## {heading}\n")
        printed = abridged(step.typed.plain)
        printed = [*printed[:LONGEST], "[…]"] if len(printed) > LONGEST else printed
        code = f" Exit code {step.typed.code}." if step.typed.code else ""
        console = "\n".join([f"$ {step.typed.command}", *printed])
        parts.append(f"{step.why}{code}\n\n```console\n{console}\n```\n")
        if step.image:
            parts.append(f"![{step.image.label}]({step.image.name})\n")
    return "\n".join(parts)


def abridged(lines: Iterable[str]) -> list[str]:
    """The lines with the middle of a list of tracks left out."""
    kept: list[str] = []
    tracks: list[str] = []
    for line in [*lines, ""]:
        if re.match(r"\s+\d+\. ", line):
            tracks.append(line)
            continue
        kept += [*tracks[:3], "    […]", tracks[-1]] if len(tracks) > 4 else tracks
        kept.append(line)
        tracks = []
    return kept[:-1]


def _step(steps: Iterable[Step], command: str) -> Step:
    return next(step for step in steps if re.match(command, step.typed.command))


def _screen(step: Step) -> list[str]:
    lines = abridged(step.typed.lines)
    for begins, ends in LEFT_OUT:
        lines = _without(lines, begins, ends)
    if "\x1b[1mWeek 2\x1b[0m" in lines:  # the first week has nothing that the second has not
        lines = ["[…]", "", *lines[lines.index("\x1b[1mWeek 2\x1b[0m") :]]
    return [f"\x1b[1m$ {step.typed.command}\x1b[0m", *lines]


def _without(lines: list[str], begins: str, ends: str) -> list[str]:
    """The lines with `[…]` in place of those from one that begins so to before one that ends it, where both are."""
    first = next((place for place, line in enumerate(lines) if line.startswith(begins)), len(lines))
    last = next((place for place, line in enumerate(lines[first:], first) if line.startswith(ends)), None)
    return lines if last is None else [*lines[:first], "[…]", *lines[last:]]


def _keep(path: Path, content: str) -> None:
    if not path.exists() or _said(path.read_text()) != _said(content):
        path.write_text(content)


def _said(content: str) -> list[str]:
    """Its words, sorted, since branches that run beside each other end in any order."""
    if content.startswith("<svg"):
        content = " ".join(unescape(text).replace("\xa0", " ") for text in re.findall(r">([^<]*)</text>", content))
    return sorted(VARIES.sub(" ", content).split())
