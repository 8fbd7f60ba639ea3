"""`rediscover up` and its listener: what is remembered is run, and what is to be told goes where notify says."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from rediscover import cli
from rediscover.commands.pairs.kept import KeptPairs
from rediscover.commands.telling.runs import Telling
from rediscover.commands.up import up as module
from rediscover.commands.up.journal import Journal
from rediscover.commands.up.stack import NotStarted, Order, Rule
from rediscover.executions.finished import Notification
from rediscover.places.home import Home
from rediscover.places.listener import KeptListener, Listener

ACCOUNT = {"spotify_client_id": "i" * 32, "spotify_client_secret": "s" * 32, "refresh_token": "r" * 40}
RULE = Rule("rediscover-weekly", "rate(7 days)")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One with an account."""
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    (tmp_path / "credentials.json").write_text(json.dumps(ACCOUNT))
    return Home(tmp_path)


def _pair(name: str) -> dict[str, Any]:
    return {"source": "liked", "target": {"create": name}}


def test_alone_it_runs_what_is_remembered_at_each_date(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[Order] = []
    monkeypatch.setattr(module, "in_child", lambda _, order: orders.append(order))
    err = Console(file=io.StringIO())
    fire = module.Firing(module.UpArguments(None), {}, home, {}, Journal(home.path / "up.json"), err)
    for name in ("Kept", "Kept elsewhere"):
        KeptPairs(home).write({"pairs": [_pair(name)]})
        fire(RULE, datetime.now(UTC))
    assert [order.input for order in orders] == [{"pairs": [_pair(name)]} for name in ("Kept", "Kept elsewhere")]
    KeptPairs(home).write({"pairs": []})
    with pytest.raises(NotStarted, match="Nothing is remembered"):
        fire(RULE, datetime.now(UTC))


def test_alone_where_nothing_is_remembered_it_says_how(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["up"]) == 1
    assert "Nothing is remembered to be archived" in capsys.readouterr().err
    assert not (home.path / "up.json").exists()


def test_what_is_told_is_printed_and_sent_to_the_services(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[object, Notification]] = []

    def tell(urls: object, notification: Notification) -> list[str]:
        sent.append((urls, notification))
        return []

    monkeypatch.setattr("rediscover.commands.telling.runs.tell", tell)
    KeptListener(home).write(Listener(("json://127.0.0.1:9",), "problems"))
    out = Console(file=io.StringIO())
    telling = Telling(home, out)
    module.told_by(out, telling)("The authorization ends", "Renew it.\n")
    assert sent == [(("json://127.0.0.1:9",), Notification("The authorization ends", "Renew it.\n"))]
    assert telling.parameters == {"NotifyOn": "problems"}
    assert "The authorization ends\n  Renew it.\n" in out.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
