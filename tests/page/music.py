"""An archive of made-up music for the page."""

import hashlib
from datetime import UTC, datetime, timedelta

from rediscover_archive.page.content import Archive, Content, Notice, Track, Week

MADE_AT = datetime(2026, 11, 26, 21, 5, tzinfo=UTC)
ATTACKS = (
    "<img src=x onerror=alert(1)>",
    "</script><script>document.title='taken'</script>",
    "</title></style><style>body{display:none}</style>",
    "javascript:alert(1)",
    '"><a href="javascript:alert(1)">x</a>',
    "&lt;b&gt; & <!-- -->",
    "\u202egnp.exe",
)


def track(number: int, week: str, name: str = "", left_at: str | None = None) -> Track:
    """One that has a page at Spotify."""
    id = hashlib.sha256(str(number).encode()).hexdigest()[:22]
    return Track(f"spotify:track:{id}", name or f"Lantern {number}", (f"Étienne {number % 7}",), week, left_at)


def content(weeks: int = 60, size: int = 30, notices: tuple[Notice, ...] = ()) -> Content:
    """An archive of so many weeks until MADE_AT, with every status, an attack in each of the latest tracks' names."""
    known: list[Week] = []
    tracks: list[Track] = []
    for ago in reversed(range(weeks)):
        year, number, _ = (MADE_AT - timedelta(weeks=ago)).isocalendar()
        name, status = f"{year}-W{number:02}", ("kept", "kept", "heard", "unchanged", "missed")[ago % 5]
        added = {"kept": size, "heard": 5}.get(status, 0)
        known.append(Week(name, status, added, added, int(status != "missed")))
        tracks += [track(len(tracks) + one, name) for one in range(added)]
    last = tracks[-1].week
    tracks[-len(ATTACKS) :] = [track(10**6 + one, last, attack) for one, attack in enumerate(ATTACKS)]
    tracks[0] = track(0, tracks[0].week, "Gone", "2026-10-02T07:00:00Z")
    return Content(MADE_AT, [Archive("6elg5GF9UJlXbLQD7PfT9f", "Rediscovered <b>", known, tracks)], list(notices))
