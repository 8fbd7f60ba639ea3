"""`rediscover run --aws` and `history --aws` on the deployed stack, each a process of its own."""

import json
import subprocess

import pytest

from tests.deploy.conftest import Deployed
from tests.support import command

pytestmark = pytest.mark.deploy


def rediscover(deployed: Deployed, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return command.rediscover({**deployed.cloud.environment, **environment}, *arguments)


def test_a_run_is_started_followed_and_reported(deployed: Deployed) -> None:
    spotify = deployed.spotify
    source, target = spotify.create_playlist("Friday", spotify.tracks(3, "Friday")), spotify.create_playlist("Kept")
    done = rediscover(deployed, "run", "--aws", "--source", source, "--target", target)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Added 3 tracks from “Friday” to “Kept”:\n")
    assert "`rediscover history --aws --stack " in done.stderr
    assert spotify.uris(target) == spotify.uris(source)


def test_without_playlists_the_stacks_own_pair_is_run(deployed: Deployed) -> None:
    done = rediscover(deployed, "run", "--aws", "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["status"], result["error"]) == (0, "SUCCEEDED", None)
    assert result["output"]["pairs"][0]["source"] == deployed.source
    shown = rediscover(deployed, "history", result["execution"].rpartition(":")[2], "--aws")
    assert "✔ Prepare" in shown.stdout
    assert result["execution"] in shown.stdout.splitlines()[-1]
    listed = json.loads(rediscover(deployed, "history", "--aws", "--json").stdout)
    assert listed[0]["execution"] == result["execution"].rpartition(":")[2]
    assert listed[0]["outcome"] == result["output"]["outcome"]


def test_a_failed_run_says_why_and_exits_with_1(deployed: Deployed) -> None:
    target = deployed.spotify.create_playlist("Kept")
    done = rediscover(deployed, "run", "--aws", "--source", "5ieJqeLJjjI8iJWaxeBLuK", "--target", target, "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["status"], result["error"]) == (1, "FAILED", "PlaylistNotFound")
    assert result["cause"] in done.stderr


def test_a_missing_stack_and_missing_rights_are_said(deployed: Deployed) -> None:
    missing = rediscover(deployed, "run", "--aws", "--stack", "nothing")
    assert missing.returncode == 1
    assert "There is no stack nothing in us-east-1." in missing.stderr
    iam = deployed.cloud.client("iam")
    iam.create_user(UserName="guest")
    key = iam.create_access_key(UserName="guest")["AccessKey"]
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    denied = rediscover(deployed, "run", "--aws", **keys)
    assert denied.returncode == 1
    assert "AWS denies DescribeStacks: " in denied.stderr
