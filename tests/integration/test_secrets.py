"""No secret is anywhere it should not be: in what succeeding and failing runs leave behind, everything is searched."""

import base64
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from moto.backends import get_backend

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.simulator import Fault, Simulator
from tests.support.receiver import SECRETS, receiver
from tests.support.scopes import SCOPES_ALL
from tests.support.stack import Execution, Stack
from tests.support.warm import Warm


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


@pytest.fixture(scope="module", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder for temporary files, of the engine's too."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


def _temporary_files(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                found[f"temporary {path}"] = path.read_text(errors="replace")
    return found


def _notifications(stack: Stack) -> str:
    topic = get_backend("sns")[ACCOUNT][REGION].topics[stack.engine.outputs["TopicArn"]]
    return "".join(str(one) for one in topic.sent_notifications)


def _everything(stack: Stack, executions: list[Execution], printed: str) -> dict[str, str]:
    found = {
        f"execution {one.arn}": json.dumps([one.output, one.error, one.cause, one.history], default=str)
        for one in executions
    }
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
    made = {"source": ["liked", "recently-played"], "target": {"create": "Kept"}}
    executions = [stack.ended(stack.start({"pairs": [{"source": source, "target": target}, made]}))]

    refused = simulator.create_playlist("Archive of what is refused")
    troubled = [simulator.create_playlist(f"Source {number}", simulator.tracks(20)) for number in range(3)]
    simulator.faults.add(Fault("reset", path=f"/playlists/{troubled[0]}", count=-1))
    simulator.faults.add(Fault("unauthorized", path=f"/playlists/{troubled[1]}", count=-1))
    simulator.faults.add(Fault("status", method="POST", path=f"/playlists/{refused}/items", count=-1, status=418))
    pairs = [{"source": one, "target": refused if one is troubled[2] else target} for one in troubled]
    executions.append(stack.ended(stack.start({"pairs": pairs})))
    assert [pair["outcome"] for pair in stack.report(executions[-1])["pairs"]] == ["failed"] * 3
    simulator.faults.clear()

    for fault in (
        Fault("unavailable", path="/token", count=-1, html=True),
        Fault("malformed", path="/token", count=-1),
    ):
        simulator.faults.add(fault)
        executions.append(stack.run(source, target))
        simulator.faults.clear()
    simulator.replace(source, simulator.tracks(20, "Later"))
    simulator.settings.update(rotate_refresh_token=True)
    executions += [stack.run(source, target), stack.run(source, target)]
    simulator.revoke_authorization()
    executions.append(stack.run(source, target))
    stack.store_credentials(json.dumps({**simulator.credentials, "spotify_client_secret": "not-the-secret-0815"}))
    executions.append(stack.run(source, target))
    return executions


def test_no_secret_is_left_in_anything_that_runs_write_and_none_is_ever_in_a_url(
    stack: Stack, simulator: Simulator, capfd: pytest.CaptureFixture[str], temporary: Path
) -> None:
    executions = _run_into_everything(stack, simulator)
    assert [one.status for one in executions] == ["SUCCEEDED", *["FAILED"] * 3, *["SUCCEEDED"] * 2, *["FAILED"] * 2]
    printed = capfd.readouterr()
    places = _everything(stack, executions, printed.out + printed.err) | _temporary_files(temporary)
    assert any("SpotifyRequests" in text for text in places.values()), "the functions' logs are among what is searched"
    assert "The run failed." in places["notifications"]
    assert any("warm.py" in text or "worker.py" in text for name, text in places.items() if name.startswith("process"))
    assert any(name.startswith("temporary") and name.endswith(".py") for name in places), "so is the bundle"
    urls = {f"{request.path}?{request.query}" for request in simulator.requests}
    assert len(urls) > 10
    places |= {f"URL {url}": url for url in urls}
    secrets = {*simulator.secrets(), "not-the-secret-0815"}
    assert len(secrets) > 10
    leaks = [
        (place, form) for secret in secrets for form in _forms(secret) for place, text in places.items() if form in text
    ]
    assert leaks == []


def test_what_a_listener_on_this_machine_is_told_by_is_in_no_file_but_its_own_and_in_nothing_printed(
    warm: Warm, simulator: Simulator, temporary: Path
) -> None:
    target = simulator.create_playlist("Archive")
    with receiver() as service:
        done = [warm.rediscover("notify", service.url)]
        for source in (simulator.create_playlist("Inbox", simulator.tracks(2)), "37i9dQZEVXcExample00DW"):
            done.append(warm.rediscover("run", "--source", source, "--target", target))
    assert [one.returncode for one in done] == [0, 0, 1]

    kept = [path for folder in ("secrets", "logs") for path in (warm.home / folder).iterdir()]
    assert len(kept) >= 2
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}, "it is for its owner only"

    folder = warm.home / "buckets" / "Bucket" / "runs"
    reports = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    messages = [json.loads(report.read_text())["message"] for report in reports]
    subjects = ["(re)Discover Weekly: 2 tracks added", "(re)Discover Weekly: the run failed"]
    assert [(subject, message.split()) for subject, message in service.told] == [
        (subject, message.split()) for subject, message in zip(subjects, messages, strict=True)
    ]

    places = {f"printed {number}": one.stdout + one.stderr for number, one in enumerate(done)}
    written = _written(warm.home)
    own = written.pop("notifications.json")
    assert all(secret in own for secret in SECRETS)
    places |= written | _temporary_files(temporary)
    leaks = [
        (place, form) for secret in SECRETS for form in _forms(secret) for place in places if form in places[place]
    ]
    assert leaks == []
