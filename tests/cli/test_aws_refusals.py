"""What the commands for the deployed stack say where AWS refuses, or cannot be asked."""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from botocore.exceptions import LoginInsufficientPermissions, LoginRefreshRequired, SSOTokenLoadError

from rediscover import cli
from rediscover.places import aws
from tests.cli.session import Session


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


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
