"""The names that `rediscover pairs` shows, out of what runs and ledgers noted. Without Spotify."""

import json
from pathlib import Path
from typing import Any

import pytest

from rediscover import cli
from rediscover.places.home import Home
from rediscover_archive.ledger.ledger import Ledger, ledger_key
from rediscover_archive.pairs.plan import report_key
from tests.cli.recordings import load
from tests.support.states import reported_pair

INBOX, ARCHIVE, OTHER = "I" * 22, "A" * 22, "O" * 22


def _write(home: Home, key: str, document: Any) -> None:
    path = home.documents.where(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))


def _ran(home: Home, name: str, started: str, *pairs: Any) -> None:
    execution = {**load("nested-maps")["execution"], "name": name, "status": "SUCCEEDED", "startDate": started}
    home.executions.save({**execution, "output": '{"outcome": "added", "pairs": []}'}, [])
    _write(home, report_key(name), {"pairs": [*pairs]})


def _shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert cli.main(["pairs"]) == 0
    return capsys.readouterr().out.splitlines()[:-1]


def test_playlists_are_shown_by_the_names_that_are_known_else_as_they_were_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    home = Home(tmp_path)
    link = f"https://open.spotify.com/playlist/{INBOX}"
    pairs = [
        {"source": link, "target": ARCHIVE},
        {"source": ["liked", INBOX], "target": {"create": "Kept {year}"}},
        {"source": OTHER, "target": INBOX},
    ]
    (tmp_path / "pairs.json").write_text(json.dumps({"pairs": pairs}))
    plain = [f"  1. {link} to {ARCHIVE}", f"  2. liked, {INBOX} to a playlist that is made: Kept {{year}}"]
    assert _shown(capsys)[:2] == plain
    _write(home, ledger_key(ARCHIVE), Ledger(ARCHIVE, "Rediscovered").document())
    old, new = "2026-11-20T20:00:00+00:00", "2026-11-27T20:00:00+00:00"
    _ran(home, "old", old, reported_pair(source=INBOX, source_name="Inbox of old", target=OTHER, target_id=""))
    pasted = reported_pair(source="3 pasted tracks", source_name="3 pasted tracks")
    _ran(home, "new", new, pasted, {}, reported_pair(source=link, source_name="Inbox", target="t", target_name="t"))
    assert _shown(capsys) == [
        f"  1. “Inbox” ({link}) to “Rediscovered” ({ARCHIVE})",
        f"  2. liked, “Inbox” ({INBOX}) to a playlist that is made: Kept {{year}}",
        f"  3. {OTHER} to “Inbox” ({INBOX})",
    ]
