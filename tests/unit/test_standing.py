"""What counts as standing in a target, whatever its rows show."""

import pytest

from rediscover_archive.pairs.adding import Note, noted
from rediscover_archive.pairs.memory import NEW, Memory, Sent
from rediscover_archive.pairs.standing import has_taken_effect, may_be_hidden, reconciled, stand_ins
from rediscover_archive.spotify.items import Item

EARLIER, LATER = "2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z"


def _rows(shown: str, added_at: str = EARLIER) -> list[Item]:
    """A row for each letter; `_` is an empty place; a capital was added later, and so was `^`, an empty place too."""
    return [
        Item(uri=None if one in "_^" else one.lower(), added_at=LATER if one.isupper() or one == "^" else added_at)
        for one in shown
    ]


def _read(before: str, now: str, sent: list[Sent] | None = None) -> Memory:
    known = Memory("t", len(before), _rows(before), newest=EARLIER, sent=sent or [])
    return reconciled(known, Memory("t", len(now), _rows(now)))


@pytest.mark.parametrize(
    ("before", "now", "there", "removed"),
    [
        ("abc", "abc", "", ""),
        ("abc", "abx", "c", ""),  # shown as another
        ("abc", "ab_", "c", ""),
        ("abc", "xyz", "abc", ""),
        ("abc", "ab", "", "c"),
        ("abc", "abX", "", "c"),  # the listener removed one and added another
        ("abc", "XYZ", "", "abc"),
        ("abcd", "a_d", "b", "c"),  # one of two is gone, which cannot be told
        ("abc", "xbcD", "a", ""),
        ("abc", "cab", "", ""),
        ("abc", "a_cX", "b", ""),
        ("abc", "", "", "abc"),
        ("a", "BC_", "a", ""),  # the listener put two above it
        ("ab", "aC_D", "b", ""),
        ("abc", "DxEyc", "ab", ""),
        ("_bc", "__x^", "bc", ""),  # what was sent since is shown as an empty place
    ],
)
def test_a_row_that_stood_there_before_is_the_same_whatever_it_shows(
    before: str, now: str, there: str, removed: str
) -> None:
    found = _read(before, now)
    assert "".join(str(one.item.uri) for one in found.sent) == there
    assert "".join(str(item.uri) for item in found.removed) == removed


@pytest.mark.parametrize(
    ("before", "now", "row", "removed"),
    [
        ("axb", "axb", 1, ""),
        ("axb", "cax", 2, "b"),
        ("axb", "ab", None, "xs"),
        ("a_b", "a_b", 1, ""),
        ("a_b", "ab", None, "s"),
        ("a_b", "ayb", 1, ""),
        ("axb", "asb", None, ""),  # shown by its own URI again
    ],
)
def test_what_was_sent_stays_with_the_row_that_stands_for_it(
    before: str, now: str, row: int | None, removed: str
) -> None:
    found = _read(before, now, [Sent(Item(uri="s"), 1)])
    assert [one.row for one in found.sent if one.item.uri == "s"] == ([] if row is None else [row])
    assert "".join(str(item.uri) for item in found.removed) == removed


def test_what_was_sent_and_is_shown_nowhere_counts_as_there_for_good() -> None:
    found = _read("ab", "", [Sent(Item(uri="s"))])
    assert found.sent == [Sent(Item(uri="s"))]


def test_a_row_that_shows_the_same_recording_stands_for_the_track_whose_place_nobody_knows() -> None:
    """One was hidden when the other was shown as itself; now both are shown as others."""
    known = Memory(
        "t",
        2,
        [Item(uri="a", isrc="GBAYE6800011", added_at=EARLIER)],
        newest=EARLIER,
        unseen=1,
        sent=[Sent(Item(uri="s", isrc="QZZZZ2600002"))],
    )
    rows = [Item(uri="x", isrc="GBAYE6800011", added_at=EARLIER), Item(uri="y", isrc="QZZZZ2600002", added_at=EARLIER)]
    found = reconciled(known, Memory("t", 2, rows))
    assert ({one.item.uri: one.row for one in found.sent}, found.removed) == ({"a": 0, "s": 1}, [])


def test_a_track_that_is_shown_late_is_no_other_one_of_its_request() -> None:
    found = _read("ab", "as", [Sent(Item(uri="s"))])
    assert ([item.uri for item in found.removed], found.sent) == (["b"], [])


def test_a_row_that_came_at_another_time_is_none_that_stood_there() -> None:
    """The listener put it there, before a run added what came last."""
    before = [*_rows("a"), *_rows("B")]
    known = Memory("t", 2, before, newest=LATER)
    between = Item(uri="x", added_at="2026-11-10T00:00:00Z")
    found = reconciled(known, Memory("t", 2, [between, before[1]]))
    assert ([item.uri for item in found.removed], found.sent) == (["a"], [])


@pytest.mark.parametrize(
    ("came", "isrc"),
    [
        ("2026-11-08T06:00:00Z", "GBAYE6800011"),
        ("2026-11-08T06:00:09Z", None),  # the listener's own, in place of the one that was pasted
    ],
)
def test_a_row_that_came_with_pasted_tracks_tells_the_recording_of_the_one_it_stands_for(
    came: str, isrc: str | None
) -> None:
    before = Memory("t", 1, _rows("a"), newest=EARLIER, sent=[Sent(Item(uri="s")), Sent(Item(uri="p"))])
    request = "2026-11-08T06:00:00Z"
    other = Item(uri="x", isrc="GBAYE6800011", added_at=came)
    found = reconciled(before, Memory("t", 3, [*_rows("a"), Item(uri="s", added_at=request), other]))
    assert found.sent == [Sent(Item(uri="p", isrc=isrc), 2)]


@pytest.mark.parametrize(("row", "total", "there"), [(-1, 5, "hr"), (NEW, 6, "hr"), (NEW, 5, "h")])
def test_what_a_request_in_doubt_added_is_told_from_what_was_sent_before_and_is_not_shown(
    row: int, total: int, there: str
) -> None:
    before = Memory("t", 2, _rows("a"), unseen=1, sent=[Sent(Item(uri="h"), row)], doubt=_rows("pqr"))
    found = reconciled(before, Memory("t", total, _rows("apq"), unseen=total - 3))
    assert "".join(str(one.item.uri) for one in found.sent) == there


@pytest.mark.parametrize(
    ("hidden_before", "sent", "doubt", "hidden"),
    [
        (0, [NEW, NEW], "", 2),  # a run failed before it read them back
        (2, [-1, -1], "", 2),
        (0, [-1, -1], "", 0),  # all that was counted was shown: the listener had removed them
        (1, [-1, -1, NEW], "", 2),
        (0, [], "qr", 2),
        (3, [-1], "", 1),
    ],
)
def test_no_more_can_be_hidden_than_was_and_what_was_sent_since(
    hidden_before: int, sent: list[int], doubt: str, hidden: int
) -> None:
    known = [Sent(Item(uri=f"s{number}"), row) for number, row in enumerate(sent)]
    before = Memory("t", 1 + hidden_before, _rows("a"), unseen=hidden_before, sent=known, doubt=_rows(doubt))
    total = 1 + hidden_before + len(sent) + len(doubt)
    latest = reconciled(before, Memory("t", total, _rows("a"), unseen=total - 1))
    assert may_be_hidden(before, latest, brings_back=True) == hidden


@pytest.mark.parametrize(("total", "hidden"), [(8, 5), (6, 0), (5, 2), (4, 0)])
def test_where_a_request_in_doubt_may_be_what_is_hidden_nothing_else_is(total: int, hidden: int) -> None:
    """Two were sent, then three that are in doubt; with another total, the listener has removed some."""
    sent = [Sent(Item(uri="s"), NEW), Sent(Item(uri="u"), NEW)]
    before = Memory("t", 3, _rows("abc"), sent=sent, doubt=_rows("pqr"))
    latest = reconciled(before, Memory("t", total, _rows("abc"), unseen=total - 3))
    assert may_be_hidden(before, latest, brings_back=True) == hidden


@pytest.mark.parametrize(("shown", "hidden"), [("ab", 2), ("b", 0), ("xb", 2), ("_b", 2), ("Xb", 0)])
def test_where_a_row_of_before_is_gone_nothing_more_is_hidden(shown: str, hidden: int) -> None:
    """It may be the hidden one; what is shown as another is not gone."""
    before = Memory("t", 2, _rows("ab"), newest=EARLIER, sent=[Sent(Item(uri="s"), NEW), Sent(Item(uri="u"), NEW)])
    latest = reconciled(before, Memory("t", 4, _rows(shown), unseen=4 - len(shown)))
    assert may_be_hidden(before, latest, brings_back=True) == hidden
    assert may_be_hidden(before, latest, brings_back=False) == 2


def test_in_a_target_that_was_never_read_nothing_may_be_hidden() -> None:
    assert may_be_hidden(None, Memory("t", 1, [], unseen=1), brings_back=False) == 0


def test_what_is_sent_is_no_part_of_the_total_that_was_read_before() -> None:
    assert noted(Memory("t", 1, _rows("a")), Note(sent=(Item(uri="s"),)), on_top=False).sent == [
        Sent(Item(uri="s"), NEW)
    ]


def test_what_a_row_shows_already_is_not_noted_as_sent() -> None:
    """Another execution read the target between the request and its note."""
    assert noted(Memory("t", 2, _rows("as")), Note(sent=(Item(uri="s"),)), on_top=False).sent == []


def test_a_memory_without_times_takes_no_row_for_another() -> None:
    """The release before wrote none."""
    known = Memory("t", 2, [Item(uri="a"), Item(uri="b")])
    found = reconciled(known, Memory("t", 2, _rows("ax")))
    assert ([item.uri for item in found.removed], found.sent) == (["b"], [])


@pytest.mark.parametrize(
    ("sent", "rows", "found"),
    [
        ("abc", "oabc", {}),
        ("abc", "oaxc", {"b": 2}),
        ("abc", "oxbc", {"a": 1}),
        ("abc", "oabx", {"c": 3}),
        ("abc", "obc", {}),  # the row above is an old one
        ("abc", "oaxyc", {}),
        ("abcd", "oa__d", {"b": 2, "c": 3}),
        ("a", "ox", {}),
    ],
)
def test_stand_ins_are_between_the_same_neighbours(sent: str, rows: str, found: dict[str, int]) -> None:
    assert stand_ins(list(sent), _rows(rows), {"o"}) == found


@pytest.mark.parametrize(
    ("sent", "rows", "grown", "did"),
    [
        ("abcd", "oabcd", 4, True),
        ("abcd", "oa_x_cd", 4, True),
        ("abcd", "oabcd", 3, False),
        ("abcd", "oaxyz", 4, False),
        ("a", "o_", 1, True),
        ("a", "ox", 1, False),
        ("a", "o_x", 2, False),
        ("", "o", 0, False),
    ],
)
def test_a_request_took_effect_whole_or_not_at_all(sent: str, rows: str, grown: int, did: bool) -> None:
    assert has_taken_effect(_rows(sent), _rows(rows), _rows("o"), grown, 0) is did


@pytest.mark.parametrize(
    ("sent", "rows", "grown", "unseen", "did"),
    [
        ("a", "oo", 1, 1, True),
        ("a", "oo", 1, 0, False),  # the listener added one elsewhere
        ("a", "oo", 2, 2, False),
        ("ab", "o", 2, 2, True),
        ("ab", "o", 2, 1, False),
        ("ab", "ox", 2, 2, False),
        ("abc", "oa", 3, 2, True),
        ("abc", "oa", 3, 1, False),
        ("abc", "oax", 3, 2, False),  # the listener has added another one
    ],
)
def test_what_a_target_has_grown_by_may_not_be_shown(sent: str, rows: str, grown: int, unseen: int, did: bool) -> None:
    assert has_taken_effect(_rows(sent), _rows(rows), _rows("o"), grown, unseen) is did


ISRCS = {"A": "QZ3EC2065048", "B": "GBAYE6800011", "C": "USRC17607839"}


def _recorded(shown: str) -> list[Item]:
    """A row for each letter; a capital is the recording of that letter, shown as another track."""
    return [Item(uri=f"of {one}" if one.isupper() else one, isrc=ISRCS.get(one.upper())) for one in shown]


@pytest.mark.parametrize(
    ("sent", "rows", "grown", "unseen", "did"),
    [
        ("a", "oA", 1, 0, True),
        ("abc", "aBCooo", 3, 0, True),  # at the top
        ("abc", "aBooo", 3, 0, True),
        ("abc", "Booo", 3, 2, True),
        ("abc", "Booo", 3, 1, False),
        ("abc", "aBCoooo", 4, 0, False),  # the listener added something, too
        ("abc", "ooo", 3, 0, False),
    ],
)
def test_the_same_recording_stands_for_a_track_where_nothing_else_was_added(
    sent: str, rows: str, grown: int, unseen: int, did: bool
) -> None:
    assert has_taken_effect(_recorded(sent), _recorded(rows), _rows("o"), grown, unseen) is did


def test_another_recording_of_what_was_there_is_nothing_that_was_added() -> None:
    assert has_taken_effect(_recorded("abd"), _recorded("Ca"), _recorded("c"), 3, 2)
    assert not has_taken_effect(_recorded("abd"), _recorded("Ca"), _recorded("o"), 3, 2)


def test_a_row_of_before_that_is_shown_as_another_now_is_nothing_that_was_added() -> None:
    before = Memory("t", 1, _rows("a"), newest=EARLIER, doubt=_rows("pqr"))
    found = reconciled(before, Memory("t", 4, _rows("xP"), unseen=2))
    assert [one.item.uri for one in found.sent] == ["a", "q", "r"]


@pytest.mark.parametrize(
    ("before", "now", "sent"),
    [
        ("a", "^a", "p"),
        ("a", "Xa", ""),
        ("_a", "_Xa", ""),
        ("_a", "_aa", ""),  # the listener added a track once more
    ],
)
def test_an_empty_place_that_came_since_can_be_what_a_request_in_doubt_added(before: str, now: str, sent: str) -> None:
    known = Memory("t", len(before), _rows(before), newest=EARLIER, doubt=_rows("p"))
    found = reconciled(known, Memory("t", len(now), _rows(now)))
    assert "".join(str(one.item.uri) for one in found.sent) == sent
