"""`rediscover page`: the archive as one HTML file."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from rich.console import Console
from rich.text import Text

from rediscover.commands.archive.chosen import archives_of
from rediscover.commands.drawn import drawn
from rediscover.commands.history import Past
from rediscover.errors import HomeUnusable, UserError
from rediscover.executions.reports import report_of
from rediscover.executions.timeline import build
from rediscover.machine import files
from rediscover_archive.page.document import html
from rediscover_archive.page.gathering import gathered
from rediscover_archive.runs.latest import Latest, read_latest

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable

NAME = "page.html"


@dataclass(frozen=True)
class PageArguments:
    """What is asked for on the command line."""

    target: str | None
    output: Path


def page(documents: "Readable", past: Past, arguments: PageArguments, out: Console) -> Path:
    """Write the page of every archive, or of one, with the latest of the `past` executions, for its owner's
    eyes only; print the file's path, and return it.

    Raises NoArchive, InvalidInput for a target that is no playlist, and HomeUnusable where it cannot be written.
    """
    file = arguments.output.expanduser().absolute()
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise HomeUnusable(f"{file} is no file of its own, and was left as it is. Choose another with --output.")
    text = page_of(documents, past, arguments.target)
    try:
        files.replace(file, text.encode())
    except OSError as error:
        raise HomeUnusable(f"{file} cannot be written: {error.strerror}. Choose another file with --output.") from error
    out.print(Text(str(file)), soft_wrap=True)
    return file


def page_of(documents: "Readable", past: Past, target: str | None) -> str:
    """The page itself. Raises NoArchive and InvalidInput."""
    archives = archives_of(documents, target)
    latest = _latest(documents)
    report: dict[str, Any] | None = report_of(documents, latest.run) if latest.run else None
    return html(gathered(archives, datetime.now(UTC), report, latest.reauthorize_by), _last_run(past))


def _last_run(past: Past) -> Element | None:
    with suppress(UserError):  # the page is of the archive, which is there without it
        for latest in past.all()[:1]:
            execution = past.described(latest)
            return drawn(build(execution, past.events(execution)))
    return None


def _latest(documents: "Readable") -> Latest:
    with suppress(ValueError, TypeError):  # a damaged document, on which nothing here depends
        return read_latest(documents)
    return Latest()
