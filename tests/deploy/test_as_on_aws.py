"""What `make test-aws` runs on a stack on AWS, run on the deployed stack."""

import subprocess
import sys

import pytest

from tests.deploy.cloud import ROOT
from tests.deploy.conftest import STACK, Deployed

pytestmark = pytest.mark.deploy


def test_the_tests_for_aws_pass_at_this_endpoint(deployed: Deployed) -> None:
    spotify = deployed.spotify
    source = spotify.create_playlist("For AWS", spotify.tracks(130, "For AWS"))
    pair = {"STACK": STACK, "SOURCE": source, "TARGET": spotify.create_playlist("From AWS")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "elsewhere", "tests/other_engines/test_aws_stack.py"],
        cwd=ROOT,
        env={**deployed.cloud.environment, **pair},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
