"""A deployed stack, at the endpoint that boto3 is configured for: `make test-aws STACK=… SOURCE=… TARGET=…`.

SOURCE and TARGET are playlists of the account that the stack is authorized for, or of a simulated Spotify whose URL it
was deployed with. What SOURCE holds is added to TARGET.
"""

import os
from functools import cached_property
from typing import Any

import boto3
import pytest

from tests.support.stack import DeployedStack

pytestmark = pytest.mark.elsewhere
SECONDS = 900


class OnAws:
    """The stack called STACK, with the credentials that boto3 finds."""

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=os.environ["STACK"])["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}

    def client(self, service: str) -> Any:
        """A boto3 client."""
        session: Any = boto3.Session()  # which types each client by its literal name
        return session.client(service)


@pytest.fixture(scope="module")
def stack() -> DeployedStack:
    absent = [name for name in ("STACK", "SOURCE", "TARGET") if not os.environ.get(name)]
    if absent:
        pytest.fail(f"make test-aws needs {', '.join(absent)}.", pytrace=False)
    return DeployedStack(OnAws())


@pytest.fixture
def pair() -> dict[str, str]:
    return {"source": os.environ["SOURCE"], "target": os.environ["TARGET"]}


def test_a_dry_run_remembers_nothing(stack: DeployedStack, pair: dict[str, str]) -> None:
    before = stack.documents("playlists/")
    execution = stack.ended(stack.start({"pairs": [pair], "dry_run": True}), SECONDS)
    assert (execution.status, execution.output["outcome"]) == ("SUCCEEDED", "dry_run"), execution.cause
    assert stack.documents("playlists/") == before


def test_a_second_run_adds_nothing(stack: DeployedStack, pair: dict[str, str]) -> None:
    first = stack.ended(stack.start({"pairs": [pair]}), SECONDS)
    assert first.status == "SUCCEEDED", first.cause
    assert len(stack.report(first)["pairs"][0]["added_tracks"]) == first.output["pairs"][0]["added"]
    second = stack.ended(stack.start({"pairs": [pair]}), SECONDS)
    assert second.output["outcome"] == "nothing_new"
    assert second.output["pairs"][0]["target_total"] == first.output["pairs"][0]["target_total"]


def test_a_source_that_cannot_be_read_fails_in_words(stack: DeployedStack, pair: dict[str, str]) -> None:
    given = {"pairs": [{**pair, "source": "37i9dQZEVXcJZyENOWUFo7"}]}
    execution = stack.ended(stack.start(given), SECONDS)
    assert execution.status == "FAILED"
    assert execution.error in ("PlaylistNotFound", "PlaylistNotReadable")
    assert str(execution.cause).startswith("ReadSource: ")
