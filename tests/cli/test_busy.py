"""A run beside another one: it waits; and is no success where nobody archives its pairs."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody

from rediscover import cli
from rediscover.commands.busy import does_the_same
from rediscover.places.home import Home
from tests.cli.recordings import load
from tests.cli.session import EXECUTION, MACHINE, OUTPUT, Session

INBOX, ARCHIVE, OTHER = (letter * 22 for letter in "IAO")
LINK = "https://open.spotify.com/playlist/"
BUSY = {"outcome": "busy", "pairs": [], "spotify_requests": 0, "reauthorize_by": None}


def given(*pairs: tuple[Any, Any], **options: Any) -> dict[str, Any]:
    return {"pairs": [{"source": source, "target": target} for source, target in pairs], **options}


@pytest.mark.parametrize(
    ("at_work", "wanted", "same"),
    [
        (given((INBOX, ARCHIVE)), given((f"{LINK}{INBOX}?si=x", f"spotify:playlist:{ARCHIVE}")), True),
        (given((OTHER, ARCHIVE), (INBOX, ARCHIVE)), given((INBOX, ARCHIVE)), True),
        (given((INBOX, {"create": "Kept"})), given((INBOX, {"create": "Kept"})), True),
        ({}, {}, True),
        (given((INBOX, ARCHIVE)), given((INBOX, ARCHIVE), (OTHER, ARCHIVE)), False),
        (given((INBOX, OTHER)), given((INBOX, ARCHIVE)), False),
        (given((INBOX, ARCHIVE), match="recording"), given((INBOX, ARCHIVE)), False),
        (given((INBOX, ARCHIVE), dry_run=True), given((INBOX, ARCHIVE), dry_run=True), False),
        (given((INBOX, ARCHIVE), dry_run=True), given((INBOX, ARCHIVE)), False),
        ({}, given((INBOX, ARCHIVE)), False),
        (given((INBOX, ARCHIVE)), {}, False),
        (given((INBOX, ARCHIVE)), given(("no link", ARCHIVE)), False),
        ([], given((INBOX, ARCHIVE)), False),
        (given((INBOX, ARCHIVE)), {"pairs": []}, False),
    ],
)
def test_a_run_does_the_same_where_all_pairs_are_among_its_own_with_their_options(
    at_work: Any, wanted: dict[str, Any], same: bool
) -> None:
    assert does_the_same({"input": json.dumps(at_work)}, wanted) is same
    assert not does_the_same(None, wanted)
    assert not does_the_same({}, wanted)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path / "home"))
    for variable in ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_REFRESH_TOKEN"):
        monkeypatch.setenv(variable, "x")
    return Home(tmp_path / "home")


def run(*more: str) -> int:
    return cli.main(["run", "--source", INBOX, "--target", ARCHIVE, "--wait", "0", *more])


def at_work(home: Home, *pairs: tuple[str, str]) -> None:
    recording = load("nested-maps")
    running = {**recording["execution"], "name": "first", "status": "RUNNING", "input": json.dumps(given(*pairs))}
    home.executions.save(running, [])


def test_a_run_is_busy_and_no_failure_where_another_one_does_the_same(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with home.locked():
        at_work(home, (INBOX, ARCHIVE))
        assert run() == 0
        assert capsys.readouterr().out == "Another run is archiving the same; this one did nothing.\n"
        assert run("--json") == 0
    told = {"execution": None, "status": "SUCCEEDED", "output": BUSY, "error": None, "cause": None, "report": None}
    assert json.loads(capsys.readouterr().out) == told


def test_a_run_fails_where_nobody_archives_its_pair(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with home.locked():
        assert run() == 75
        assert "Another rediscover command is at work in" in capsys.readouterr().err
        at_work(home, (OTHER, ARCHIVE))
        assert run("--json") == 75
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert (told["status"], told["error"], told["output"]) == ("FAILED", "Busy", BUSY)
    assert told["cause"].startswith(f"The run first is at work in {home.path} since ")
    assert "not for the same pairs. It did not end, so nothing was done. Run it again later" in told["cause"]
    assert told["cause"] in printed.err


def test_a_run_that_was_killed_keeps_no_other_from_working(home: Home) -> None:
    at_work(home, (INBOX, ARCHIVE))
    with home.locked():
        assert home.executions.running is None


def test_it_is_said_that_another_run_is_waited_for(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with home.locked():
        assert run("--wait", "1") == 75
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"Another run is at work in {home.path}. Waiting for it, for up to 1.0 s …"
    assert "It did not end within 1.0 s, so nothing was done." in second


@pytest.mark.parametrize("odd", ["-1", "soon", "1.5", ""])
def test_an_odd_number_of_seconds_is_refused(odd: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(f"--wait={odd}")
    assert "is not a whole number of seconds" in capsys.readouterr().err


def is_busy(session: Session, wanted: str) -> None:
    """The next start finds another run at work."""
    session.runs(wanted, output=json.dumps(BUSY))
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)


def holder(session: Session, status: str, **started: Any) -> None:
    """The next look finds the run that has the stack."""
    claim = io.BytesIO(json.dumps({"execution": EXECUTION}).encode())
    wanted = {"Bucket": "rediscover-bucket", "Key": "claims/run.json"}
    session.stubs["s3"].add_response("get_object", {"Body": StreamingBody(claim, len(claim.getvalue()))}, wanted)
    described = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "first", "status": status}
    answer = {**described, "startDate": "2026-11-22", "input": json.dumps(started)}
    session.stubs["stepfunctions"].add_response("describe_execution", answer, {"executionArn": EXECUTION})


def test_on_aws_a_run_that_nobody_does_instead_is_no_success(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = given((INBOX, ARCHIVE))
    for started, code, said in ((given((OTHER, ARCHIVE)), 75, "on the stack rediscover since"), (wanted, 0, "")):
        session.has_stack()
        is_busy(session, json.dumps(wanted))
        holder(session, "RUNNING", **started)
        assert run("--aws") == code
        assert said in capsys.readouterr().err


def test_on_aws_a_run_that_may_not_see_who_is_at_work_is_no_success(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.has_stack()
    is_busy(session, "{}")
    session.stubs["s3"].add_client_error("get_object", "AccessDenied", http_status_code=403)
    assert cli.main(["run", "--aws"]) == 75
    assert "what it archives is not known. It did not end, so" in capsys.readouterr().err


def test_on_aws_a_run_waits_for_the_one_at_work_and_is_started_again(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rediscover.commands.executing.LOOKS", 0)
    session.has_stack()
    is_busy(session, "{}")
    for status in ("RUNNING", "PENDING_REDRIVE", "SUCCEEDED"):
        holder(session, status)
    session.runs("{}", output=json.dumps(OUTPUT))
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["output"]["outcome"] == "nothing_new"
    assert told.err.count("Another run is at work on the stack rediscover. Waiting for it, for up to 10 min") == 1
