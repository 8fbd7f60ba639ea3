"""What the commands that show an archive have in common."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rediscover.errors import NoArchive, UnknownWeek
from rediscover_archive.ledger.shelf import Archived, archives
from rediscover_archive.ledger.weeks import monday, week_of
from rediscover_archive.pairs.references import target_id
from rediscover_archive.text import quoted

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable


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
        raise NoArchive(
            f"Nothing is known of playlist {id}. `rediscover weeks` lists what is."
            if id
            else "Nothing is archived yet: the record begins with the first run."
        )
    return found


def archive_of(documents: "Readable", target: str | None) -> Archived:
    """The archive, where there is one only, or the `target`'s. Raises as `archives_of`, and NoArchive for several."""
    found = archives_of(documents, target)
    if len(found) > 1:
        those = "".join(f"\n  {one.link}  {quoted(one.ledger.name)}" for one in found)
        raise NoArchive(f"There are {len(found)} archives. Choose one with --target:{those}")
    return found[0]
