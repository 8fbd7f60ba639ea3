"""pipeline.yaml deployed, and the phases of buildspec.yml run as its CodeBuild project would run them.

In a clean copy of the project, with the project's variables and its role's rights. Two things differ from CodeBuild:
Python is the one that runs the tests, and the checks and tests are only listed (`make --dry-run`), since they hold
this test.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.deploy.cloud import ACCOUNT, REGION, ROOT, Cloud

pytestmark = pytest.mark.deploy
PIPELINE = "rediscover-pipeline"
STACK = "rediscover-ci"
CONNECTION = f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/0f0f0f0f-0000-4000-8000-000000000000"
LEFT_OUT = shutil.ignore_patterns(".venv*", ".git", ".aws-sam", ".*_cache", ".hypothesis", "__pycache__", "*.egg-info")
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
LIST_THE_TESTS = """\
make() { case $1 in check | test*) command make --dry-run "$@" ;; *) command make "$@" ;; esac }
"""


@pytest.fixture(scope="module")
def project(cloud: Cloud) -> dict[str, Any]:
    """The CodeBuild project of a deployed pipeline, as CodeBuild describes it."""
    given = (
        f"StackName={STACK}",
        f"ConnectionArn={CONNECTION}",
        "RepositoryUrl=https://github.com/you/rediscover-weekly.git",
    )
    template = ("--template-file", "pipeline.yaml", "--stack-name", PIPELINE, "--no-confirm-changeset")
    cloud.sam("deploy", *template, "--parameter-overrides", *given)
    name = cloud.outputs(PIPELINE)["ProjectName"]
    (found,) = cloud.client("codebuild").batch_get_projects(names=[name])["projects"]
    return dict(found)


@pytest.fixture
def build_environment(cloud: Cloud, project: dict[str, Any]) -> dict[str, str]:
    """The environment of a build: buildspec.yml's variables, the project's over them, the role's keys."""
    role = project["serviceRole"]
    # Only CodeBuild may assume it; this is not CodeBuild.
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    cloud.client("iam").update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=document)
    keys = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="build")["Credentials"]
    variables = {one["name"]: one["value"] for one in project["environment"]["environmentVariables"]}
    return {
        **cloud.environment,
        **buildspec()["env"]["variables"],
        **variables,
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "CODEBUILD_BUILD_ID": f"{project['name']}:1",
    }


def buildspec() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "buildspec.yml").read_text())
    return loaded


def script() -> str:
    """All commands in the order of the phases, in one shell, ending at the first that fails."""
    phases = buildspec()["phases"]
    commands = [command for phase in ("install", "pre_build", "build") for command in phases[phase]["commands"]]
    return LIST_THE_TESTS + "\n".join(f"{command} || exit" for command in commands)


@pytest.mark.timeout(900)
def test_a_build_deploys_the_stack_with_its_own_rights(
    cloud: Cloud, build_environment: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    done = subprocess.run(
        ["bash", "-c", script()],
        cwd=source,
        env=build_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=880,
    )
    assert done.returncode == 0, done.stdout
    assert "ruff check ." in done.stdout
    assert f"--junitxml={buildspec()['reports']['tests']['files'][0].split('*')[0]}" in done.stdout
    assert cloud.outputs(STACK)["StateMachineArn"].endswith(f":stateMachine:{STACK}")
    cloud.sam("delete", "--stack-name", STACK, "--no-prompts")


def test_a_build_may_not_read_the_credentials(cloud: Cloud, build_environment: dict[str, str]) -> None:
    arn = cloud.client("secretsmanager").create_secret(Name="CredentialsSecret-1", SecretString="{}")["ARN"]
    keys = {name.lower(): build_environment[name] for name in build_environment if name in KEYS}
    with pytest.raises(ClientError, match="AccessDenied"):
        cloud.client("secretsmanager", **keys).get_secret_value(SecretId=arn)
