"""`rediscover run` as it is typed, with nothing new, beside a script that sends the same three requests."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from bench import LATENCY, NEW, ROOT
from bench.plain import Account
from rediscover.simulator import Simulator
from tests.support.command import account_of, command_line, spotify_at

RUNS = 5
SCRIPT = """
import sys
from bench.plain import Account, session_of
api, accounts, *names = sys.argv[1:]
account = Account(api, accounts, dict(zip(("spotify_client_id", "spotify_client_secret", "refresh_token"), names[:3])))
with session_of(account) as session:
    for playlist in names[3:]:
        session.get(f"{api}/playlists/{playlist}", params={"fields": "snapshot_id"}, timeout=20).raise_for_status()
"""

SMALL = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True)
class Command:
    """Medians: `seconds` by the clock, `processor` seconds of all processes; `memory` is the largest one's bytes."""

    seconds: float
    processor: float
    memory: int
    script_seconds: float


def command(simulator: Simulator) -> Command:
    """Run both, alternately, after a first run that adds and one that finds the template transformed."""
    simulator.settings.update(latency_seconds=LATENCY)
    source = simulator.create_playlist("Weekly", simulator.tracks(NEW, "Command"))
    target = simulator.create_playlist("Archive")
    account = Account(simulator.api_url, simulator.accounts_url, simulator.credentials)
    names = [account.credentials[key] for key in ("spotify_client_id", "spotify_client_secret", "refresh_token")]
    script = [sys.executable, "-c", SCRIPT, account.api_url, account.accounts_url, *names, source, target]
    with TemporaryDirectory() as home:
        environment = {**os.environ, **spotify_at(simulator), **account_of(simulator), "REDISCOVER_HOME": home}
        run = command_line("run", "--source", source, "--target", target)
        for _ in range(2):
            _typed(run, environment)
        measured = [(_typed(run, environment), _typed(script, os.environ)) for _ in range(RUNS)]
        memory = _memory(run, environment)
    seconds, processor = (statistics.median(figure) for figure in zip(*(typed for typed, _ in measured), strict=True))
    return Command(seconds, processor, memory, statistics.median(script for _, (script, _) in measured))


def _typed(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds by the clock, and those of processors."""
    before, began = _used(), time.perf_counter()
    subprocess.run(arguments, env=dict(environment), cwd=ROOT, capture_output=True, check=True)  # noqa: S603 (our own)
    return time.perf_counter() - began, _used() - before


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """The most bytes of a process. What starts it is counted too (getrusage(2)), so that is a small one."""
    small = [sys.executable, "-c", SMALL, *arguments]
    told = subprocess.run(small, env=dict(environment), cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 (our own)
    return int(told.split()[-1]) * 1024
