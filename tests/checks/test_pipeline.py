"""What pipeline.yaml and buildspec.yml promise beside each other and beside template.yaml."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from rediscover.engine.deployment.template import load
from tests.checks.generated import STACK_PART

ROOT = Path(__file__).parents[2]
PIPELINE: dict[str, Any] = yaml_parse((ROOT / "pipeline.yaml").read_text(encoding="utf-8"))
BUILDSPEC: dict[str, Any] = yaml.safe_load((ROOT / "buildspec.yml").read_text(encoding="utf-8"))
RESOURCES = PIPELINE["Resources"]
ROLES = [name for name, resource in RESOURCES.items() if resource["Type"] == "AWS::IAM::Role"]
READING = re.compile(r"^\w+:(Get|List|Describe)[A-Za-z]*\*?$")
PREFIXES = {"Logs": "logs", "StepFunctions": "states", "Lambda": "lambda", "SecretsManager": "secretsmanager"}


def statements(role: str) -> list[dict[str, Any]]:
    policies = RESOURCES[role]["Properties"]["Policies"]
    return [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]


def allowed(role: str) -> list[dict[str, Any]]:
    return [one for one in statements(role) if one["Effect"] == "Allow"]


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return [action for branch in found["Fn::If"][1:] for action in branch] if isinstance(found, dict) else found


def project() -> dict[str, Any]:
    properties: dict[str, Any] = RESOURCES["Project"]["Properties"]
    return properties


def test_the_linter_finds_nothing() -> None:
    from cfnlint.api import lint_file  # it loads sympy, which each process that collects would

    assert lint_file(ROOT / "pipeline.yaml") == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_only_read_by_wildcard(role: str) -> None:
    for statement in allowed(role):
        assert [action for action in actions(statement) if "*" in action and not READING.match(action)] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_everything_only_where_aws_knows_no_resource(role: str) -> None:
    unbounded = [one["Sid"] for one in allowed(role) if "*" in one["Resource"]]
    assert unbounded == (["WhatKnowsNoResource"] if role == "DeployRole" else [])


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reads_a_secret(role: str) -> None:
    assert not [one for one in allowed(role) if "secretsmanager:GetSecretValue" in actions(one)]


@pytest.mark.parametrize("role", ["BuildRole", "DeployRole"])
def test_roles_are_passed_to_named_services_only(role: str) -> None:
    passing = [one for one in allowed(role) if "iam:PassRole" in actions(one)]
    assert passing
    assert all(one["Condition"]["StringEquals"]["iam:PassedToService"] for one in passing)


def test_the_build_itself_changes_nothing_but_the_stack() -> None:
    services = {action.split(":")[0] for one in allowed("BuildRole") for action in actions(one)}
    source = {"codecommit", "codeconnections", "codestar-connections"}
    assert services - source == {"cloudformation", "codebuild", "iam", "logs", "s3"}


def test_every_service_of_the_template_may_be_deployed() -> None:
    template, _ = load(ROOT / "template.yaml", {})
    used = {resource["Type"].split("::")[1] for resource in template["Resources"].values()}
    may = {action.split(":")[0] for one in allowed("DeployRole") for action in actions(one)}
    assert {PREFIXES.get(service, service.lower()) for service in used} - may == set()


def test_every_state_machine_of_the_template_may_be_deployed() -> None:
    template, _ = load(ROOT / "template.yaml", {})
    machines = [one for one in template["Resources"].values() if one["Type"] == "AWS::StepFunctions::StateMachine"]
    names = {str(one["Properties"]["StateMachineName"].get("Fn::Sub", "${AWS::StackName}")) for one in machines}
    (deploying,) = [one for one in allowed("DeployRole") if "states:CreateStateMachine" in actions(one)]
    may = {one["Fn::Sub"].partition(":stateMachine:")[2] for one in deploying["Resource"]}
    assert {name.replace("AWS::StackName", "StackName") for name in names} == may


def test_only_the_policies_that_the_template_attaches_may_be_attached() -> None:
    template, _ = load(ROOT / "template.yaml", {})
    roles = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::IAM::Role"]
    attached = {arn.partition(":policy/")[2] for role in roles for arn in role.get("ManagedPolicyArns", [])}
    (attaching,) = [one for one in allowed("DeployRole") if "iam:AttachRolePolicy" in actions(one)]
    named = {one["Fn::Sub"].partition(":policy/")[2] for one in attaching["Condition"]["ArnEquals"]["iam:PolicyARN"]}
    assert attached == named


def test_the_deploying_role_may_not_change_its_own_rights() -> None:
    (denied,) = [one for one in statements("DeployRole") if one["Effect"] == "Deny"]
    assert denied["Action"] == ["iam:*"]
    assert "${AWS::StackName}-*" in denied["Resource"][0]["Fn::Sub"]


def test_the_stacks_name_is_whole_in_every_name_that_cloudformation_gives() -> None:
    """The policies of its roles are for names that begin with it."""
    pattern = re.compile(PIPELINE["Parameters"]["StackName"]["AllowedPattern"])
    assert pattern.match("a" * STACK_PART)
    assert not pattern.match("a" * (STACK_PART + 1))


def test_a_build_deploys_with_the_boundary() -> None:
    given = {one["Name"]: one["Value"] for one in project()["Environment"]["EnvironmentVariables"]}
    assert given["PERMISSIONS_BOUNDARY"] == {"Ref": "Boundary"}
    assert '"PermissionsBoundary=$PERMISSIONS_BOUNDARY"' in BUILDSPEC["phases"]["build"]["commands"][-1]


def test_builds_run_on_the_functions_own_architecture_and_python() -> None:
    function = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))["Globals"]["Function"]
    assert function["Architectures"] == ["arm64"]
    assert project()["Environment"]["Type"] == "ARM_CONTAINER"
    assert project()["Environment"]["Image"] == "aws/codebuild/amazonlinux-aarch64-standard:4.0"
    assert f"python{BUILDSPEC['phases']['install']['runtime-versions']['python']}" == function["Runtime"]


def test_the_build_gets_every_variable_that_it_uses() -> None:
    commands = "\n".join(command for phase in BUILDSPEC["phases"].values() for command in phase["commands"])
    given = {one["Name"] for one in project()["Environment"]["EnvironmentVariables"]}
    assert set(re.findall(r"\$(\w+)", commands)) == given


def test_only_a_push_to_the_branch_starts_a_build() -> None:
    pattern = RESOURCES["PushRule"]["Properties"]["EventPattern"]
    assert pattern["detail"]["referenceName"] == [{"Ref": "Branch"}]
    (event, branch) = project()["Triggers"]["Fn::If"][1]["FilterGroups"][0]
    assert event == {"Type": "EVENT", "Pattern": "PUSH"}
    assert branch == {"Type": "HEAD_REF", "Pattern": {"Fn::Sub": "^refs/heads/${Branch}$"}}


def test_a_build_checks_and_tests_before_it_deploys() -> None:
    before = " ".join(BUILDSPEC["phases"]["pre_build"]["commands"])
    assert all(f"make {target} " in f"{before} " for target in ("check", "test", "test-deploy"))
    assert "sam deploy" in BUILDSPEC["phases"]["build"]["commands"][-1]


def test_no_bundle_is_forgotten_that_a_rollback_may_need() -> None:
    rules = RESOURCES["ArtifactBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [rule["Prefix"] for rule in rules] == ["cache/"]


def test_the_log_is_forgotten_and_the_bucket_takes_no_request_without_tls() -> None:
    assert RESOURCES["BuildLogs"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    (statement,) = RESOURCES["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}
