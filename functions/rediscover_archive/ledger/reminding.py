"""The reminder to copy this week's list, where the source has shown nothing new for long. Pure."""

from datetime import datetime

from rediscover_archive.ledger.ledger import Contribution, Seen
from rediscover_archive.ledger.weeks import moment_of
from rediscover_archive.pairs.references import playlist_id
from rediscover_archive.spotify.items import playlist_link
from rediscover_archive.spotify.sources import kind_of
from rediscover_archive.text import counted, quoted


def reminder(one: Contribution, seen: Seen, target: str, week: str, run: str, now: datetime) -> str | None:
    """What to tell of a pair, once in a `week`; the `run` that told it tells the same when it is asked again.

    Notes in `seen` that it was told.
    """
    since = moment_of(seen.new_at) or now
    days = (now - since).days
    is_due = one.succeeded and one.expect_new_days and days >= one.expect_new_days
    if not is_due or (seen.reminded[:1] == [week] and seen.reminded[1:] != [run]):
        return None
    seen.reminded = [week, run]
    link = playlist_link(target)
    places = [playlist_link(source) for source in one.sources if not kind_of(source)]
    into = places[0] if places else link
    return (
        f"Nothing new has come from {quoted(one.source_name)} since {since:%Y-%m-%d}, {counted(days, 'day')} ago. Copy "
        f"this week's list{_from(one.copied_from)} into {into}. On a phone: open the list, choose the three dots and "
        "Add to other playlist. In the desktop app: open it, select all, and drag it onto the playlist. Or select all "
        f"there, copy, and paste into `rediscover run --source - --target {link}`."
    )


def _from(copied_from: str) -> str:
    if not copied_from:
        return ""
    return f", {playlist_link(playlist_id(copied_from, 'copied_from'))},"
