"""`rediscover weeks`: each week of the archive in a terminal and as JSON, and the tracks of one week."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody

from rediscover import cli
from rediscover_archive.ledger.ledger import Ledger, ledger_key
from rediscover_archive.ledger.record import record_key, record_of
from rediscover_archive.ledger.weeks import Share, Week
from tests.cli.session import Session

TARGET, OTHER = "T" * 22, "U" * 22
INBOX = "S" * 22
LEDGER = Ledger(
    TARGET,
    "Rediscovered",
    weeks={
        "2026-W45": Week("kept", 30, 1_026, 1, [INBOX]),
        "2026-W47": Week(executions={"a": {INBOX: Share("missed", 30, 20)}, "b": {INBOX: Share("unchanged", 30, 0)}}),
    },
    is_dated=True,
)


def _track(name: str, week: str, **otherwise: Any) -> dict[str, Any]:
    whole = {"uri": f"spotify:track:{name}", "name": name, "artists": ["Her"], "isrc": None, "added_at": "2026"}
    return {**whole, "week": week, "source": INBOX, "left_at": None, **otherwise}


RECORD = record_of(
    TARGET,
    [
        _track("Early", "2026-W45"),
        _track("Late", "2026-W47"),
        _track("Gone", "2026-W47", left_at="2026-11-20T06:00:00Z"),
        _track("", "2026-W47", uri="spotify:track:7", artists=[]),
    ],
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which runs have kept one archive, and something is damaged."""
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    for key, text in (
        (ledger_key(TARGET), json.dumps(LEDGER.document())),
        (record_key(TARGET), json.dumps(RECORD)),
        (ledger_key(OTHER), '{"version": 1, "weeks": 7}'),
    ):
        path = tmp_path / "buckets" / "Bucket" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _weeks(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["weeks", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_every_week_is_shown_oldest_first_with_those_that_were_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = _weeks(capsys)
    assert shown.splitlines() == [
        "“Rediscovered”",
        "  2026-W45  kept      1,026 added",
        "  2026-W46  missed",
        "  2026-W47  unchanged    20 added",
    ]
    assert max(map(len, shown.splitlines())) <= 40


@pytest.mark.usefixtures("home")
def test_as_json_a_week_has_the_fields_that_people_script_against(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(_weeks(capsys, "--json", "--target", f"https://open.spotify.com/playlist/{TARGET}"))
    first = {"week": "2026-W45", "target": TARGET, "status": "kept", "offered": 30, "added": 1026, "runs": 1}
    assert rows[0] == {**first, "sources": [INBOX]}
    assert [row["status"] for row in rows] == ["kept", "missed", "unchanged"]
    assert [rows[2][name] for name in ("offered", "added", "runs", "sources")] == [30, 20, 2, [INBOX]]
    assert json.loads(_weeks(capsys, "--json", "--target", OTHER)) == []


@pytest.mark.usefixtures("home")
def test_a_week_is_listed_by_name_with_what_left_and_what_has_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert _weeks(capsys, "2026-W47").splitlines()[2:] == [
        "    1. “Late – Her”",
        "    2. “Gone – Her” (left)",
        "    3. spotify:track:7",
    ]


@pytest.mark.usefixtures("home")
def test_the_weeks_since_are_missed_but_for_a_target_that_is_made_anew_with_the_time(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(json.loads(_weeks(capsys, "--json"))) == 3
    lasting = {**LEDGER.document(), "is_dated": False}
    lasting["weeks"] = {"2026-W01": lasting["weeks"]["2026-W45"]}
    (home / "buckets" / "Bucket" / ledger_key(TARGET)).write_text(json.dumps(lasting))
    rows = json.loads(_weeks(capsys, "--json"))
    assert {row["status"] for row in rows[1:]} == {"missed"}
    assert len(rows) > 40


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("more", [(), ("2026-W45",)])
def test_of_a_playlist_that_is_no_archive_it_is_said_which_ones_there_are(
    more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = _weeks(capsys, *more, "--target", OTHER)
    link = f"https://open.spotify.com/playlist/{TARGET}"
    assert shown == f"Nothing is known of playlist {OTHER}. These are archived:\n  {link}  “Rediscovered”\n"


@pytest.mark.parametrize("week", ["2026-W54", "2026-47", "W47", "2025-W53", "2026-W7"])
@pytest.mark.usefixtures("home")
def test_what_is_no_week_is_refused(capsys: pytest.CaptureFixture[str], week: str) -> None:
    assert cli.main(["weeks", week]) == 2
    assert f"“{week}” is no ISO week, such as 20" in capsys.readouterr().err


def test_before_the_first_run_nothing_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    assert _weeks(capsys) == "No weeks yet: they begin with the first run.\n"
    assert _weeks(capsys, "2026-W47") == "Nothing is known of 2026-W47.\n"
    assert _weeks(capsys, "--json") == "[]\n"


def test_on_aws_the_weeks_come_from_the_stacks_bucket(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    session.stubs["s3"].add_response("list_objects_v2", {"Contents": [{"Key": ledger_key(TARGET)}]})
    body = json.dumps(LEDGER.document()).encode()
    session.stubs["s3"].add_response("get_object", {"Body": StreamingBody(io.BytesIO(body), len(body))})
    assert "2026-W46  missed" in _weeks(capsys, "--aws")
