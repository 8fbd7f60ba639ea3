"""`rediscover run`, whole: what it prints, on a warm engine; and in a process of its own, what ends it."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

import pytest

from rediscover.simulator import Fault, Simulator
from tests.faults.promise import archive, broken_promises
from tests.support.command import account_of, command_line, rediscover, spotify_at, typed
from tests.support.warm import Warm


@pytest.fixture
def environment(home: Path, simulator: Simulator) -> dict[str, str]:
    return {
        **os.environ,
        "REDISCOVER_HOME": str(home),
        **spotify_at(simulator),
        **account_of(simulator),
    }


HOSTILE = ("[red]Night\x1b[2J\nSwim", ["Nils\u202e", "June"])


def test_a_run_adds_what_is_new_once_and_says_so_in_one_json_object_or_in_lines_that_no_name_harms(
    simulator: Simulator, warm: Warm
) -> None:
    tracks = simulator.tracks(3)
    source, target = simulator.create_playlist("In\x07box", tracks), simulator.create_playlist("[b]Archive[/b]")
    pair = ("--source", source, "--target", target)
    tried = warm.rediscover("run", *pair, "--dry-run", "--json")
    assert json.loads(tried.stdout)["output"]["outcome"] == "dry_run"
    assert simulator.uris(pair[3]) == []

    first = warm.rediscover("run", *pair, "--json")
    result = json.loads(first.stdout)
    assert first.returncode == 0
    assert set(result) == {"execution", "status", "output", "error", "cause", "report"}
    assert (result["status"], result["error"], result["cause"]) == ("SUCCEEDED", None, None)
    assert (result["output"]["outcome"], result["output"]["pairs"][0]["added"]) == ("added", 3)
    assert simulator.uris(pair[3]) == [track["uri"] for track in tracks]
    assert first.stderr == f"`rediscover history {result['execution'].rpartition(':')[2]}` shows its states.\n"
    (reported,) = result["report"]["pairs"]
    assert [track["name"] for track in reported["added_tracks"]] == [track["name"] for track in tracks]
    assert json.loads(Path(result["report"]["complete_at"]).read_text())["pairs"] == [reported]

    tracks += [simulator.track(*HOSTILE), simulator.track("Plain")]
    simulator.add(source, tracks[3:])
    again = warm.rediscover("run", *pair)
    assert again.returncode == 0
    assert again.stdout.splitlines()[:4] == [
        "Added 2 tracks from “Inbox” to “[b]Archive[/b]”:",
        "    1. “[red]Night[2J Swim – Nils, June”",
        "    2. “Plain – The Simulated”",
        "  5 offered, 3 already there, 0 skipped. The target holds 5 tracks, verified.",
    ]
    assert again.stdout.splitlines()[4].startswith("Spotify requests: ")
    assert simulator.uris(target) == [track["uri"] for track in tracks]

    listed = json.loads(warm.rediscover("history", "--json").stdout)
    assert [one["outcome"] for one in listed] == ["added", "added", "dry_run"]
    one = json.loads(warm.rediscover("history", result["execution"], "--json").stdout)
    assert [step["status"] for step in one["steps"] if step["state"] == "AddTracks"] == ["succeeded"]

    printed = "".join((tried.stdout, tried.stderr, first.stdout, first.stderr, again.stdout, again.stderr))
    saved = "".join(path.read_text() for path in (warm.home / "executions").rglob("*.json"))
    assert not [secret for secret in simulator.secrets() if secret in printed + saved]


def test_a_failed_run_says_why_and_exits_with_1(simulator: Simulator, warm: Warm) -> None:
    pair = ("--source", "5ieJqeLJjjI8iJWaxeBLuK", "--target", simulator.create_playlist("Archive"))
    done = warm.rediscover("run", *pair, "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    assert (result["status"], result["error"]) == ("FAILED", "PlaylistNotFound")
    assert result["output"] is None
    assert result["cause"] in done.stderr
    assert "Traceback" not in done.stderr


def until(read: IO[str], sign: str) -> list[str]:
    """What a command prints until there is `sign` in it."""
    lines: list[str] = []
    for line in read:
        lines.append(line)
        if sign in line:
            break
    return lines


def test_a_killed_run_is_in_the_history_and_the_next_one_completes_it_says_so_and_leaves_nothing_behind(
    simulator: Simulator, environment: dict[str, str], tmp_path: Path, home: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment["TMPDIR"] = str(temporary)
    before = archive(simulator, "processes")
    run = ("run", "--source", before.source, "--target", before.target)
    held = simulator.faults.add(Fault("delay_after", method="POST", path="/items", nth=2, seconds=600))
    with subprocess.Popen(command_line(*run), env=environment, stderr=subprocess.DEVNULL) as running:
        while not held.struck:
            assert running.poll() is None
            time.sleep(0.05)
        second = json.loads(rediscover(environment, *run, "--json", "--wait", "0").stdout)
        assert (second["status"], second["output"]["outcome"]) == ("SUCCEEDED", "busy")
        running.kill()
    assert broken_promises(simulator, before, completed=False) == []
    (left,) = temporary.iterdir()
    os.utime(left, (0, 0))

    (killed,) = json.loads(typed(environment, "history", "--json").stdout)
    assert (killed["status"], killed["error"], killed["added"]) == ("ABORTED", "Killed", 100)
    shown = typed(environment, "history", killed["execution"]).stdout
    assert "Cut off after 100 of 230 tracks for" in shown
    assert "  100. “New 100 – " in shown

    completed = rediscover(environment, *run)
    assert completed.stdout.splitlines()[0] == (
        f"The run before, {killed['execution']}, was interrupted. Of its 230 tracks for “processes target” it had "
        "added 200:"
    )
    assert broken_promises(simulator, before, completed=True) == []
    assert list(temporary.iterdir()) == []
    claim = json.loads((home / "buckets/Bucket/claims/run.json").read_text())
    assert claim["displaced"] == "", "the claim of the engine before went with it; none was waited for"


def test_ctrl_c_stops_the_execution_and_keeps_its_history(simulator: Simulator, environment: dict[str, str]) -> None:
    source, target = simulator.create_playlist("Inbox", simulator.tracks(3)), simulator.create_playlist("Archive")
    simulator.faults.add(Fault("rate_limited", "GET", f"/playlists/{source}", retry_after=600))
    arguments = command_line("run", "--source", source, "--target", target, "--json")
    with subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr
        read = until(running.stderr, "waiting 600 s")
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=300)  # half of what it would go on for
    assert running.returncode == 130, "".join(read)
    assert out == ""
    assert err.endswith("Interrupted.\n")
    assert "Traceback" not in err
    (one,) = json.loads(typed(environment, "history", "--json").stdout)
    assert one["status"] == "ABORTED"
