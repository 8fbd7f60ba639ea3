"""What counts as standing in a target: what was sent there, whatever its rows show, until the listener removes it.

Spotify shows a relinked track by another URI, one that is gone as an empty place, and some not at all
(spotipy#1097, news-bulletin-playlist#79). Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from rediscover_archive.pairs.memory import NEW, Memory, Sent
from rediscover_archive.spotify.items import Item

Rows = Sequence[Item]


def reconciled(before: Memory | None, latest: Memory) -> Memory:
    """`latest` as it was read, with what counts as there beside its rows, and what the listener has removed.

    A row that stood there at the last look and shows something else now is the same row: Spotify changed it.
    """
    if before is None:
        return latest
    rows = latest.items
    there = {row.uri for row in rows}
    same = _same_rows(before, rows)
    known = [*(Sent(item, place) for place, item in enumerate(before.items)), *before.sent]
    absent = [one for one in known if one.item.uri and one.item.uri not in there]
    kept = {one.item.uri: replace(one, row=same.get(one.row, -1)) for one in absent if one.row < 0 or one.row in same}
    old = [*before.held, *(rows[place] for place in same.values())]
    grown = latest.total - before.total - sum(one.row == NEW for one in before.sent)
    new_and_empty = {place for place, row in enumerate(rows) if row.uri is None} - {*same.values()}
    if has_taken_effect(before.doubt, rows, old, grown, latest.unseen + len(new_and_empty)):
        kept |= {item.uri: Sent(item) for item in before.doubt if item.uri not in there}
    gone = {item.uri: item for item in (*before.removed, *(one.item for one in absent))}
    removed = [item for uri, item in gone.items() if uri not in there and uri not in kept]
    return replace(latest, sent=_placed(before, list(kept.values()), rows), removed=removed, refused=before.refused)


def may_be_hidden(before: Memory | None, latest: Memory, *, brings_back: bool) -> int:
    """How many of the tracks that count as there can be among those of `latest` that no row shows.

    They are no more than were hidden `before`, and what was sent since. No more than were hidden before where a track
    may be added a second time, because what looks removed, or not added, can be what is hidden: a row of before is gone
    and the pair `brings_back` what is removed, or a request in doubt does not seem to have taken effect and the total
    fits neither outcome.
    """
    if before is None:
        return 0
    since = sum(one.row == NEW for one in before.sent)
    there = {item.uri for item in latest.held}
    is_in_doubt = not all(item.uri in there for item in before.doubt)
    is_gone = not {item.uri for item in latest.removed} <= {item.uri for item in before.removed}
    if (is_gone and brings_back) or (is_in_doubt and latest.total != before.total + since):
        since = 0
    elif not is_in_doubt:
        since += len(before.doubt)
    return min(before.unseen + since, sum(one.row < 0 for one in latest.sent))


def _placed(before: Memory, sent: list[Sent], rows: Rows) -> list[Sent]:
    """`sent` with the rows that stand for those of which none is known yet."""
    if all(one.row >= 0 for one in sent):
        return sent
    order = [str(one.item.uri) for one in before.sent if one.row < 0] + [str(one.uri) for one in before.doubt]
    taken = {one.row for one in sent}
    old = {item.uri for item in before.items}
    sent_then = {*order}
    found = {uri: row for uri, row in stand_ins(order, rows, old).items() if row not in taken}
    found = _by_recording(sent, rows, old | sent_then, taken) | found
    times = {row.added_at for row in rows if row.uri in sent_then} - {""}
    return [one if one.row >= 0 else _in_row(one, found.get(str(one.item.uri), -1), rows, times) for one in sent]


def _by_recording(sent: list[Sent], rows: Rows, known: set[str | None], taken: set[int]) -> dict[str, int]:
    """The rows, of none that is `known` or `taken`, that show the recordings of those of which no row is known."""
    shown = {row.isrc: place for place, row in enumerate(rows) if row.uri not in known and place not in taken}
    return {str(one.item.uri): shown[one.item.isrc] for one in sent if one.item.isrc and one.item.isrc in shown}


def _in_row(one: Sent, row: int, rows: Rows, times: set[str]) -> Sent:
    """A sent track with the row that stands for it, and its recording where none was known, as of what is pasted.

    The listener's own row may be in that place: it came at none of the `times` at which what was sent did.
    """
    is_named = one.item.isrc or row < 0 or rows[row].added_at not in times
    return replace(one, row=row, item=one.item if is_named else replace(one.item, isrc=rows[row].isrc))


def stand_ins(sent: Sequence[str], rows: Rows, old: set[str | None]) -> dict[str, int]:
    """Which rows stand for those of the `sent` tracks, in their order, that no row shows.

    They are as many rows as are missing, between the same neighbours, and show neither a sent track nor an `old` one.
    """
    places = _places(rows)
    foreign = {place for place, row in enumerate(rows) if row.uri is None or row.uri not in {*sent, *old}}
    found: dict[str, int] = {}
    for missing, above, below in _gaps(sent, places):
        if above is None and below is None:
            continue
        first = below - len(missing) if above is None and below is not None else (above or 0) + 1
        if above is not None and below is not None and below != first + len(missing):
            continue
        run = range(first, first + len(missing))
        if all(place in foreign for place in run):
            found |= zip(missing, run, strict=True)
    return found


def has_taken_effect(
    sent: Rows, rows: Rows, old: Iterable[Item], grown: int, unseen: int, end: int | None = None
) -> bool:
    """Whether a request of unknown outcome did, by what a target shows that has `grown` by so many items since.

    Spotify takes all of a request or nothing, so half of its tracks stand for all. Where it has grown by just as many,
    so do rows that show the same recordings and nothing `old`; then it is also enough that each of the last rows
    (before `end`) is empty or the same recording, or that no row shows anything but what was there or was sent, and
    the others may be among those `unseen`.
    """
    if not sent or grown < len(sent):
        return False
    shown = {row.uri for row in rows}
    if 2 * sum(item.uri in shown for item in sent) >= len(sent):
        return True
    if grown > len(sent):
        return False
    there, ours = _keys(old), _keys(sent)
    new = [row for row in rows if row.uri and there.isdisjoint(_keys([row]))]
    found = _keys(new)
    missing = sum(item.uri not in shown and item.isrc not in found for item in sent)
    last = rows[:end][-len(sent) :]
    if 2 * missing <= len(sent) or (len(last) == len(sent) and all(map(_may_be, last, sent))):
        return True
    return missing <= unseen and not any(ours.isdisjoint(_keys([row])) for row in new)


def _keys(items: Iterable[Item]) -> set[str]:
    """What they are told apart by: their URIs, and their recordings."""
    return {key for item in items for key in (item.uri, item.isrc) if key}


def _may_be(row: Item, sent: Item) -> bool:
    return row.uri in (None, sent.uri) or (row.isrc is not None and row.isrc == sent.isrc)


def _places(rows: Rows) -> dict[str, int]:
    return {row.uri: place for place, row in reversed([*enumerate(rows)]) if row.uri}


def _gaps(sent: Sequence[str], places: Mapping[str, int]) -> Iterator[tuple[list[str], int | None, int | None]]:
    """The runs of `sent` that have no place, with the places of their neighbours above and below."""
    run: list[str] = []
    above: int | None = None
    for uri in sent:
        if uri not in places:
            run.append(uri)
            continue
        if run:
            yield run, above, places[uri]
        run, above = [], places[uri]
    if run:
        yield run, above, None


def _same_rows(before: Memory, rows: Rows) -> dict[int, int]:
    """Where the rows of `before` stand now, by their places then and now; those that the listener took out are not.

    A row keeps its place between its neighbours, among which the listener may have put others. It was there before if
    its `added_at` is that of one which stood there; where these are not known, if it is no later than any was then.
    What was sent at the same time and is shown only now is another row. An empty row never is the listener's, but can
    be what was sent since, which came later.
    """
    places = _places(rows)
    old = {item.uri for item in before.items}
    known = {*old, *(one.item.uri for one in before.sent if one.row < 0), *(item.uri for item in before.doubt)}

    def was_there(place: int) -> bool:
        row = rows[place]
        if row.uri is None:
            return not before.newest or row.added_at <= before.newest
        times = {before.items[one].added_at for one in run}
        is_as_old = "" < row.added_at <= before.newest if "" in times else row.added_at in times
        return row.uri not in known and is_as_old

    same: dict[int, int] = {}
    run: list[int] = []
    after = 0
    for place, item in [*enumerate(before.items), (-1, Item(uri=None))]:
        now = places.get(item.uri) if item.uri else None
        if now is None and place >= 0:
            run.append(place)
            continue
        between = takewhile(lambda at: rows[at].uri is None or rows[at].uri not in old, range(after, len(rows)))
        same |= _paired(run, [at for at in between if was_there(at)] if run else [], before.items, rows)
        run = []
        if now is not None:
            same[place], after = now, now + 1
    return same


def _paired(run: list[int], standing: list[int], old: Rows, rows: Rows) -> dict[int, int]:
    """Old rows and the present ones in their place; where some are gone, or others came, those that show the same
    recording, and those that were empty keep empty ones.
    """
    if len(run) == len(standing):
        return dict(zip(run, standing, strict=True))
    shown = {rows[place].isrc: place for place in standing if rows[place].isrc}
    if same := {place: shown[old[place].isrc] for place in run if old[place].isrc in shown}:
        left = (
            [place for place in run if place not in same],
            [place for place in standing if place not in same.values()],
        )
        return same | _paired(*left, old, rows)
    empty = [place for place in standing if rows[place].uri is None]
    were_empty = [place for place in run if old[place].uri is None]
    return dict(zip(were_empty or run, empty, strict=False))
