"""No secret is anywhere it should not be: in what succeeding and failing runs leave behind, everything is searched."""

import base64
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from moto.backends import get_backend

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.simulator import Fault, Simulator
from tests.support.command import account_of, rediscover, spotify_at
from tests.support.receiver import SECRETS, receiver
from tests.support.scopes import SCOPES_ALL
from tests.support.stack import Execution, Stack


def _written(folder: Path) -> dict[str, str]:
    """The files of a home, but for the one that keeps a secret on purpose."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8", errors="replace") for path in files}


def _processes() -> dict[str, str]:
    """Command lines and environments of every process that may be looked into."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found[f"process {process.name}"] = (process / "cmdline").read_text(errors="replace")
            found[f"environment {process.name}"] = (process / "environ").read_text(errors="replace")
    return found


def _temporary_files(since: float, kept: Path) -> dict[str, str]:
    """What was written to the folder for temporary files, but for pytest's own."""
    found = {}
    own = next(one for one in kept.parents if one.name.startswith("pytest-"))
    for folder, folders, names in os.walk(tempfile.gettempdir()):
        folders[:] = [name for name in folders if Path(folder, name) != own.parent]
        for path in (Path(folder, name) for name in names):
            with suppress(OSError):
                if path.stat().st_mtime >= since and path.stat().st_size < 1_000_000:
                    found[f"temporary {path}"] = path.read_text(errors="replace")
    return found


def _notifications(stack: Stack) -> str:
    topic = get_backend("sns")[ACCOUNT][REGION].topics[stack.engine.outputs["TopicArn"]]
    return "".join(str(one) for one in topic.sent_notifications)


def _everything(stack: Stack, executions: list[Execution], printed: str) -> dict[str, str]:
    found = {f"execution {one.arn}": json.dumps([one.__dict__], default=str) for one in executions}
    found |= {f"document {key}": json.dumps(document) for key, document in stack.documents().items()}
    found |= {f"file {name}": text for name, text in _written(stack.home).items()}
    return {**found, **_processes(), "printed": printed, "notifications": _notifications(stack)}


def _forms(secret: str) -> list[str]:
    return [secret, base64.b64encode(secret.encode()).decode(), base64.b64encode(f":{secret}".encode()).decode()[2:-4]]


def _run_into_everything(stack: Stack, simulator: Simulator) -> list[Execution]:
    source = simulator.create_playlist("Source", simulator.tracks(120))
    target = simulator.create_playlist("Archive")
    simulator.authorize(SCOPES_ALL)
    stack.renew(simulator)
    made = {"pairs": [{"source": ["liked", "recently-played"], "target": {"create": "Kept"}}]}
    executions = [stack.run(source, target), stack.ended(stack.start(made))]
    faults: list[dict[str, Any]] = [
        {"kind": "unavailable", "path": "/token", "count": -1, "html": True},
        {"kind": "reset", "path": "/v1", "count": -1},
        {"kind": "malformed", "path": "/token", "count": -1},
        {"kind": "unauthorized", "path": "/v1", "count": -1},
        {"kind": "status", "path": "/items", "method": "POST", "count": -1, "status": 418},
    ]
    for number, fault in enumerate(faults):
        simulator.replace(source, simulator.tracks(20, f"Week {number}"))
        simulator.faults.add(Fault(**fault))
        executions.append(stack.run(source, target))
        simulator.faults.clear()
    simulator.settings.update(rotate_refresh_token=True)
    executions += [stack.run(source, target), stack.run(source, target)]
    simulator.revoke_authorization()
    executions.append(stack.run(source, target))
    stack.store_credentials(json.dumps({**simulator.credentials, "spotify_client_secret": "not-the-secret-0815"}))
    executions.append(stack.run(source, target))
    return executions


def test_no_secret_is_left_in_anything_that_runs_write(
    stack: Stack, simulator: Simulator, capfd: pytest.CaptureFixture[str]
) -> None:
    started = time.time()
    executions = _run_into_everything(stack, simulator)
    assert [one.status for one in executions].count("FAILED") == 7
    printed = capfd.readouterr()
    places = _everything(stack, executions, printed.out + printed.err) | _temporary_files(started, stack.home)
    assert any("SpotifyRequests" in text for text in places.values()), "the functions' logs are among what is searched"
    assert "The run failed." in places["notifications"]
    assert any("warm.py" in text or "worker.py" in text for name, text in places.items() if name.startswith("process"))
    secrets = {*simulator.secrets(), "not-the-secret-0815"}
    assert len(secrets) > 10
    leaks = [
        (place, form) for secret in secrets for form in _forms(secret) for place, text in places.items() if form in text
    ]
    assert leaks == []


def test_no_secret_is_ever_in_a_url(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Source", simulator.tracks(3))
    stack.run(source, simulator.create_playlist("Archive"))
    urls = [f"{request.path}?{request.query}" for request in simulator.requests]
    assert len(urls) >= 5
    assert not [url for url in urls for secret in simulator.secrets() if secret in url]


def test_what_is_kept_between_runs_is_for_its_owner_only(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Source", simulator.tracks(3))
    stack.run(source, simulator.create_playlist("Archive"))
    kept = [path for folder in ("secrets", "logs") for path in (stack.home / folder).iterdir()]
    assert len(kept) >= 2
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}


def test_what_a_listener_on_this_machine_is_told_by_is_in_no_file_but_its_own_and_in_nothing_printed(
    simulator: Simulator, tmp_path: Path
) -> None:
    home, started = tmp_path / "home", time.time()
    environment = {**os.environ, "REDISCOVER_HOME": str(home), **spotify_at(simulator), **account_of(simulator)}
    target = simulator.create_playlist("Archive")
    with receiver() as service:
        done = [rediscover(environment, "notify", service.url)]
        for source in (simulator.create_playlist("Inbox", simulator.tracks(2)), "37i9dQZEVXcExample00DW"):
            done.append(rediscover(environment, "run", "--source", source, "--target", target))
    assert [one.returncode for one in done] == [0, 0, 1]

    reports = sorted((home / "buckets" / "Bucket" / "runs").iterdir())
    messages = [json.loads(report.read_text())["message"] for report in reports]
    subjects = ["(re)Discover Weekly: 2 tracks added", "(re)Discover Weekly: the run failed"]
    assert [(subject, message.split()) for subject, message in service.told] == [
        (subject, message.split()) for subject, message in zip(subjects, messages, strict=True)
    ]

    places = {f"printed {number}": one.stdout + one.stderr for number, one in enumerate(done)}
    written = _written(home)
    kept = written.pop("notifications.json")
    assert all(secret in kept for secret in SECRETS)
    places |= written | _temporary_files(started, home)
    leaks = [
        (place, form) for secret in SECRETS for form in _forms(secret) for place in places if form in places[place]
    ]
    assert leaks == []
