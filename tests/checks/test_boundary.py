"""The pipeline's boundary: no role of the stack can be given more, whatever is pushed, and nothing takes it off."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from rediscover.engine.aws import ACCOUNT
from rediscover.engine.deployment.intrinsics import Resolver
from rediscover.engine.deployment.template import load
from tests.checks.generated import created, name
from tests.checks.iam import allows, listed
from tests.checks.test_pipeline import PIPELINE as WRITTEN
from tests.checks.test_pipeline import ROOT
from tests.support.rights import EVERYTHING, TEMPLATE, resources, roles

PIPELINE: dict[str, Any] = json.loads(json.dumps(WRITTEN))
OWN_STACK = "rediscover-pipeline"
STACKS = ["rediscover", "a-stack-of-twenty-five-ch"]
AWS_MANAGED = json.loads(aws_managed_policies_data)
OTHER_BOUNDARY = "arn:aws:iam::aws:policy/AdministratorAccess"
GIVING = ["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary"]
POLICY_SIZE, INLINE_SIZE = 6_144, 10_240
"""Most characters without white space of a managed policy, and of all inline policies of a role (IAM, quotas)."""


def pipeline(stack: str) -> Any:
    """The pipeline's resources as they are deployed for a stack."""
    values = {one: parameter.get("Default", "") for one, parameter in PIPELINE["Parameters"].items()}
    given = {**values, "StackName": stack, "AWS::StackName": OWN_STACK}
    return Resolver(PIPELINE, given, created(OWN_STACK, PIPELINE["Resources"])).resolve(PIPELINE["Resources"])


def deploying(stack: str = STACKS[0]) -> list[dict[str, Any]]:
    """What the DeployRole may do."""
    return [
        statement
        for policy in pipeline(stack)["DeployRole"]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


BOUNDARY = created(OWN_STACK, PIPELINE["Resources"])["Boundary"].ref


def role(logical_id: str = "PrepareFunctionRole", stack: str = STACKS[0]) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name(stack, logical_id)}"


def used(stack: str) -> Iterator[tuple[str, str, str]]:
    """Each role's name, with every action and resource that its policies give it, AWS's own ones too."""
    template, values = load(TEMPLATE, EVERYTHING)
    resolver = Resolver(template, {**values, "AWS::StackName": stack}, created(stack, template["Resources"]))
    for owner, properties in roles().items():
        found = resolver.resolve(properties)
        documents = [policy["PolicyDocument"] for policy in found["Policies"]]
        documents += [AWS_MANAGED[arn.rpartition("/")[2]]["Document"] for arn in found.get("ManagedPolicyArns", [])]
        for statement in (one for document in documents for one in document["Statement"]):
            for action in listed(statement["Action"]):
                yield from ((owner, action, resource) for resource in listed(statement["Resource"]))


def needed(stack: str) -> list[tuple[str, str, str]]:
    """`used`, of AWS's policy for logs only what a function needs that logs to the stack's own group."""
    log = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/{stack}:log-stream:2026/11/26/[$LATEST]0"
    logs = {"logs:CreateLogStream", "logs:PutLogEvents"}
    kept = [one for one in used(stack) if one[1] != "logs:CreateLogGroup"]
    return [(owner, action, log if action in logs else resource) for owner, action, resource in kept]


@pytest.mark.parametrize("stack", STACKS)
def test_the_boundary_allows_every_right_that_a_role_of_the_template_has(stack: str) -> None:
    boundary = pipeline(stack)["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    every = needed(stack)
    assert len(every) > 150
    assert [one for one in every if not allows(boundary, one[1], one[2])] == []


def test_the_boundary_allows_no_action_that_no_role_has() -> None:
    boundary = pipeline(STACKS[0])["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = {action for statement in boundary for action in statement["Action"]}
    assert allowed == {action for _, action, _ in needed(STACKS[0])}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/me"),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:Database-a1B2c3"),
        ("s3:GetObject", "arn:aws:s3:::somebody-elses/object"),
        ("s3:PutObject", f"arn:aws:s3:::{OWN_STACK}-artifactbucket-abc/bundles/x"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:rediscover-PrepareFunction-a"),
    ],
)
def test_a_role_that_is_given_everything_still_may_not(action: str, resource: str) -> None:
    boundary = pipeline(STACKS[0])["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    assert not allows(boundary, action, resource)


@pytest.mark.parametrize("template", ["template.yaml", "schedule.yaml"])
def test_every_role_bears_the_boundary_that_is_given_and_none_without(template: str) -> None:
    every = EVERYTHING if template == "template.yaml" else {"StateMachineArn": MACHINE, "TopicArn": TOPIC}
    for given in ("", BOUNDARY):
        found, values = load(ROOT / template, {**every, "PermissionsBoundary": given})
        resolver = Resolver(found, values, created("rediscover", found["Resources"]))
        made = [one["Properties"] for one in found["Resources"].values() if one["Type"] == "AWS::IAM::Role"]
        assert made
        assert {resolver.resolve(one).get("PermissionsBoundary", "") for one in made} == {given}


MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:rediscover"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:topic"


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("logical_id", list(roles()))
def test_every_role_of_the_template_can_be_deployed_with_the_boundary(logical_id: str, stack: str) -> None:
    (trusted,) = roles()[logical_id]["AssumeRolePolicyDocument"]["Statement"]
    made = role(logical_id, stack)
    may = deploying(stack)
    for action in GIVING:
        assert allows(may, action, made, iam_PermissionsBoundary=BOUNDARY), action
    for managed in roles()[logical_id].get("ManagedPolicyArns", []):
        bound = {"iam_PermissionsBoundary": BOUNDARY, "iam_PolicyARN": managed}
        assert allows(may, "iam:AttachRolePolicy", made, **bound)
        assert allows(may, "iam:DetachRolePolicy", made, **bound)
    for service in trusted["Principal"]["Service"]:
        assert allows(may, "iam:PassRole", made, iam_PassedToService=service)
    assert allows(may, "iam:DeleteRole", made)


@pytest.mark.parametrize("action", [*GIVING, "iam:AttachRolePolicy", "iam:DetachRolePolicy"])
def test_nothing_is_given_to_a_role_without_the_boundary_or_with_another(action: str) -> None:
    managed = {"iam_PolicyARN": "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"}
    assert allows(deploying(), action, role(), iam_PermissionsBoundary=BOUNDARY, **managed)
    assert not allows(deploying(), action, role(), **managed)
    assert not allows(deploying(), action, role(), iam_PermissionsBoundary=OTHER_BOUNDARY, **managed)


@pytest.mark.parametrize("bound", [{}, {"iam_PermissionsBoundary": BOUNDARY}])
def test_the_boundary_is_never_taken_off(bound: dict[str, str]) -> None:
    assert not allows(deploying(), "iam:DeleteRolePermissionsBoundary", role(), **bound)


@pytest.mark.parametrize(
    "action", ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicyVersion", "iam:DeletePolicy"]
)
def test_the_boundary_is_never_changed(action: str) -> None:
    assert not allows(deploying(), action, BOUNDARY)
    assert not allows([*deploying(), {"Effect": "Allow", "Action": "*", "Resource": "*"}], action, BOUNDARY)


def test_whom_a_role_trusts_is_never_changed() -> None:
    """IAM knows no condition on the boundary there, so any role of such a name would be open, bounded or not."""
    assert not allows(deploying(), "iam:UpdateAssumeRolePolicy", role(), iam_PermissionsBoundary=BOUNDARY)


def test_no_other_managed_policy_is_attached() -> None:
    bound = {"iam_PermissionsBoundary": BOUNDARY, "iam_PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
    assert not allows(deploying(), "iam:AttachRolePolicy", role(), **bound)


@pytest.mark.parametrize("service", ["ec2.amazonaws.com", "cloudformation.amazonaws.com", "codebuild.amazonaws.com"])
def test_no_role_is_passed_to_another_service(service: str) -> None:
    assert not allows(deploying(), "iam:PassRole", role(), iam_PassedToService=service)


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:PassRole", "iam:DeleteRole"])
@pytest.mark.parametrize("other", ["rediscover-admin", f"{OWN_STACK}-DeployRole-a", "Admin"])
def test_no_role_of_another_kind_is_reached(action: str, other: str) -> None:
    context = {"iam_PermissionsBoundary": BOUNDARY, "iam_PassedToService": "lambda.amazonaws.com"}
    assert not allows(deploying(), action, f"arn:aws:iam::{ACCOUNT}:role/{other}", **context)


@pytest.mark.parametrize("user", ["iam:CreateUser", "iam:CreateAccessKey", "iam:AttachUserPolicy", "sts:AssumeRole"])
def test_no_user_is_made_and_no_role_assumed(user: str) -> None:
    assert not allows(deploying(), user, f"arn:aws:iam::{ACCOUNT}:user/me", iam_PermissionsBoundary=BOUNDARY)


MAKING = {
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::Events::Rule": "events:PutRule",
    "AWS::Lambda::Function": "lambda:CreateFunction",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup",
    "AWS::S3::Bucket": "s3:CreateBucket",
    "AWS::SNS::Topic": "sns:CreateTopic",
    "AWS::SQS::Queue": "sqs:CreateQueue",
    "AWS::SecretsManager::Secret": "secretsmanager:CreateSecret",
    "AWS::StepFunctions::StateMachine": "states:CreateStateMachine",
}


@pytest.mark.parametrize("stack", STACKS)
def test_everything_of_the_template_may_be_made_under_its_name(stack: str) -> None:
    found = resources()
    made = created(stack, found)
    asked = [
        (MAKING[one["Type"]], made[name].attributes["Arn"]) for name, one in found.items() if one["Type"] in MAKING
    ]
    assert {action for action, _ in asked} == set(MAKING.values())
    assert [one for one in asked if not allows(deploying(stack), *one)] == []


def test_deployments_by_hand_and_of_the_pipeline_find_their_bundles() -> None:
    buckets = [
        "aws-sam-cli-managed-default-samclisourcebucket-abc/0f",
        f"{OWN_STACK}-artifactbucket-abc012defg34/bundles/0f",
    ]
    assert [allows(deploying(), "s3:GetObject", f"arn:aws:s3:::{one}") for one in buckets] == [True, True]


@pytest.mark.parametrize("stack", STACKS)
def test_the_policies_are_no_larger_than_iam_takes(stack: str) -> None:
    deployed = pipeline(stack)
    size = len("".join(json.dumps(deployed["Boundary"]["Properties"]["PolicyDocument"]).split()))
    assert size < POLICY_SIZE
    for one in deployed.values():
        if one["Type"] == "AWS::IAM::Role":
            inline = [policy["PolicyDocument"] for policy in one["Properties"]["Policies"]]
            assert len("".join(json.dumps(inline).split())) < INLINE_SIZE
