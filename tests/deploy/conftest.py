"""The stack as the SAM CLI deploys it, on an AWS on this machine."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rediscover.simulator import Simulator
from tests.deploy.cloud import Cloud

STACK = "rediscover"


@dataclass
class Deployed:
    """The deployed stack, and the playlists it archives."""

    cloud: Cloud
    spotify: Simulator
    template: Path
    source: str
    target: str

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        return self.cloud.outputs(STACK)

    def deploy(self, **parameters: str) -> None:
        """`sam deploy`, with these parameters changed."""
        deploy(self.cloud, self.template, STACK, parameters)

    def run(self) -> dict[str, Any]:
        """Start the state machine by hand and wait until it has ended; DescribeExecution's answer."""
        machine = self.outputs["StateMachineArn"]
        started = self.cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")
        return self.cloud.ended(started["executionArn"])


def deploy(cloud: Cloud, template: Path, stack: str, parameters: dict[str, str]) -> None:
    """`sam deploy` of what `sam build` built."""
    given = [f'{name}="{value}"' for name, value in parameters.items()]
    overrides = ["--parameter-overrides", *given] if given else []
    arguments = ("--template-file", str(template), "--stack-name", stack, "--no-confirm-changeset")
    cloud.sam("deploy", *arguments, "--resolve-s3", "--capabilities", "CAPABILITY_IAM", *overrides)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture(scope="session")
def built(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template that `sam build` left, beside the functions' bundles."""
    folder = tmp_path_factory.mktemp("built")
    cloud.sam("build", "--build-dir", str(folder))
    return folder / "template.yaml"


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, built: Path, shared_simulator: Simulator) -> Deployed:
    """The stack after `sam deploy`, with the listener's credentials stored and a source of 30 tracks."""
    spotify = shared_simulator
    source = spotify.create_playlist("Discover Weekly copy", spotify.tracks(30))
    stack = Deployed(cloud, spotify, built, source, spotify.create_playlist("Archive"))
    stack.deploy(
        SourcePlaylist=source,
        TargetPlaylist=stack.target,
        SpotifyApiUrl=spotify.api_url,
        SpotifyAccountsUrl=spotify.accounts_url,
        SettleSeconds="0",
    )
    cloud.client("secretsmanager").put_secret_value(
        SecretId=stack.outputs["CredentialsSecretArn"], SecretString=json.dumps(spotify.credentials)
    )
    return stack
