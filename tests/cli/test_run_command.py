"""`rediscover run`, whole: the command in a process of its own, the simulated Spotify in this one."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import IO

import pytest

from rediscover.simulator import Fault, Simulator
from tests.support.command import account_of, command_line, rediscover, spotify_at


@pytest.fixture
def environment(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    return {
        **os.environ,
        "REDISCOVER_HOME": str(tmp_path / "home"),
        **spotify_at(simulator),
        **account_of(simulator),
    }


def test_a_run_adds_what_is_new_once_and_says_so_in_one_json_object(
    simulator: Simulator, environment: dict[str, str], tmp_path: Path
) -> None:
    tracks = simulator.tracks(3)
    pair = ("--source", simulator.create_playlist("Inbox", tracks), "--target", simulator.create_playlist("Archive"))
    tried = rediscover(environment, "run", *pair, "--dry-run", "--json")
    assert json.loads(tried.stdout)["output"]["outcome"] == "dry_run"
    assert simulator.uris(pair[3]) == []

    first = rediscover(environment, "run", *pair, "--json")
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

    again = rediscover(environment, "run", *pair)
    assert again.returncode == 0
    assert again.stdout.startswith("Nothing new in “Inbox” for “Archive”.\n")
    assert simulator.uris(pair[3]) == [track["uri"] for track in tracks]

    claim = json.loads((tmp_path / "home/buckets/Bucket/claims/run.json").read_text())
    assert claim["displaced"] == "", "the claim of the engine before went with it; none was waited for"

    listed = json.loads(rediscover(environment, "history", "--json").stdout)
    assert [one["outcome"] for one in listed] == ["nothing_new", "added", "dry_run"]
    one = json.loads(rediscover(environment, "history", result["execution"], "--json").stdout)
    assert [step["status"] for step in one["steps"] if step["state"] == "AddTracks"] == ["succeeded"]

    printed = "".join((tried.stdout, tried.stderr, first.stdout, first.stderr, again.stdout, again.stderr))
    saved = "".join(path.read_text() for path in (tmp_path / "home" / "executions").rglob("*.json"))
    assert not [secret for secret in simulator.secrets() if secret in printed + saved]


def test_the_result_names_what_was_added_and_keeps_hostile_names_harmless(
    simulator: Simulator, environment: dict[str, str]
) -> None:
    tracks = [simulator.track("[red]Night\x1b[2J\nSwim", ["Nils\u202e", "June"]), simulator.track("Plain")]
    source = simulator.create_playlist("In\x07box", tracks)
    target = simulator.create_playlist("[b]Archive[/b]")
    done = rediscover(environment, "run", "--source", source, "--target", target)
    assert done.returncode == 0
    assert done.stdout.splitlines()[:4] == [
        "Added 2 tracks from “Inbox” to “[b]Archive[/b]”:",
        "    1. “[red]Night[2J Swim – Nils, June”",
        "    2. “Plain – The Simulated”",
        "  2 offered, 0 already there, 0 skipped. The target holds 2 tracks, verified.",
    ]
    assert done.stdout.splitlines()[4].startswith("Spotify requests: ")


def test_a_failed_run_says_why_and_exits_with_1(simulator: Simulator, environment: dict[str, str]) -> None:
    pair = ("--source", "5ieJqeLJjjI8iJWaxeBLuK", "--target", simulator.create_playlist("Archive"))
    done = rediscover(environment, "run", *pair, "--json")
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
    simulator: Simulator, environment: dict[str, str], tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment["TMPDIR"] = str(temporary)
    tracks = simulator.tracks(150)
    source, target = simulator.create_playlist("Inbox", tracks), simulator.create_playlist("Archive")
    simulator.faults.add(Fault("rate_limited", "POST", f"/playlists/{target}", nth=2, retry_after=600))
    run = ("run", "--source", source, "--target", target)
    with subprocess.Popen(command_line(*run), env=environment, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        waits = until(running.stderr, "waiting 600 s, until ")[-1]
        assert "Too many requests to Spotify" in waits
        entry = next((tmp_path / "home" / "executions").iterdir())
        while b"WaitStateEntered" not in (entry / "history.json").read_bytes():
            assert running.poll() is None
        running.kill()
    (left,) = temporary.iterdir()
    os.utime(left, (0, 0))

    (killed,) = json.loads(rediscover(environment, "history", "--json").stdout)
    assert (killed["status"], killed["error"], killed["added"]) == ("ABORTED", "Killed", 100)
    shown = rediscover(environment, "history", killed["execution"]).stdout
    assert "Cut off after 100 of 150 tracks for" in shown
    assert "  100. “Track" in shown

    completed = rediscover(environment, *run)
    assert completed.stderr.splitlines()[0] == (
        f"The run before, {killed['execution']}, was cut off: of its 150 tracks for “Archive” 100 were there already, "
        "and this run added 50."
    )
    assert simulator.uris(target) == [track["uri"] for track in tracks]
    assert list(temporary.iterdir()) == []


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
    (one,) = json.loads(rediscover(environment, "history", "--json").stdout)
    assert one["status"] == "ABORTED"
