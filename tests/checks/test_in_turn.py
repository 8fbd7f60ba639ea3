"""Of builds that run side by side, the newest deploys, after whatever else changes the stack; none is dropped."""

import importlib.util
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.checks.test_pipeline import BUILDSPEC, ROOT, actions, allowed, project

SPEC = importlib.util.spec_from_file_location("in_turn", ROOT / ".ci" / "in_turn.py")
assert SPEC
assert SPEC.loader
IN_TURN: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(IN_TURN)


class Aws:
    """CodeBuild and CloudFormation, which tell one status after the other; `pauses` is how often one waited."""

    def __init__(self, builds: list[str], *statuses: str) -> None:
        self._builds = builds
        self._statuses: Iterator[str] = iter(statuses)
        self.pauses = 0

    def list_builds_for_project(self, projectName: str, sortOrder: str) -> dict[str, Any]:  # noqa: N803 (AWS's names)
        assert (projectName, sortOrder) == ("pipeline", "DESCENDING")
        return {"ids": self._builds}

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 (AWS's name)
        status = next(self._statuses)
        if status.startswith("Stack"):
            raise ClientError({"Error": {"Code": "ValidationError", "Message": status}}, "DescribeStacks")
        return {"Stacks": [{"StackName": StackName, "StackStatus": status}]}

    def pause(self, _: float) -> None:
        self.pauses += 1

    def is_turn(self) -> bool:
        return bool(IN_TURN.is_turn(self, self, "pipeline:2", "rediscover", self.pause))


def test_a_build_waits_until_nothing_changes_the_stack() -> None:
    aws = Aws(["pipeline:2"], "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE")
    assert aws.is_turn()
    assert aws.pauses == 2


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "Stack x does not exist"])
def test_a_build_does_not_wait_where_nothing_changes_the_stack(status: str) -> None:
    aws = Aws(["pipeline:2", "pipeline:1"], status)
    assert aws.is_turn()
    assert aws.pauses == 0


def test_a_build_leaves_the_deployment_to_a_newer_one() -> None:
    assert not Aws(["pipeline:3", "pipeline:2"]).is_turn()


def test_what_aws_refuses_to_tell_is_an_error() -> None:
    with pytest.raises(ClientError):
        Aws(["pipeline:2"], "Stack may not be described by you").is_turn()


@pytest.mark.parametrize(("turn", "code"), [(True, 7), (False, 0)])
def test_the_commands_exit_code_is_the_builds_and_a_build_that_leaves_it_succeeds(
    turn: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"CODEBUILD_BUILD_ID": "p:1", "STACK_NAME": "s", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(IN_TURN, "is_turn", lambda *_: turn)
    monkeypatch.setattr(sys, "argv", ["in_turn.py", sys.executable, "-c", "raise SystemExit(7)"])
    assert IN_TURN.main() == code


def test_every_push_is_built_and_deploys_in_its_turn() -> None:
    assert "ConcurrentBuildLimit" not in project()
    assert ".ci/in_turn.py .venv-sam/bin/sam deploy " in BUILDSPEC["phases"]["build"]["commands"][-1]
    assert any("codebuild:ListBuildsForProject" in actions(one) for one in allowed("BuildRole"))
