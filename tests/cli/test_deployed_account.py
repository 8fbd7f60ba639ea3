"""`rediscover authorize --aws` and `rediscover doctor --aws`, with moto as AWS."""

import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rich.console import Console

from rediscover.commands import doctor
from rediscover.commands.archive.check import CheckArguments, check
from rediscover.commands.authorize import AuthorizeArguments, authorize
from rediscover.places.aws import AwsAccessDenied, AwsNotSetUp, NoSuchStack
from rediscover.simulator import Simulator
from rediscover_archive.authorization.secret import CURRENT, ROTATED
from rediscover_archive.ledger.record import record_key, record_of
from tests.support.command import app_of, spotify_at
from tests.support.consent import Browser, free_port

TEMPLATE = {
    # moto's CloudFormation makes no secrets: `deploy` makes them, and the template passes their ARNs on.
    "Parameters": {
        name: {"Type": "String"} for name in ("SourcePlaylist", "TargetPlaylist", "RuleState", "Credentials", "Tokens")
    },
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "RoleArn": "arn:aws:iam::123456789012:role/machine",
                "DefinitionString": '{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {"Name": "weekly", "ScheduleExpression": "rate(7 days)", "State": {"Ref": "RuleState"}},
        },
    },
    "Outputs": {
        "CredentialsSecretArn": {"Value": {"Ref": "Credentials"}},
        "AccessTokenSecretArn": {"Value": {"Ref": "Tokens"}},
        "BucketName": {"Value": "archive"},
        "TopicArn": {"Value": {"Ref": "Topic"}},
        "StateMachineArn": {"Value": {"Ref": "Machine"}},
        "ScheduleRuleName": {"Value": {"Ref": "Rule"}},
    },
}


class Account:
    """An AWS account with the stack in it, and a user who works from a laptop."""

    def __init__(self, home: Path, spotify: Simulator, patch: pytest.MonkeyPatch) -> None:
        self.spotify = spotify
        self.patch = patch
        self.file = home / "credentials.json"
        self.source = spotify.create_playlist("Inbox", spotify.tracks(3))
        self.target = spotify.create_playlist("Archive")
        self.environment = {"REDISCOVER_HOME": str(home), **spotify_at(spotify), **app_of(spotify)}
        self.printed = io.StringIO()

    def deploy(self, state: str = "ENABLED") -> None:
        secrets = boto3.client("secretsmanager")
        arns = {name: secrets.create_secret(Name=name.lower())["ARN"] for name in ("Credentials", "Tokens")}
        given = {"SourcePlaylist": self.source, "TargetPlaylist": self.target, "RuleState": state, **arns}
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
        client: Any = boto3.client("cloudformation")
        client.create_stack(StackName="mine", TemplateBody=json.dumps(TEMPLATE), Parameters=parameters)

    def authorize(self, browser: Browser | None = None, stack: str = "mine") -> int:
        self.patch.setattr("rediscover.commands.consent.browser.start", (browser or Browser()).open)
        return authorize(
            AuthorizeArguments(free_port(), True, stack), self.environment, self._console(), self._console()
        )

    def examine(self, **given: str) -> tuple[int, dict[str, str]]:
        arguments = doctor.DoctorArguments(given.get("source"), given.get("target"), given.get("stack", "mine"))
        before = len(self.printed.getvalue())
        code = doctor.doctor(arguments, self.environment, self._console())
        lines = [line.split(maxsplit=2) for line in self.printed.getvalue()[before:].splitlines()]
        return code, {name: f"{mark} {told}" for mark, name, told in lines}

    def stored(self, name: str = "credentials", stage: str = CURRENT) -> Any:
        found = boto3.client("secretsmanager").get_secret_value(SecretId=name, VersionStage=stage)
        return json.loads(found["SecretString"])

    def output(self, key: str) -> str:
        client: Any = boto3.client("cloudformation")
        (stack,) = client.describe_stacks(StackName="mine")["Stacks"]
        return str(next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == key))

    def _console(self) -> Console:
        return Console(file=self.printed, highlight=False, markup=False, soft_wrap=True)


@pytest.fixture
def account(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        account = Account(tmp_path / "home", simulator, monkeypatch)
        yield account
    assert [secret for secret in simulator.secrets() if secret in account.printed.getvalue()] == []


def test_the_authorization_goes_to_the_stacks_secret_and_nowhere_else(account: Account) -> None:
    account.deploy()
    assert account.authorize() == 0
    assert account.stored() == account.spotify.credentials
    assert not account.file.exists()
    assert "Stored in the secret arn:aws:secretsmanager:eu-central-1:" in account.printed.getvalue()
    assert "Next: `rediscover doctor --aws --stack mine` looks" in account.printed.getvalue()


def test_a_renewal_needs_nothing_but_the_stack(account: Account) -> None:
    account.deploy()
    account.authorize()
    first = account.stored()
    del account.environment["SPOTIFY_CLIENT_ID"], account.environment["SPOTIFY_CLIENT_SECRET"]
    assert account.authorize() == 0
    assert account.stored() == account.spotify.credentials
    assert account.stored()["refresh_token"] != first["refresh_token"]


def test_an_app_that_the_home_knows_serves_an_empty_stack(account: Account) -> None:
    account.deploy()
    account.file.parent.mkdir()
    account.file.write_text(json.dumps(account.spotify.credentials))
    del account.environment["SPOTIFY_CLIENT_ID"], account.environment["SPOTIFY_CLIENT_SECRET"]
    assert account.authorize() == 0
    assert account.stored() == account.spotify.credentials


def test_without_the_stack_nobody_is_asked_to_agree(account: Account) -> None:
    browser = Browser()
    with pytest.raises(NoSuchStack, match="There is no stack other"):
        account.authorize(browser, stack="other")
    assert browser.opened == []


def test_without_aws_credentials_nobody_is_asked_to_agree(account: Account) -> None:
    browser = Browser()
    with account.patch.context() as patch:
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        with pytest.raises(AwsNotSetUp, match="no AWS credentials"):
            account.authorize(browser)
    assert browser.opened == []


def denying(operation: str) -> Callable[..., Any]:
    """botocore's own call, but for one operation that is not allowed."""
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    real: Callable[..., Any] = BaseClient._make_api_call  # type: ignore[attr-defined]  # what its clients' methods call

    def call(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if name == operation:
            refusal: Any = {"Error": {"Code": "AccessDeniedException", "Message": f"not authorized: {name}"}}
            raise ClientError(refusal, name)
        return real(client, name, arguments)

    return call


def test_a_secret_that_may_not_be_written_is_said_and_stays(account: Account) -> None:
    account.deploy()
    account.authorize()
    before = account.stored()
    account.patch.setattr("botocore.client.BaseClient._make_api_call", denying("PutSecretValue"))
    browser = Browser()
    with pytest.raises(AwsAccessDenied, match="AWS denies PutSecretValue"):
        account.authorize(browser)
    assert "Not authorized" in browser.page()
    assert account.stored() == before


def test_a_healthy_stack_has_a_tick_everywhere(account: Account) -> None:
    account.deploy()
    account.authorize()
    boto3.client("sns").subscribe(
        TopicArn=account.output("TopicArn"), Protocol="email", Endpoint="listener@example.com"
    )
    boto3.client("stepfunctions").start_execution(stateMachineArn=account.output("StateMachineArn"))
    code, lines = account.examine()
    assert "".join(line[0] for line in lines.values()) == "✓" * 11
    assert code == 0
    assert next(iter(lines)) == "Stack"
    assert lines["Credentials"].startswith("✓ from the secret arn:")
    assert "“Inbox”" in lines["Source"]
    assert "“Archive”" in lines["Target"]
    assert lines["Schedule"] == "✓ the rule weekly is enabled: rate(7 days), in UTC."
    assert lines["Notifications"] == "✓ go to listener@example.com."


def test_a_stack_that_was_only_deployed_is_told_what_it_lacks(account: Account) -> None:
    account.deploy("DISABLED")
    code, lines = account.examine()
    assert code == 1
    assert lines["Credentials"].startswith("✗ There are no credentials in the secret arn:")
    assert lines["Credentials"].endswith(" Run `rediscover authorize --aws --stack mine`.")
    assert lines["Schedule"].startswith("– the rule weekly is disabled, so nothing runs by itself.")
    assert lines["Runs"].startswith("– none yet.")
    assert lines["Notifications"].startswith("✗ nobody is told of failures.")


def test_the_playlists_given_come_before_the_stacks_own(account: Account) -> None:
    account.deploy()
    account.authorize()
    _, lines = account.examine(source=account.spotify.create_playlist("Other"))
    assert "“Other”" in lines["Source"]
    assert "“Archive”" in lines["Target"]


def test_a_replaced_refresh_token_goes_where_the_machine_keeps_it(account: Account) -> None:
    account.deploy()
    account.authorize()
    stored = account.stored()
    account.spotify.settings.rotate_refresh_token = True
    for _ in range(2):
        _, lines = account.examine()
        assert lines["Accepted"][0] == "✓"
    assert account.stored() == stored
    assert account.stored("tokens", ROTATED)["refresh_token"] == account.spotify.credentials["refresh_token"]


def test_without_the_stack_nothing_else_is_checked(account: Account) -> None:
    code, lines = account.examine(stack="other")
    assert (code, list(lines)) == (1, ["Stack"])
    assert "There is no stack other in eu-central-1." in lines["Stack"]


def test_what_may_not_be_looked_at_fails_its_line_only(account: Account) -> None:
    account.deploy()
    account.authorize()
    account.patch.setattr("botocore.client.BaseClient._make_api_call", denying("DescribeRule"))
    code, lines = account.examine()
    assert code == 1
    assert lines["Schedule"].startswith("✗ AWS denies DescribeRule")
    assert lines["Runs"][0] == "–"


def test_a_saved_parameter_that_the_next_deployment_would_set_back_is_said(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.deploy()
    account.authorize()
    _, before = account.examine()
    saved = '[default.deploy.parameters]\nstack_name = "mine"\nparameter_overrides = "RuleState=DISABLED"\n'
    (tmp_path / "samconfig.toml").write_text(saved)
    monkeypatch.chdir(tmp_path)
    code, lines = account.examine()
    assert code == 1
    assert "set RuleState=DISABLED (the stack has ENABLED)" in lines.pop("samconfig.toml")
    assert lines == before


def test_the_stacks_archive_is_checked_with_the_stacks_account(account: Account) -> None:
    account.deploy()
    account.authorize()
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    track = {"uri": "spotify:track:" + "0" * 22, "name": "Gone", "artists": ["Her"], "isrc": None, "source": ""}
    kept = {**track, "added_at": "2026-11-16T06:00:00Z", "week": "2026-W47", "left_at": None}
    body = json.dumps(record_of(account.target, [kept]))
    s3.put_object(Bucket="archive", Key=record_key(account.target), Body=body)
    out = io.StringIO()
    code = check(CheckArguments(None, True, "mine"), account.environment, Console(file=out, soft_wrap=True))
    told = json.loads(out.getvalue())
    assert (code, told["target"]["name"], [one["name"] for one in told["gone"]]) == (1, "Archive", ["Gone"])
