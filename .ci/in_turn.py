"""Run a command in this build's turn: `in_turn.py COMMAND`, in CodeBuild.

Builds run side by side, as a limit of a CodeBuild project drops what exceeds it. But CloudFormation makes one change of
a stack at a time, and an old push is not to be deployed over a newer one. So the command waits until nothing changes
the stack, and is left out, successfully, where there is a newer build of the project: that one deploys.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError


def is_turn(codebuild: Any, cloudformation: Any, build: str, stack: str, pause: Callable[[float], None]) -> bool:
    """Wait until nothing changes `stack`; whether `build` is then the newest of its project."""
    project = build.partition(":")[0]
    while True:
        builds = codebuild.list_builds_for_project(projectName=project, sortOrder="DESCENDING")["ids"]
        if builds and builds[0] != build:
            sys.stdout.write(f"{builds[0]} is newer than {build}, and deploys.\n")
            return False
        if not _is_changing(cloudformation, stack):
            return True
        sys.stdout.write(f"{stack} is being changed.\n")
        pause(15)


def _is_changing(cloudformation: Any, stack: str) -> bool:
    try:
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"  # that one waits for its first change


def main() -> int:
    """The command's exit code; 0 where it was left out."""
    build, stack = os.environ["CODEBUILD_BUILD_ID"], os.environ["STACK_NAME"]
    if not is_turn(boto3.client("codebuild"), boto3.client("cloudformation"), build, stack, time.sleep):
        return 0
    return subprocess.run(sys.argv[1:]).returncode  # noqa: S603 (the buildspec's own command)


if __name__ == "__main__":
    sys.exit(main())
