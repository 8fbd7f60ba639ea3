"""`sam build` and `sam deploy`, as the README has them, and what the deployed stack does."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bundle import contents
from rediscover.simulator import Fault
from tests.deploy.cloud import REGION, Cloud
from tests.deploy.conftest import STACK, Deployed, deploy

pytestmark = pytest.mark.deploy
ON_LAMBDA = ("boto3", "botocore", "jmespath", "s3transfer", "urllib3")
"""What Lambda's Python brings along: boto3 and what that needs."""


def test_a_deployed_stack_archives_what_is_new_and_nothing_twice(deployed: Deployed) -> None:
    deployed.spotify.faults.add(Fault("unavailable", "GET", f"/playlists/{deployed.source}"))
    first = deployed.run()
    assert first["status"] == "SUCCEEDED", first
    assert json.loads(first["output"])["pairs"][0]["added"] == 30
    assert deployed.spotify.uris(deployed.target) == deployed.spotify.uris(deployed.source)
    second = deployed.run()
    assert json.loads(second["output"])["outcome"] == "nothing_new"
    assert len(deployed.spotify.uris(deployed.target)) == 30


def test_an_update_is_made_in_place_and_keeps_what_was_stored(deployed: Deployed) -> None:
    secrets = deployed.cloud.client("secretsmanager")
    before = deployed.outputs
    stored = secrets.get_secret_value(SecretId=before["CredentialsSecretArn"])["SecretString"]
    deployed.deploy(SettleSeconds="1", LogRetentionDays="7")
    assert deployed.outputs == before
    assert secrets.get_secret_value(SecretId=before["CredentialsSecretArn"])["SecretString"] == stored
    retention = {group["retentionInDays"] for group in deployed.cloud.client("logs").describe_log_groups()["logGroups"]}
    assert 7 in retention
    assert deployed.run()["status"] == "SUCCEEDED"


def test_the_enabled_rule_starts_an_execution(deployed: Deployed) -> None:
    states = deployed.cloud.client("stepfunctions")
    machine = deployed.outputs["StateMachineArn"]
    known = {one["executionArn"] for one in states.list_executions(stateMachineArn=machine)["executions"]}
    deployed.deploy(ScheduleExpression="rate(1 minute)", ScheduleState="ENABLED")
    try:
        started = _new_execution(states, machine, known, seconds=150)
    finally:
        deployed.deploy(ScheduleState="DISABLED")
    execution = deployed.cloud.ended(started)
    assert json.loads(execution["input"]) == {}
    assert execution["status"] == "SUCCEEDED"


def test_a_function_may_not_read_what_another_may(deployed: Deployed) -> None:
    cloud, roles, secret = deployed.cloud, _roles(deployed.cloud), deployed.outputs["CredentialsSecretArn"]
    allowed = cloud.client("secretsmanager", **_keys(cloud, roles["RefreshTokenFunctionRole"]))
    assert allowed.get_secret_value(SecretId=secret)
    denied = cloud.client("secretsmanager", **_keys(cloud, roles["ReadPlaylistFunctionRole"]))
    with pytest.raises(ClientError, match="AccessDenied"):
        denied.get_secret_value(SecretId=secret)


def test_the_bucket_answers_no_function_without_tls(deployed: Deployed) -> None:
    cloud, bucket = deployed.cloud, deployed.outputs["BucketName"]
    keys = _keys(cloud, _roles(cloud)["ReadPlaylistFunctionRole"])
    assert cloud.client("s3", **keys).list_objects_v2(Bucket=bucket)
    with pytest.raises(ClientError, match="AccessDenied"):
        cloud.client("s3", endpoint_url=cloud.plain_url, **keys).list_objects_v2(Bucket=bucket)


def test_a_bundle_holds_all_that_its_handlers_import(built: Path, tmp_path: Path) -> None:
    installed = Path(boto3.__file__).parents[1]
    for package in ON_LAMBDA:
        (tmp_path / package).symlink_to(installed / package)
    bundles = [folder for folder in built.parent.iterdir() if folder.is_dir()]
    assert len(bundles) >= 7
    for bundle in bundles:
        handlers = [Path(name).stem for name in contents() if "/" not in name]
        program = f"import sys; sys.path.append({str(tmp_path)!r}); import {', '.join(handlers)}"
        done = subprocess.run(
            [sys.executable, "-S", "-c", program],
            cwd=bundle,
            env={"AWS_DEFAULT_REGION": REGION},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


def test_a_stack_beside_another_is_deleted_and_leaves_its_bucket_only(deployed: Deployed) -> None:
    cloud, other = deployed.cloud, f"{STACK}-two"
    deploy(cloud, deployed.template, other, {})
    bucket = cloud.outputs(other)["BucketName"]
    cloud.client("s3").put_object(Bucket=bucket, Key="runs/one.json", Body=b"{}")
    cloud.sam("delete", "--stack-name", other, "--no-prompts")
    assert _names(cloud, other) == [bucket]
    assert deployed.outputs["StateMachineArn"].endswith(f":{STACK}")


def _names(cloud: Cloud, stack: str) -> list[str]:
    """Everything in the account that is called after a stack."""
    pages: list[tuple[str, str, str, str]] = [
        ("lambda", "list_functions", "Functions", "FunctionName"),
        ("iam", "list_roles", "Roles", "RoleName"),
        ("secretsmanager", "list_secrets", "SecretList", "Name"),
        ("stepfunctions", "list_state_machines", "stateMachines", "name"),
        ("events", "list_rules", "Rules", "Name"),
        ("logs", "describe_log_groups", "logGroups", "logGroupName"),
        ("sns", "list_topics", "Topics", "TopicArn"),
        ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        ("s3", "list_buckets", "Buckets", "Name"),
    ]
    found = []
    for service, operation, field, name in pages:
        answer: Any = getattr(cloud.client(service), operation)()
        found += [str(one[name]) for one in answer[field]]
    queues = cloud.client("sqs").list_queues().get("QueueUrls", [])
    return [name for name in found + queues if stack in name]


def _new_execution(states: Any, machine: str, known: set[str], seconds: float) -> str:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for one in states.list_executions(stateMachineArn=machine)["executions"]:
            if one["executionArn"] not in known:
                return str(one["executionArn"])
        time.sleep(1)
    raise AssertionError(f"The rule started nothing in {seconds:.0f} s.")


def _roles(cloud: Cloud) -> dict[str, str]:
    """The names of the stack's roles, by logical id."""
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}


def _keys(cloud: Cloud, role: str) -> dict[str, str]:
    """boto3's settings for a client that has assumed a role."""
    arn = cloud.client("iam").get_role(RoleName=role)["Role"]["Arn"]
    keys = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
