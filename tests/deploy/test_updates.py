"""What is changed on a deployed stack, the way the README does it, and how it is removed."""

import json
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from rediscover.simulator import Fault
from tests.deploy.cloud import ROOT, SAM, Cloud
from tests.deploy.conftest import STACK, Deployed, deploy

pytestmark = pytest.mark.deploy
README = (ROOT / "README.md").read_text(encoding="utf-8")
WAITING = f"{STACK}-waits"


def as_written(step: int) -> list[str]:
    """The arguments of the `sam deploy` of a step of the README."""
    text = README.partition("### On AWS")[2].partition(f"\n{step}. ")[2]
    found = re.search(r"^ *\$ sam (deploy .+)$", text, re.MULTILINE)
    assert found
    return shlex.split(found[1])


def sam(deployed: Deployed, *arguments: str) -> None:
    """The SAM CLI with the project's samconfig.toml, but that nobody confirms."""
    project = ("--config-file", str(ROOT / "samconfig.toml"), "--template-file", str(deployed.template))
    deployed.cloud.sam(*arguments, *project, "--no-confirm-changeset")


@contextmanager
def new_code(deployed: Deployed) -> Iterator[None]:
    """Something to deploy."""
    before = deployed.template.read_text(encoding="utf-8")
    deployed.template.write_text(before.replace("MemorySize: 512", "MemorySize: 513"), encoding="utf-8")
    try:
        yield
    finally:
        deployed.template.write_text(before, encoding="utf-8")


def rule(deployed: Deployed) -> tuple[str, str]:
    found = deployed.cloud.client("events").describe_rule(Name=deployed.outputs["ScheduleRuleName"])
    return found["State"], found["ScheduleExpression"]


def test_the_schedule_stays_on_over_a_deployment_that_does_not_name_it(deployed: Deployed) -> None:
    first = [one for one in as_written(3) if "…" not in one]
    assert first == ["deploy", "--parameter-overrides"]  # nothing that samconfig.toml would keep, and send again
    sam(deployed, *as_written(6))
    try:
        assert rule(deployed) == ("ENABLED", "cron(0 6 ? * MON *)")
        with new_code(deployed):
            sam(deployed, "deploy")
        assert rule(deployed) == ("ENABLED", "cron(0 6 ? * MON *)")
        alarms = deployed.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
        assert f"{STACK}-no-success" in {one["AlarmName"] for one in alarms}
        function = deployed.cloud.client("lambda").list_functions()["Functions"]
        assert {one["MemorySize"] for one in function if one["FunctionName"].startswith(f"{STACK}-Prepare")} == {513}
    finally:
        deployed.deploy(ScheduleState="DISABLED")


def test_renewing_by_tap_has_an_address_that_anyone_can_open_until_it_is_switched_off(deployed: Deployed) -> None:
    deployed.deploy(RenewByTap="ENABLED")
    url, authorize = deployed.outputs["RenewUrl"], f"{deployed.spotify.accounts_url}/authorize"
    try:
        assert deployed.outputs["RenewRedirectUri"] == f"{url}callback"
        consent = opened(deployed.cloud, url)
        assert (consent.status_code, consent.headers["Location"].partition("?")[0]) == (302, authorize)
        assert f"Renew it in any browser: {url}" in str(deployed.cloud.client("lambda").list_functions())
        with new_code(deployed):
            sam(deployed, "deploy")
        assert deployed.outputs["RenewUrl"] == url
    finally:
        deployed.deploy(RenewByTap="DISABLED")
    assert "RenewUrl" not in deployed.outputs
    assert opened(deployed.cloud, url).status_code in (403, 404)


def opened(cloud: Cloud, url: str) -> requests.Response:
    """A function's address opened by a stranger: MiniStack serves it under its own, too."""
    function = url.removeprefix("https://").partition(".")[0]
    address = f"{cloud.environment['AWS_ENDPOINT_URL']}/_aws/lambda-url/{function}/"
    return requests.get(address, verify=str(cloud.certificate), timeout=30, allow_redirects=False)


def test_a_stack_whose_run_waits_is_deleted_once_the_run_is_stopped(deployed: Deployed) -> None:
    cloud = deployed.cloud
    machine, bucket = waiting(deployed)
    states = cloud.client("stepfunctions")
    (run,) = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
    arguments = [str(SAM), "delete", "--stack-name", WAITING, "--no-prompts"]
    with subprocess.Popen(arguments, env=cloud.environment, stdout=subprocess.DEVNULL) as deleting:
        until(lambda: "DELETE_IN_PROGRESS" in statuses(cloud, "StateMachine"))
        assert deleting.poll() is None
        assert states.describe_execution(executionArn=run["executionArn"])["status"] == "RUNNING"
        states.stop_execution(executionArn=run["executionArn"])
        assert deleting.wait(120) == 0
    assert bucket in {one["Name"] for one in cloud.client("s3").list_buckets()["Buckets"]}
    assert WAITING not in str(states.list_state_machines())


def waiting(deployed: Deployed) -> tuple[str, str]:
    """A second stack with a run that waits for a day; its state machine, and its bucket."""
    cloud, spotify = deployed.cloud, deployed.spotify
    pair = {"SourcePlaylist": deployed.source, "TargetPlaylist": deployed.target}
    deploy(cloud, deployed.template, WAITING, {**spotify.parameters, **pair})
    outputs = cloud.outputs(WAITING)
    credentials = json.dumps(spotify.credentials)
    cloud.client("secretsmanager").put_secret_value(SecretId=outputs["CredentialsSecretArn"], SecretString=credentials)
    struck = spotify.faults.add(Fault("rate_limited", "POST", "/api/token", retry_after=86_400))
    machine = outputs["StateMachineArn"]
    arn = cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    until(lambda: "WaitToRefreshToken" in str(history(cloud, arn)))
    assert struck.struck == 1
    return machine, outputs["BucketName"]


def history(cloud: Cloud, arn: str) -> Any:
    return cloud.client("stepfunctions").get_execution_history(executionArn=arn)["events"]


def statuses(cloud: Cloud, logical_id: str) -> set[str]:
    """What became of a resource so far."""
    events = cloud.client("cloudformation").describe_stack_events(StackName=WAITING)["StackEvents"]
    return {one["ResourceStatus"] for one in events if one["LogicalResourceId"] == logical_id}


def until(happened: Any) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("It does not happen.")
