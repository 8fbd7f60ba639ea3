"""Two `rediscover run` processes that share a home are one stack too."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from rediscover.simulator import Fault, Simulator
from tests.faults.promise import Archive, archive, broken_promises
from tests.support.command import account_of, command_line, spotify_at


def _command(simulator: Simulator, home: Path, before: Archive, *options: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "REDISCOVER_HOME": str(home), **spotify_at(simulator), **account_of(simulator)}
    return subprocess.Popen(
        command_line("run", "--source", before.source, "--target", before.target, "--json", *options),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _result(process: "subprocess.Popen[str]") -> Any:
    printed, _ = process.communicate(timeout=120)
    return json.loads(printed)


def test_the_second_process_is_busy_and_a_killed_one_does_not_block(simulator: Simulator, tmp_path: Path) -> None:
    before = archive(simulator, "processes")
    held = simulator.faults.add(Fault("delay_after", method="POST", path="/items", nth=2, seconds=30))
    first = _command(simulator, tmp_path, before)
    while not held.struck:
        assert first.poll() is None
        time.sleep(0.05)
    second = _result(_command(simulator, tmp_path, before, "--wait", "0"))
    assert (second["status"], second["output"]["outcome"]) == ("SUCCEEDED", "busy")
    first.kill()
    first.communicate()
    assert broken_promises(simulator, before, completed=False) == []
    third = _result(_command(simulator, tmp_path, before))
    assert third["output"]["outcome"] == "added"
    assert broken_promises(simulator, before, completed=True) == []
