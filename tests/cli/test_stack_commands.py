"""`rediscover run --aws` and `history --aws`: how they start and what they say.

What a deployed stack really does is tested in tests/deploy.
"""

import json

import pytest

from rediscover import cli
from rediscover.places.stack import AwsStack, StackHistory, console_page
from tests.cli.session import EXECUTION, MACHINE, OUTPUT, PAGE, Session


def test_the_stacks_own_pair_is_run_and_the_report_and_the_console_page_are_told(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.has_stack()
    session.runs("{}", output=json.dumps(OUTPUT))
    session.stubs["s3"].add_client_error("get_object", "AccessDenied", http_status_code=403)
    assert cli.main(["run", "--aws", "--json"]) == 0
    told = capsys.readouterr()
    result = json.loads(told.out)
    succeeded = {"execution": EXECUTION, "status": "SUCCEEDED", "output": OUTPUT, "error": None, "cause": None}
    assert result == {**succeeded, "report": None}
    assert PAGE in told.err
    assert "Prepare: done" in told.err


def test_without_a_readable_report_the_counts_are_told(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    pair = {"source": "S", "target": "T", "outcome": "added", "added": 3}
    session.runs("{}", output=json.dumps({**OUTPUT, "outcome": "added", "pairs": [pair]}))
    session.stubs["s3"].add_client_error("get_object", "AccessDenied", http_status_code=403)
    assert cli.main(["run", "--aws"]) == 0
    assert capsys.readouterr().out == "S to T: added, 3 added.\n"


def test_a_pair_that_is_given_is_run_instead(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    session.runs(
        json.dumps({"pairs": [{"source": "S", "target": "T"}], "dry_run": True}),
        **{"status": "FAILED", "error": "PlaylistNotFound", "cause": "Spotify finds no playlist S."},
    )
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws", "--source", "S", "--target", "T", "--dry-run", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == "PlaylistNotFound"
    assert told.err.endswith("The run failed: PlaylistNotFound: Spotify finds no playlist S.\n")


@pytest.mark.parametrize("given", [[], ["--source", "S"], ["--aws", "--target", "T"]])
def test_half_a_pair_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["run", *given])
    assert "give --source and --target or --input, or with --aws none of them" in capsys.readouterr().err


def test_past_executions_are_described_only_when_they_are_shown(session: Session) -> None:
    session.has_stack()
    listed = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "monday", "status": "SUCCEEDED"}
    states = session.stubs["stepfunctions"]
    expected = {"stateMachineArn": MACHINE, "maxResults": 100}
    states.add_response("list_executions", {"executions": [{**listed, "startDate": "2026-11-22"}]}, expected)
    past = StackHistory(AwsStack("rediscover"))
    (found,) = past.all()
    states.add_response(
        "describe_execution", {**listed, "startDate": "2026-11-22", "output": "{}"}, {"executionArn": EXECUTION}
    )
    assert past.described(found)["output"] == "{}"
    assert past.page(found) == PAGE == console_page(EXECUTION)


def test_interrupted_the_command_leaves_the_execution_running(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    session.has_stack()
    started = {"executionArn": EXECUTION, "startDate": "2026-11-22"}
    session.stubs["stepfunctions"].add_response("start_execution", started)
    monkeypatch.setattr("rediscover.places.stack.follow", interrupted)
    assert cli.main(["run", "--aws"]) == 130
    assert capsys.readouterr().err.endswith("The execution goes on without being watched.\nInterrupted.\n")
