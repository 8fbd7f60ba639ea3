"""The engine refuses what a role's policies do not allow, as AWS does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from rediscover.engine import Engine
from rediscover.engine.access.policies import objection
from rediscover.engine.errors import TemplateError
from tests.embedded_engine.toys import run

Allow = Callable[..., str]
ROLES = "arn:aws:iam::123456789012:role/"


@pytest.fixture
def role(engine: Engine) -> Allow:
    """Makes a role with statements; its name."""
    iam = engine.client("iam")

    def made(*statements: dict[str, Any]) -> str:
        name = f"role-{uuid4()}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=document)
        return name

    engine.denials.clear()
    return made


def allow(action: Any, resource: Any, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def refusal(work: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Code and message of the error."""
    with pytest.raises(ClientError) as raised:
        work(**arguments)
    told = raised.value.response["Error"]
    assert raised.value.response["ResponseMetadata"]["RequestId"]
    return told["Code"], told["Message"]


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("s3:GetObject", "arn:aws:s3:::b/plans/a.json", True),
        ("S3:getobject", "arn:aws:s3:::b/plans/a.json", True),
        ("s3:GetObject", "arn:aws:s3:::b/Plans/a.json", False),
        ("s3:GetObject", "arn:aws:s3:::b/plans/secret/a.json", False),
        ("s3:GetObject", "arn:aws:s3:::b-plans/a.json", False),
        ("s3:PutObject", "arn:aws:s3:::b/plans/a.json", False),
        ("s3:GetObjectAcl", "arn:aws:s3:::b/plans/a.json", False),
        ("s3:GetObject", "arn:aws:s3:::b/runs/1.json", True),
        ("s3:GetObject", "arn:aws:s3:::b/runs/12.json", False),
    ],
)
def test_policies_mean_what_they_mean_on_aws(action: str, resource: str, allowed: bool) -> None:
    policies = [
        json.dumps({"Statement": allow("s3:GetObject", ["arn:aws:s3:::b/plans/*", "arn:aws:s3:::b/runs/?.json"])}),
        json.dumps({"Statement": [allow(["s3:*"], "arn:aws:s3:::b/plans/secret/*", "Deny")]}),
    ]
    assert (objection(policies, action, resource) is None) == allowed


@pytest.mark.parametrize(
    "statement",
    [
        {**allow("s3:GetObject", "*"), "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"},
        allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"),
    ],
)
def test_a_role_with_what_is_not_evaluated_is_not_deployed(tmp_path: Path, statement: dict[str, Any]) -> None:
    properties = {
        "AssumeRolePolicyDocument": {},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}],
    }
    template = tmp_path / "template.yaml"
    resources = {"Odd": {"Type": "AWS::IAM::Role", "Properties": properties}}
    template.write_text(json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}))
    with (
        pytest.raises(TemplateError, match=r"rediscover-Odd: .*does not evaluate"),
        Engine(tmp_path, {}, template=template),
    ):
        pass


def test_a_refusal_says_who_may_not_do_what_to_what(engine: Engine, role: Allow) -> None:
    name, bucket = role(), engine.resources["Bucket"]
    who = f"User: arn:aws:sts::123456789012:assumed-role/{name}/embedded is not authorized to perform:"
    assert refusal(engine.client("s3", name).put_object, Bucket=bucket, Key="a b", Body=b"") == (
        "AccessDenied",
        f"{who} s3:PutObject on resource: arn:aws:s3:::{bucket}/a b because no identity-based policy allows the "
        "s3:PutObject action",
    )
    (denied,) = engine.denials
    assert (denied.role, denied.action, denied.resource) == (name, "s3:PutObject", f"arn:aws:s3:::{bucket}/a b")


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code", "right"),
    [
        ("secretsmanager", "get_secret_value", {"SecretId": "Token"}, "AccessDeniedException", "GetSecretValue"),
        ("sns", "publish", {"TopicArn": "Topic", "Message": "m"}, "AuthorizationError", "Publish"),
        ("stepfunctions", "start_execution", {"stateMachineArn": "Machine"}, "AccessDeniedException", "StartExecution"),
        ("lambda", "invoke", {"FunctionName": "Act"}, "AccessDeniedException", "InvokeFunction"),
    ],
)
def test_each_service_refuses_in_its_own_form(
    engine: Engine, role: Allow, service: str, operation: str, arguments: dict[str, str], code: str, right: str
) -> None:
    given = {key: engine.resources.get(value, value) for key, value in arguments.items()}
    told = refusal(getattr(engine.client(service, role()), operation), **given)
    assert told[0] == code
    assert f"{right} on resource: arn:aws:" in told[1]


def test_an_explicit_deny_prevails(engine: Engine, role: Allow) -> None:
    token = engine.resources["Token"]
    name = role(allow("*", "*"), allow("secretsmanager:Get*", token, "Deny"))
    _, message = refusal(engine.client("secretsmanager", name).get_secret_value, SecretId=token)
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_what_the_engine_cannot_judge_is_refused_by_name(engine: Engine, role: Allow) -> None:
    name = role(allow("*", "*"))
    _, message = refusal(engine.client("sqs", name).list_queues)
    assert "does not know which rights sqs:ListQueues takes" in message
    _, message = refusal(engine.client("s3", name).create_bucket, Bucket="another")
    assert "s3:CreateBucket" in message
    _, message = refusal(engine.client("iam", name).list_roles)
    assert "iam:ListRoles" in message


def test_who_may_not_list_a_bucket_does_not_learn_what_is_missing(engine: Engine, role: Allow) -> None:
    bucket = engine.resources["Bucket"]
    reads = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    code, message = refusal(engine.client("s3", role(reads)).get_object, Bucket=bucket, Key="missing")
    assert code == "AccessDenied"
    assert f"s3:ListBucket on resource: arn:aws:s3:::{bucket} " in message
    both = role(reads, allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    assert refusal(engine.client("s3", both).get_object, Bucket=bucket, Key="missing")[0] == "NoSuchKey"
    assert refusal(engine.client("s3", role()).get_object, Bucket="no-such-bucket", Key="a")[0] == "NoSuchBucket"


def test_a_write_on_condition_of_what_is_there_takes_reading_too(engine: Engine, role: Allow) -> None:
    bucket = engine.resources["Bucket"]
    s3 = engine.client("s3", role(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*")))
    etag = s3.put_object(Bucket=bucket, Key="claim", Body=b"1", IfNoneMatch="*")["ETag"]
    _, message = refusal(s3.put_object, Bucket=bucket, Key="claim", Body=b"2", IfMatch=etag)
    assert "s3:GetObject" in message


def test_a_key_that_the_engine_has_not_given_out_is_refused(engine: Engine) -> None:
    session: Any = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
    client = session.client("secretsmanager", endpoint_url=engine.endpoint_url)
    assert refusal(client.list_secrets)[0] == "UnrecognizedClientException"


def test_an_execution_has_the_rights_of_its_machines_role_and_no_more(engine: Engine, role: Allow) -> None:
    act = engine.client("lambda").get_function_configuration(FunctionName=engine.resources["Act"])["FunctionArn"]
    states = {"Act": {"Type": "Task", "Resource": act, "End": True}}
    definition = {"StartAt": "Act", "States": states}
    given = {"do": "echo"}
    ended = run(engine, definition, given, role=ROLES + role(allow("lambda:InvokeFunction", act)))
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", given)
    ended = run(engine, definition, given, role=ROLES + role())
    assert ended["status"] == "FAILED"
    assert f"lambda:InvokeFunction on resource: {act}" in ended["cause"]
