"""`rediscover run --aws` and `history --aws`: how they start, what they say, and what they say of AWS's refusals.

What a deployed stack really does is tested in tests/deploy.
"""

import json
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import LoginInsufficientPermissions, LoginRefreshRequired, SSOTokenLoadError
from botocore.stub import Stubber

from rediscover import cli
from rediscover.places import aws
from rediscover.places.stack import AwsStack, StackHistory, console_page
from tests.cli.recordings import load

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:rediscover"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:rediscover:monday"
PAGE = f"https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/{EXECUTION}"
OUTPUTS = {
    "StateMachineArn": MACHINE,
    "CredentialsSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:credentials",
    "AccessTokenSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token",
    "BucketName": "rediscover-bucket",
    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:topic",
}
OUTPUT = {"outcome": "nothing_new", "pairs": [{"added": 0}], "spotify_requests": 2, "reauthorize_by": None}


class Session:
    """A boto3 session whose clients answer what they are told to."""

    region_name = "eu-west-1"

    def __init__(self) -> None:
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        session: Any = boto3.Session()  # which types each client by its literal name
        services = ("cloudformation", "stepfunctions", "s3")
        self.clients = {name: session.client(name, region_name=self.region_name, **keys) for name in services}
        self.stubs = {name: Stubber(client) for name, client in self.clients.items()}
        for stub in self.stubs.values():
            stub.activate()

    def client(self, service: str) -> Any:
        """The client of a service."""
        return self.clients[service]

    def has_stack(self, **changes: Any) -> None:
        """The next look at the stack finds one."""
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        stack = {"StackName": "rediscover", "CreationTime": "2026-11-22", "StackStatus": "CREATE_COMPLETE"}
        answer = {"Stacks": [{**stack, "Outputs": outputs, **changes}]}
        self.stubs["cloudformation"].add_response("describe_stacks", answer, {"StackName": "rediscover"})

    def runs(self, given: str, **ended: Any) -> None:
        """The next start with the input `given` starts an execution that has ended at once."""
        recorded = load("aws-shapes")
        states = self.stubs["stepfunctions"]
        described = {
            **{"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "monday", "status": "SUCCEEDED"},
            **{"startDate": recorded["execution"]["startDate"], "stopDate": recorded["execution"]["stopDate"]},
            "ResponseMetadata": {},
            **ended,
        }
        machine = {"stateMachineArn": MACHINE, "name": "rediscover", "roleArn": "arn:aws:iam::123456789012:role/r"}
        definition = {"definition": json.dumps({"StartAt": "Prepare", "States": {}}), "updateDate": "2026-11-22"}
        started = {"executionArn": EXECUTION, "startDate": "2026-11-22"}
        expected = {"stateMachineArn": MACHINE, "name": _ANYTHING, "input": given}
        states.add_response("start_execution", started, expected)
        states.add_response("describe_state_machine_for_execution", {**machine, **definition})
        states.add_response("describe_execution", described)
        states.add_response("get_execution_history", {"events": recorded["events"][:9]})


class _Anything:
    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __hash__(self) -> int:
        return 0


_ANYTHING = _Anything()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    made = Session()
    monkeypatch.setattr("rediscover.places.stack.session", lambda: made)
    yield made
    for stub in made.stubs.values():
        stub.assert_no_pending_responses()


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_the_stacks_own_pair_is_run_and_the_report_and_the_console_page_are_told(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.has_stack()
    session.runs("{}", output=json.dumps(OUTPUT))
    session.stubs["s3"].add_client_error("get_object", "AccessDenied", http_status_code=403)
    assert cli.main(["run", "--aws", "--json"]) == 0
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert result == {"execution": EXECUTION, "status": "SUCCEEDED", "output": OUTPUT, "error": None, "cause": None}
    assert PAGE in told.err
    assert "Prepare: done" in told.err


def test_without_a_readable_report_the_counts_are_told(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    pair = {"source": "S", "target": "T", "outcome": "added", "added": 3}
    session.runs("{}", output=json.dumps({**OUTPUT, "outcome": "added", "pairs": [pair]}))
    session.stubs["s3"].add_client_error("get_object", "AccessDenied", http_status_code=403)
    assert cli.main(["run", "--aws"]) == 0
    assert capsys.readouterr().out == "S to T: added, 3 added.\n"


def test_a_busy_stack_is_told(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    session.runs("{}", output=json.dumps({**OUTPUT, "outcome": "busy", "pairs": []}))
    session.stubs["s3"].add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert cli.main(["run", "--aws"]) == 0
    assert capsys.readouterr().out == "Nothing was done: busy.\n"


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


def test_a_stack_that_is_not_there_is_said_with_its_region(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    message = "Stack with id rediscover does not exist"
    session.stubs["cloudformation"].add_client_error("describe_stacks", "ValidationError", message)
    assert cli.main(["run", "--aws", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == "NoSuchStack"
    assert "There is no stack rediscover in eu-west-1. Deploy it (sam deploy)" in told.err


def test_a_stack_without_a_state_machine_is_said_with_its_state(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.has_stack(Outputs=[], StackStatus="ROLLBACK_COMPLETE")
    assert cli.main(["history", "--aws"]) == 1
    assert "The stack rediscover is ROLLBACK_COMPLETE and has no output StateMachineArn" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("AccessDeniedException", "AwsAccessDenied", "AWS denies StartExecution: you may not"),
        ("ExpiredTokenException", "AwsNotSetUp", "AWS does not accept the credentials (ExpiredTokenException)"),
        ("ThrottlingException", "AwsUnavailable", "AWS refuses StartExecution (ThrottlingException): you may not"),
    ],
)
def test_a_refusal_by_aws_is_said(
    session: Session, capsys: pytest.CaptureFixture[str], code: str, name: str, words: str
) -> None:
    session.has_stack()
    session.stubs["stepfunctions"].add_client_error("start_execution", code, "you may not")
    assert cli.main(["run", "--aws", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"] == name
    assert words in told.err


def test_what_aws_says_cannot_begin_a_line_of_its_own(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.has_stack()
    said = "no\r\nrediscover: Authorized until 2099-01-01.\x1b[2K\u202e"
    session.stubs["stepfunctions"].add_client_error("start_execution", "Odd\nCode", said)
    assert cli.main(["run", "--aws"]) == 1
    told = capsys.readouterr().err
    assert told == (
        "rediscover: AWS refuses StartExecution (Odd Code): no  rediscover: Authorized until 2099-01-01.[2K\n"
    )


@pytest.mark.usefixtures("no_aws")
def test_a_missing_region_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "--aws"]) == 1
    assert capsys.readouterr().err == "rediscover: No AWS region is set. Set AWS_REGION, or run `aws configure`.\n"


@pytest.mark.usefixtures("no_aws")
def test_the_region_is_taken_from_either_variable_and_first_from_the_one_that_the_commands_recommend(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert aws.session().region_name == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert aws.session().region_name == "eu-north-1"
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert aws.session().region_name == aws.session().client("sts").meta.region_name == "eu-north-1"


@pytest.mark.usefixtures("no_aws")
@pytest.mark.skipif(find_spec("awscrt") is not None, reason="what `aws login` needs is installed")
def test_a_profile_signed_in_by_aws_login_is_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    session = "[default]\nregion = eu-west-1\nlogin_session = arn:aws:iam::123456789012:user/me\n"
    (tmp_path / "config").write_text(session)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert cli.main(["run", "--aws"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("rediscover: This AWS profile is signed in by `aws login`, which needs a package more here:")
    assert f"{sys.executable} -m pip install 'botocore[crt]'" in told
    assert "Or do without it. Sign in with `aws sso login`" in told


@pytest.mark.parametrize(
    "error", [LoginRefreshRequired(), LoginInsufficientPermissions(), SSOTokenLoadError(error_msg="x")]
)
def test_a_sign_in_that_ended_is_no_unreachable_aws(error: Exception) -> None:
    with pytest.raises(aws.AwsNotSetUp, match="The AWS credentials cannot be had"), aws.explained():
        raise error


@pytest.mark.usefixtures("no_aws")
def test_missing_credentials_are_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert cli.main(["run", "--aws"]) == 1
    assert capsys.readouterr().err.startswith("rediscover: There are no AWS credentials. Sign in with `aws sso login`")


@pytest.mark.usefixtures("no_aws")
def test_an_unknown_profile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(aws.AwsNotSetUp, match="nobody"):
        aws.session()


@pytest.mark.usefixtures("no_aws")
def test_an_endpoint_that_does_not_answer_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_MAX_ATTEMPTS": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["history", "--aws"]) == 1
    assert "AWS cannot be reached: " in capsys.readouterr().err


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
