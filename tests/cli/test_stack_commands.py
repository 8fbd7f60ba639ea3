"""`rediscover run --aws` and `history --aws`: how they start and what they say.

What a deployed stack really does is tested in tests/deploy.
"""

import io
import json
from typing import Any

import pytest
from botocore.response import StreamingBody
from rich.text import Text

from rediscover import cli
from rediscover.places.stack import AwsStack, StackHistory, console_page
from tests.cli.session import EXECUTION, MACHINE, OUTPUT, PAGE, Session
from tests.cli.test_results import pair
from tests.support.states import reported_pair

A, B = "A" * 22, "B" * 22


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
    assert told.err == "`rediscover history --aws --stack rediscover monday` shows its states.\n"


def test_in_a_terminal_the_console_page_comes_first_and_the_states_are_shown(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal, for rich
    monkeypatch.setenv("NO_COLOR", "1")
    session.has_stack()
    failed = {"status": "FAILED", "error": "PlaylistNotFound", "cause": "Spotify finds no playlist S."}
    session.runs("{}", **failed, output='{"Payload": {}}')  # which MiniStack gives it, and AWS does not
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws"]) == 1
    told = Text.from_ansi(capsys.readouterr().err).plain.splitlines()
    assert told[0] == PAGE
    assert [line for line in told if line.startswith("✔ Prepare ")]
    assert told[-1] == "The run failed: PlaylistNotFound: Spotify finds no playlist S."


REPORT = {"pairs": [pair(warnings=["It is nearly full."])], "spotify_requests": 6, "reauthorize_by": None}


def test_quiet_a_run_that_succeeds_prints_its_warnings_only(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.has_stack()
    session.runs("{}", output=json.dumps(OUTPUT))
    body = StreamingBody(io.BytesIO(json.dumps(REPORT).encode()), len(json.dumps(REPORT).encode()))
    session.stubs["s3"].add_response("get_object", {"Body": body})
    assert cli.main(["run", "--aws", "-q"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("“Inbox” to “Archive”: It is nearly full.\n", "")


def test_quiet_a_run_that_fails_says_why(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    session.runs("{}", status="FAILED", error="PlaylistNotFound", cause="Spotify finds no playlist S.")
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws", "--quiet"]) == 1
    assert capsys.readouterr().err == "The run failed: PlaylistNotFound: Spotify finds no playlist S.\n"


def test_quiet_the_json_object_is_printed_all_the_same(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    session.runs("{}", output=json.dumps(OUTPUT))
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws", "-q", "--json"]) == 0
    told = capsys.readouterr()
    assert (json.loads(told.out)["status"], told.err) == ("SUCCEEDED", "")


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
        json.dumps({"pairs": [{"source": A, "target": B}], "dry_run": True}),
        **{"status": "FAILED", "error": "PlaylistNotFound", "cause": "Spotify finds no playlist S."},
    )
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws", "--source", A, "--target", B, "--dry-run", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == "PlaylistNotFound"
    assert told.err.startswith("The run failed: PlaylistNotFound: Spotify finds no playlist S.\n")


@pytest.mark.parametrize("given", [["--source", "S"], ["--aws", "--target", "T"]])
def test_half_a_pair_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["run", *given])
    told = "give --source and --target (or --create), or --input, or none of them for what is remembered"
    assert told in " ".join(capsys.readouterr().err.split())


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


def listed(session: Session, **described: Any) -> None:
    """The stack has one execution, that has ended."""
    one = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "monday", "startDate": "2026-11-22"}
    failed = {**one, "status": "FAILED", "stopDate": "2026-11-22", "error": "PlaylistFull", "cause": "It is full."}
    session.has_stack()
    session.stubs["stepfunctions"].add_response("list_executions", {"executions": [{**one, "status": "FAILED"}]})
    session.stubs["stepfunctions"].add_response("describe_execution", {**failed, **described})


def written(session: Session, key: str, document: object) -> None:
    """The next document that is read."""
    body = json.dumps(document).encode()
    answer = {"Body": StreamingBody(io.BytesIO(body), len(body))}
    session.stubs["s3"].add_response("get_object", answer, {"Bucket": "rediscover-bucket", "Key": key})


def test_the_history_names_what_a_failed_execution_added_on_aws(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    track = {"uri": "u", "name": "Night Swim", "artists": ["June"], "isrc": None}
    report = {"pairs": [reported_pair(added=1, added_tracks=[track])], "spotify_requests": 2}
    listed(session)
    written(session, "runs/monday.json", report)
    assert cli.main(["history", "--aws", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["added"] == 1
    listed(session)
    session.stubs["stepfunctions"].add_response("get_execution_history", {"events": []})
    written(session, "runs/monday.json", report)
    assert cli.main(["history", "--aws", "monday"]) == 0
    assert "    1. “Night Swim – June”" in capsys.readouterr().out


def test_the_history_shows_what_an_execution_had_added_that_was_stopped_on_aws(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    track = {"uri": "u", "name": "Night Swim", "artists": ["June"], "isrc": None}
    listed(session, status="ABORTED")
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    found = {"Contents": [{"Key": f"plans/monday/0{name}.json"} for name in ("", ".progress")]}
    session.stubs["s3"].add_response(
        "list_objects_v2", found, {"Bucket": "rediscover-bucket", "Prefix": "plans/monday/"}
    )
    written(session, "plans/monday/0.json", {"target": "T", "before": 0, "tracks": [track], "skipped": []})
    written(session, "plans/monday/0.progress.json", {"next": 1})
    assert cli.main(["history", "--aws", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["added"] == 1


def test_documents_that_may_not_be_read_hinder_no_history(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    listed(session)
    for operation in ("get_object", "list_objects_v2"):
        session.stubs["s3"].add_client_error(operation, "AccessDenied", http_status_code=403)
    assert cli.main(["history", "--aws", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["added"] is None
