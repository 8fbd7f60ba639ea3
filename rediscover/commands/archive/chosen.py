"""What the commands that show an archive have in common."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rediscover.errors import NoArchive, UnknownWeek
from rediscover_archive.ledger.shelf import Archived, archives
from rediscover_archive.ledger.weeks import monday, week_of
from rediscover_archive.pairs.references import target_id
from rediscover_archive.text import quoted

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable

NOTHING_YET = "Nothing is archived yet: the record begins with the first run."


def check_week(week: str) -> None:
    """Raise UnknownWeek for what is no ISO week."""
    try:
        is_one = week_of(monday(week)) == week
    except ValueError:
        is_one = False
    if not is_one:
        raise UnknownWeek(f"{quoted(week)} is no ISO week, such as {week_of(datetime.now(UTC))}.")


def archives_of(documents: "Readable", target: str | None) -> list[Archived]:
    """Every archive, or the `target`'s (URL, URI or id). Raises InvalidInput, and NoArchive where nothing is kept."""
    id = target_id(target, "--target") if target else None
    found = archives(documents, id)
    if not found:
        raise NoArchive(unknown(documents, id) if id else NOTHING_YET)
    return found


def unknown(documents: "Readable", target: str) -> str:
    """That there is no archive of a playlist, by its id, and which there are."""
    there = archives(documents)
    if not there:
        return f"Nothing is known of playlist {target}. {NOTHING_YET}"
    return f"Nothing is known of playlist {target}. These are archived:{_listed(there)}"


def _listed(found: Iterable[Archived]) -> str:
    return "".join(f"\n  {one.link}{f'  {quoted(one.ledger.name)}' if one.ledger.name else ''}" for one in found)


def archive_of(documents: "Readable", target: str | None) -> Archived:
    """The archive, where there is one only, or the `target`'s. Raises as `archives_of`, and NoArchive for several."""
    found = archives_of(documents, target)
    if len(found) > 1:
        raise NoArchive(f"There are {len(found)} archives. Choose one with --target:{_listed(found)}")
    return found[0]
