"""The name of a target that is made when it is missing."""

import re
from datetime import datetime

from rediscover_archive.errors import InvalidInput
from rediscover_archive.text import clean, repeated

_PLACE = re.compile(r"{([^{}]*)}")


def name_at(template: str, field: str, now: datetime) -> str:
    """`template` with the parts of the day, in UTC: `{year}`, `{month}` (01 to 12) and `{week}` (ISO 8601, 01 to 53).

    Beside a `{week}`, `{year}` is the one that the week belongs to. Raises InvalidInput.
    """
    week = now.isocalendar()
    parts = {
        "year": str(week.year if "{week}" in template else now.year),
        "month": f"{now.month:02}",
        "week": f"{week.week:02}",
    }
    unknown = [place for place in _PLACE.findall(template) if place not in parts]
    if unknown:
        raise InvalidInput(
            f"{field}: {repeated(template)} has {{{clean(unknown[0])}}} in it; what can be filled in is {{year}}, "
            "{month} and {week}."
        )
    name = _PLACE.sub(lambda found: parts[found[1]], template).strip()
    if not name or not name.isprintable():
        raise InvalidInput(f"{field}: {repeated(template)} gives no name that a playlist can have.")
    return name
