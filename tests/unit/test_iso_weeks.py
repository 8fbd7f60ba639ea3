"""What is known of a week, out of the runs that counted for it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from rediscover_archive.documents import Document, Documents
from rediscover_archive.ledger.keeping import complete, keep
from rediscover_archive.ledger.ledger import Contribution, Ledger, ledger_key, rebuilt
from rediscover_archive.ledger.record import record_key
from rediscover_archive.ledger.weeks import Share, Week, best, closed, monday, week_of, without_gaps
from rediscover_archive.pairs.memory import Memory, Sent, memory_key, recall, remember
from rediscover_archive.spotify.items import Item

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)
TARGET, INBOX = "T" * 22, "S" * 22


def contribution(**otherwise: Any) -> Contribution:
    """A pair that showed nothing new."""
    usual: dict[str, Any] = {
        "sources": [INBOX],
        "source_name": "Inbox",
        "target_name": "Kept",
        "is_dated": False,
        "succeeded": True,
        "offered": 30,
        "tracks": [],
        "documents": [],
        "has_changed": False,
        "expect_new_days": 0,
        "copied_from": "",
    }
    return Contribution(**usual | otherwise)


def tracks(number: int) -> list[dict[str, Any]]:
    return [{"uri": f"spotify:track:{n}", "name": f"{n}", "artists": [], "isrc": None} for n in range(number)]


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (datetime(2027, 1, 3, 23, 59, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 4, tzinfo=UTC), "2027-W01"),
        (datetime(2027, 1, 4, 8, tzinfo=timezone(timedelta(hours=9))), "2026-W53"),
    ],
)
def test_a_week_is_iso_8601s_in_utc(moment: datetime, week: str) -> None:
    assert week_of(moment) == week


def test_every_week_of_two_years_begins_on_its_monday_and_none_is_left_out() -> None:
    weeks = {week_of(NOW): Week("kept"), week_of(NOW + timedelta(weeks=104)): Week("kept")}
    names = [name for name, _ in without_gaps(weeks, None)]
    assert (len(names), names == sorted(set(names)), "2026-W53" in names) == (105, True, True)
    assert all(week_of(monday(name)) == name for name in names)


def test_of_all_runs_and_pairs_the_most_counts() -> None:
    assert best(["missed", "kept", "heard", "unchanged"]) == "kept"
    assert best([]) == "missed"


def test_what_was_offered_again_by_a_later_run_is_counted_once() -> None:
    runs = {"a": {"x": Share("kept", 30, 26), "y": Share("heard", 5, 5)}, "b": {"x": Share("unchanged", 31, 0)}}
    week = Week(executions=runs).whole()
    assert (week.offered, week.added, week.runs, week.sources) == (36, 31, 2, ["x", "y"])


def test_weeks_in_which_nothing_can_be_redriven_any_more_have_counts_only() -> None:
    runs = {"a": {"x": Share("kept", 30, 26)}}
    weeks = {week_of(NOW - timedelta(weeks=age)): Week(executions=runs) for age in range(8)}
    kept = closed(weeks, NOW)
    assert [bool(week.executions) for week in kept.values()] == [False] * 4 + [True] * 4
    assert {(week.whole().added, week.whole().runs) for week in kept.values()} == {(26, 1)}


def test_a_run_that_is_counted_already_stays_in_its_week_counted_once() -> None:
    ledger, sunday = Ledger(TARGET), datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
    for now in (sunday, sunday + timedelta(minutes=2)):
        assert ledger.note("run", now, [contribution(tracks=tracks(3))]) == "2026-W48"
    assert {name: (week.whole().added, week.whole().runs) for name, week in ledger.weeks.items()} == {
        "2026-W48": (3, 1)
    }
    assert Ledger.of_document(ledger.document()) == ledger


def test_what_counted_as_kept_stays_so_when_the_summary_is_asked_again(documents: Documents) -> None:
    documents.put("source", {"newest": "2026-11-01T06:00:00Z"})
    seen = contribution(documents=["source"], has_changed=True)
    keep(documents, "first", NOW, TARGET, [seen])
    documents.put("source", {"newest": "2026-11-25T06:00:00Z"})
    assert [keep(documents, "second", NOW, TARGET, [seen]).status for _ in range(2)] == ["kept", "kept"]


def test_plays_beside_a_list_in_one_run_are_kept_and_alone_they_are_heard(documents: Documents) -> None:
    items = [Item(uri=track["uri"]) for track in tracks(2)]
    remember(documents, "plays", Memory("recently-played", 1, items[:1]), "source")
    remember(documents, "inbox", Memory(INBOX, 1, items[1:]), "source")
    mixed = {"sources": ["recently-played", INBOX], "documents": ["plays", "inbox"]}
    heard = contribution(tracks=tracks(1), **mixed)
    assert keep(documents, "first", NOW, TARGET, [heard]).status == "heard"
    assert keep(documents, "second", NOW, "U" * 22, [contribution(tracks=tracks(2), **mixed)]).status == "kept"


def test_a_record_is_written_only_where_the_target_is_another_than_it_was(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(documents, "first", NOW, TARGET, [contribution()])
    written: list[str] = []
    replace = Documents.replace

    def counted(self: Documents, key: str, document: Document, etag: str | None) -> bool:
        written.append(key)
        return replace(self, key, document, etag)

    monkeypatch.setattr(Documents, "replace", counted)
    keep(documents, "second", NOW, TARGET, [contribution()])
    keep(documents, "third", NOW, TARGET, [contribution(tracks=tracks(1))])
    assert written == [ledger_key(TARGET), record_key(TARGET), ledger_key(TARGET)]


def test_a_relinked_row_is_recorded_as_the_track_that_it_stands_for(documents: Documents) -> None:
    sent, other = Item("spotify:track:sent", isrc="QZABC2600001"), Item("spotify:track:other", isrc="QZABC2600001")
    memory = Memory(TARGET, 2, [Item("spotify:track:kept"), other], sent=[Sent(sent, row=1)])
    remember(documents, memory_key(TARGET, "target"), memory, "target")
    keep(documents, "first", NOW, TARGET, [contribution()])
    assert _recorded(documents) == ["spotify:track:kept", "spotify:track:sent"]


def test_the_record_of_a_full_playlist_gets_what_a_stopped_run_added_and_is_left_alone_then(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(documents, "first", NOW, TARGET, [contribution()])
    sent = [Sent(Item("spotify:track:sent"))]
    remember(documents, memory_key(TARGET, "target"), Memory(TARGET, 0, [], sent=sent), "target")
    complete(documents, TARGET, NOW, [contribution()])
    assert _recorded(documents) == ["spotify:track:sent"]
    monkeypatch.setattr(Documents, "replace", lambda *_: pytest.fail("it was written again"))
    complete(documents, TARGET, NOW, [contribution()])


def _recorded(documents: Documents) -> list[str]:
    return [track["uri"] for track in (documents.get(record_key(TARGET)) or {})["tracks"]]


def test_two_executions_that_write_at_once_are_both_counted(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, others = Documents.replace, ["second"]

    def overtaken(self: Documents, key: str, document: Document, etag: str | None) -> bool:
        if key == ledger_key(TARGET) and others:
            keep(documents, others.pop(), NOW, TARGET, [contribution(tracks=tracks(2))])
        return replace(self, key, document, etag)

    monkeypatch.setattr(Documents, "replace", overtaken)
    keep(documents, "first", NOW, TARGET, [contribution()])
    known = Ledger.of_document(documents.get(ledger_key(TARGET)) or {})
    assert sorted(known.weeks["2026-W48"].executions) == ["first", "second"]
    assert known.weeks["2026-W48"].whole().status == "kept"


def test_a_lost_ledger_has_what_the_target_tells_but_for_this_runs_own_tracks() -> None:
    came = ["2026-11-10T06:00:00Z", "2026-11-12T06:00:00Z", "2026-11-24T06:00:00Z", "", "1970-01-01T00:00:00Z"]
    items = [Item(uri=str(n), added_at=at) for n, at in enumerate(came)]
    known = rebuilt(TARGET, Memory(TARGET, len(items), items), {"2"})
    assert {name: (week.status, week.added) for name, week in known.weeks.items()} == {"2026-W46": ("kept", 2)}


def test_when_each_track_came_is_remembered_in_few_words(documents: Documents) -> None:
    items = [Item(uri=str(n), added_at=f"2026-11-{10 + n // 100}T06:00:00Z") for n in range(300)]
    remember(documents, "m", Memory(TARGET, 300, items), "target")
    written = documents.get("m") or {}
    assert [number for _, number in written["added_at"]] == [100, 100, 100]
    assert recall(documents, "m", TARGET) == Memory(TARGET, 300, items, newest="2026-11-12T06:00:00Z")
    documents.put("m", {**written, "added_at": [["2026", 3]]})
    assert recall(documents, "m", TARGET) is None


def test_a_reminder_is_said_again_by_the_run_that_is_asked_again_and_by_no_other_of_its_week(
    documents: Documents,
) -> None:
    quiet = contribution(expect_new_days=3)
    keep(documents, "first", NOW - timedelta(days=10), TARGET, [contribution(tracks=tracks(1))])
    said = [keep(documents, run, NOW, TARGET, [quiet]).reminded for run in ("second", "second", "third")]
    assert said == [True, True, False]
    assert keep(documents, "fourth", NOW + timedelta(weeks=1), TARGET, [quiet]).reminded
    failed = contribution(expect_new_days=3, succeeded=False)
    assert not keep(documents, "fifth", NOW + timedelta(weeks=2), TARGET, [failed]).reminded


def test_a_list_that_was_copied_long_ago_and_is_all_there_is_old_at_the_first_run(documents: Documents) -> None:
    documents.put("source", {"newest": "2026-11-01T06:00:00Z"})
    seen = contribution(expect_new_days=8, documents=["source"], has_changed=True)
    ((warning,),) = keep(documents, "first", NOW, TARGET, [seen]).warnings
    assert "since 2026-11-01, 25 days ago" in warning
