"""`rediscover page` and `rediscover export`: the archive to look at, and for other programs."""

import csv
import io
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from rediscover import cli
from rediscover_archive.ledger.ledger import Ledger, ledger_key
from rediscover_archive.ledger.record import record_key, record_of
from rediscover_archive.ledger.weeks import Week
from rediscover_archive.pairs.plan import report_key
from tests.cli.recordings import load

ROOT = Path(__file__).parents[2]
TARGET, OTHER, INBOX = "T" * 22, "U" * 22, "S" * 22
LINK = f"https://open.spotify.com/playlist/{TARGET}"
ID = "0" * 21


def _track(number: int, week: str, **otherwise: Any) -> dict[str, Any]:
    name = {"uri": f"spotify:track:{ID}{number}", "name": f"Lantern {number}", "artists": ["Her", "Him"]}
    when = {"isrc": None, "added_at": "2026-11-16T06:00:00Z", "week": week, "source": INBOX, "left_at": None}
    return {**name, **when, **otherwise}


TRACKS = [
    _track(1, "2026-W46"),
    _track(2, "2026-W47", name="=HYPERLINK(1)", artists=["<script>"]),
    _track(3, "2026-W47", left_at="2026-11-20T06:00:00Z"),
    _track(4, "2026-W47", uri="spotify:local:Her:Demo:Song:90"),
]


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the runs of a home have kept of one target."""
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    folder = tmp_path / "buckets" / "Bucket"
    weeks = {"2026-W46": Week("kept", 1, 1, 1, [INBOX]), "2026-W47": Week("kept", 3, 3, 1, [INBOX])}
    _put(folder, ledger_key(TARGET), Ledger(TARGET, "Rediscovered", weeks=weeks, is_dated=True).document())
    _put(folder, record_key(TARGET), record_of(TARGET, TRACKS))
    return folder


def _put(folder: Path, key: str, document: object) -> None:
    (folder / key).parent.mkdir(parents=True, exist_ok=True)
    (folder / key).write_text(json.dumps(document))


def _export(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["export", *arguments]) == 0
    return capsys.readouterr().out


def test_the_page_is_written_for_its_owner_only_and_its_path_printed(
    bucket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["page"]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert file == bucket.parents[1] / "page.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert "Rediscovered" in text
    assert f"https://open.spotify.com/track/{ID}1" in text
    assert "Needs a look" not in text


@pytest.mark.usefixtures("bucket")
def test_the_page_goes_where_it_is_said_and_replaces_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "somewhere" / "my archive.html"
    for _ in range(2):
        assert cli.main(["page", "--target", LINK, "--output", str(file)]) == 0
        assert capsys.readouterr().out == f"{file}\n"
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_of_its_own_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    output = tmp_path / kind
    {"pipe": lambda: os.mkfifo(output), "folder": output.mkdir}[kind]()
    before = output.lstat()
    assert cli.main(["page", "--output", str(output)]) == 1
    assert "was left as it is. Choose another with --output" in capsys.readouterr().err
    assert (output.lstat().st_ino, output.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.usefixtures("bucket")
def test_the_page_opens_where_a_person_is_at_the_terminal_and_chose_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("rediscover.commands.consent.browser.start", opened.append)
    cli.main(["page"])
    monkeypatch.setenv("FORCE_COLOR", "1")
    cli.main(["page", "--output", str(tmp_path / "page.html")])
    assert opened == []
    cli.main(["page"])
    assert opened == [(tmp_path / "page.html").as_uri()]


def test_the_page_tells_what_the_latest_run_was_told_for(bucket: Path, tmp_path: Path) -> None:
    _put(bucket, "latest/run.json", {"run": "monday", "reauthorize_by": "2020-01-01"})
    pair = {"warnings": ["Two <b> are shown otherwise.", "Two <b> are shown otherwise."]}
    error = {"error": "PlaylistNotFound", "cause": "Playlist X is gone. Check the link."}
    _put(bucket, report_key("monday"), {"error": error, "pairs": [pair]})
    assert cli.main(["page"]) == 0
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Playlist X is gone. Check the link." in text
    assert text.count("Two &lt;b&gt; are shown otherwise.") == 1
    assert "ended on 2020-01-01" in text


def test_the_page_has_the_latest_execution_as_a_picture(bucket: Path, tmp_path: Path) -> None:
    recording = load("nested-maps")
    output = json.dumps({"outcome": "added", "pairs": [{"added": 1}], "spotify_requests": 6, "reauthorize_by": None})
    for name, started in (("older", "2026-11-15T22:00:00+00:00"), ("latest", "2026-11-22T22:00:00+00:00")):
        folder = bucket.parents[1] / "executions" / name
        folder.mkdir(parents=True)
        (folder / "execution.json").write_text(
            json.dumps({**recording["execution"], "name": name, "startDate": started, "output": output})
        )
        (folder / "history.json").write_text(json.dumps(recording["events"]))
    assert cli.main(["page"]) == 0
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count("<svg viewBox") == 1
    assert "latest: SUCCEEDED" in text
    assert not re.search(r"<details[^>]*\bopen\b", text)
    (folder / "history.json").write_text("[")
    assert cli.main(["page"]) == 0
    assert "The last run" not in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("damaged", ['{"run": "monday", "reauthorize_by": 7}', '{"run": 7}', "[", '{"run": "none"}'])
def test_a_damaged_word_of_the_latest_run_hinders_no_page(bucket: Path, damaged: str) -> None:
    _put(bucket, "latest/run.json", {})
    (bucket / "latest/run.json").write_text(damaged)
    assert cli.main(["page"]) == 0


@pytest.mark.usefixtures("bucket")
def test_json_is_as_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    exported = json.loads(_export(capsys))
    assert exported == {"target": {"id": TARGET, "name": "Rediscovered", "url": LINK}, "tracks": TRACKS}
    schema = json.loads((ROOT / "docs" / "export.schema.json").read_text(encoding="utf-8"))
    valid = fastjsonschema.compile(schema)
    valid(exported)
    with pytest.raises(fastjsonschema.JsonSchemaException):
        valid({**exported, "tracks": [{**TRACKS[0], "uri": None}]})


@pytest.mark.usefixtures("bucket")
def test_links_are_what_is_there_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert _export(capsys, "--format", "links").splitlines() == [
        f"https://open.spotify.com/track/{ID}{number}" for number in (1, 2)
    ]
    assert _export(capsys, "--format", "links", "--week", "2026-W46").count("\n") == 1
    assert _export(capsys, "--format", "links", "--week", "2026-W01") == ""


@pytest.mark.usefixtures("bucket")
def test_no_cell_of_the_csv_is_calculated(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(_export(capsys, "--format", "csv"))))
    assert [row["uri"] for row in rows] == [track["uri"] for track in TRACKS]
    assert rows[0]["artists"] == "Her; Him"
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    assert rows[2]["left_at"] == "2026-11-20T06:00:00Z"


@pytest.mark.usefixtures("bucket")
def test_m3u_names_each_track_before_its_link(capsys: pytest.CaptureFixture[str]) -> None:
    assert _export(capsys, "--format", "m3u", "--week", "2026-W46").splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:Rediscovered",
        "#EXTINF:-1,Her, Him - Lantern 1",
        f"https://open.spotify.com/track/{ID}1",
    ]


def test_of_several_archives_one_is_chosen_and_the_page_has_all(
    bucket: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _put(bucket, record_key(OTHER), record_of(OTHER, [_track(7, "2026-W40")]))  # its ledger is lost
    assert cli.main(["export"]) == 1
    told = capsys.readouterr().err
    assert "There are 2 archives. Choose one with --target:" in told
    assert LINK in told
    assert json.loads(_export(capsys, "--target", OTHER))["tracks"][0]["name"] == "Lantern 7"
    cli.main(["page"])
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Lantern 7" in text
    assert "Lantern 1" in text


@pytest.mark.parametrize("command", ["page", "export"])
def test_where_nothing_is_archived_it_says_so(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    assert cli.main([command]) == 1
    assert "Nothing is archived yet" in capsys.readouterr().err
    assert cli.main([command, "--target", OTHER]) == 1
    assert f"Nothing is known of playlist {OTHER}" in capsys.readouterr().err
    assert cli.main([command, "--target", "no playlist"]) == 2
    assert "--target" in capsys.readouterr().err


@pytest.mark.usefixtures("bucket")
def test_what_is_no_week_is_refused_by_export(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--week", "2026-W54"]) == 2
    assert "is no ISO week" in capsys.readouterr().err
