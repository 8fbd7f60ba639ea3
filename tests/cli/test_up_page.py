"""The archive's page that `rediscover up` shows on 127.0.0.1."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from rediscover.commands.consent.callback import PortTaken
from rediscover.commands.up.showing import shown
from rediscover.machine import visitors
from rediscover.places.home import Home
from rediscover_archive.ledger.record import record_key, record_of

TARGET = "T" * 22
TRACK = {
    **{"uri": f"spotify:track:{'1' * 22}", "name": "Lanterns", "artists": ["Her"], "isrc": None},
    **{"added_at": "2026-11-16T06:00:00Z", "week": "2026-W47", "source": "", "left_at": None},
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One in which nothing is archived yet."""
    return Home(tmp_path)


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    """Where its page is shown."""
    with shown(home, 0) as address:
        yield address


def _archive(home: Home) -> None:
    path = home.documents.where(record_key(TARGET))
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(record_of(TARGET, [TRACK])))


def test_it_is_shown_as_it_is_when_it_is_asked_for(home: Home, address: str) -> None:
    before = requests.get(address, timeout=10)
    assert (before.status_code, "Nothing is archived yet" in before.text) == (404, True)
    _archive(home)
    answer = requests.get(address, timeout=10)
    assert (answer.status_code, "Lanterns" in answer.text) == (200, True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_a_page_of_another_name_that_leads_here_is_refused(home: Home, address: str) -> None:
    _archive(home)
    for host in ("rebound.example", "localhost", ""):
        answer = requests.get(address, headers={"Host": host}, timeout=10)
        assert (answer.status_code, "Lanterns" in answer.text) == (403, False)


def test_another_user_of_the_machine_is_refused(home: Home, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _archive(home)
    monkeypatch.setattr(visitors, "is_ours", lambda *_: False)
    answer = requests.get(address, timeout=10)
    assert (answer.status_code, "Lanterns" in answer.text) == (403, False)


@pytest.mark.parametrize("path", ["page.html", "../credentials.json", "buckets/Bucket/", "?x"])
def test_there_is_nothing_else(home: Home, address: str, path: str) -> None:
    _archive(home)
    assert requests.get(address + path, timeout=10).status_code == 404
    assert requests.post(address, timeout=10).status_code == 501


def test_a_port_that_is_taken_is_told(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTaken, match="Take another with --page"), shown(home, other.getsockname()[1]):
            pass
