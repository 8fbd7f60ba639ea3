"""`rediscover run` as it is typed, with nothing new, beside a script that sends the same three requests."""

import os
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
    seconds, processor, memory = zip(*(typed for typed, _ in measured), strict=True)
    script_seconds = statistics.median(script for _, (script, *_) in measured)
    return Command(statistics.median(seconds), statistics.median(processor), max(memory), script_seconds)


def _typed(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float, int]:
    """Seconds by the clock, those of processors, and the most bytes of a process; of the command and what it starts."""
    began = time.perf_counter()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(arguments, env=dict(environment), cwd=ROOT, stdout=nowhere, stderr=nowhere)  # noqa: S603 (our own)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
