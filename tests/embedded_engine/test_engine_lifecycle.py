"""An engine starts once, is for this machine only, and leaves nothing behind."""

import json
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rediscover.engine.deployment.resources.compute import CODE_BUCKET
from rediscover.errors import EngineFailed, HomeUnusable
from tests.embedded_engine.toys import ROLE, invoke, toy_engine


def test_a_stopped_engine_leaves_no_threads_and_no_processes(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    retry = [{"ErrorEquals": ["TryAgain"], "IntervalSeconds": 900, "MaxAttempts": 1, "BackoffRate": 1}]
    failing = {"do": "fail_until", "attempt": 0, "succeeds_at": 1}
    slow = {"do": "sleep", "seconds": 900}

    with toy_engine(tmp_path) as engine:
        process = invoke(engine, "Act", do="show")[0]["process"]
        engine.client("lambda").update_function_configuration(FunctionName=engine.resources["Act"], Timeout=900)
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{engine.resources['Act']}"
        branches = [
            {"StartAt": "S", "States": {"S": {"Type": "Wait", "Seconds": 900, "End": True}}},
            {"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": arn, "Parameters": slow, "End": True}}},
            {
                "StartAt": "S",
                "States": {"S": {"Type": "Task", "Resource": arn, "Parameters": failing, "Retry": retry, "End": True}},
            },
        ]
        definition = {"StartAt": "All", "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}}}
        states = engine.client("stepfunctions")
        created = states.create_state_machine(name="busy", definition=json.dumps(definition), roleArn=ROLE)
        states.start_execution(stateMachineArn=created["stateMachineArn"])
        states.start_execution(
            stateMachineArn=engine.outputs["MachineArn"],
            input=json.dumps({"targets": [{"name": "T", "pairs": [{"succeeds_at": 0, "settle": 900}]}]}),
        )
        time.sleep(1)

    assert set(threading.enumerate()) == before
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_the_environment_is_as_it_was(tmp_path: Path) -> None:
    before = dict(os.environ)
    with toy_engine(tmp_path):
        pass

    assert dict(os.environ) == before


def test_an_engine_that_cannot_be_deployed_leaves_nothing_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(EngineFailed), toy_engine(tmp_path, {"Level": "wrong"}):
        pass

    assert set(threading.enumerate()) == before
    with toy_engine(tmp_path):
        pass


def test_a_folder_for_temporary_files_that_others_can_replace_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The functions' code is unpacked there."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "shared"))
    with pytest.raises(HomeUnusable, match="set TMPDIR to a folder of your own"), toy_engine(tmp_path / "home"):
        pass
    (tmp_path / "shared").chmod(0o1777)
    with toy_engine(tmp_path / "home"):
        pass


def test_a_process_runs_one_engine_at_a_time(tmp_path: Path) -> None:
    with toy_engine(tmp_path), pytest.raises(EngineFailed, match="already runs an engine"), toy_engine(tmp_path / "b"):
        pass


def test_a_second_engine_knows_nothing_of_the_first(tmp_path: Path) -> None:
    with toy_engine(tmp_path / "a") as engine:
        engine.client("s3").create_bucket(Bucket="extra")
    with toy_engine(tmp_path / "b") as engine:
        names = [bucket["Name"] for bucket in engine.client("s3").list_buckets()["Buckets"]]

    assert set(names) == {CODE_BUCKET, engine.resources["Bucket"]}


def test_only_this_machine_can_reach_the_engine(tmp_path: Path) -> None:
    with toy_engine(tmp_path) as engine:
        url = urlsplit(engine.endpoint_url)
        assert url.hostname == "127.0.0.1"
        with socket.socket() as other, pytest.raises(ConnectionRefusedError):
            other.connect(("127.0.0.2", url.port))


def test_a_stopped_engine_may_be_stopped_again(tmp_path: Path) -> None:
    with toy_engine(tmp_path) as engine:
        engine.stop()
