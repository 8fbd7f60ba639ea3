"""The first read of a large target: requests, those in flight, and time against one page after the other."""

import time
from dataclasses import dataclass

from bench import LARGE, LATENCY, plain
from bench.functions_run import Functions
from rediscover.simulator import Simulator


@dataclass(frozen=True)
class FirstRead:
    """A target of LARGE tracks that nothing is known of."""

    requests: int
    most_in_flight: int
    seconds: float
    serial_seconds: float


def first_read(simulator: Simulator, functions: Functions) -> FirstRead:
    """Read it by ReadTarget, then one page after the other; an earlier run left an access token."""
    simulator.settings.update(latency_seconds=LATENCY)
    target = simulator.create_playlist("Never seen", simulator.tracks(LARGE, "Kept"))
    simulator.forget_requests()
    seconds = functions.read_target(target)
    requests, most = simulator.requests_count(), simulator.most_in_flight
    account = plain.Account(simulator.api_url, simulator.accounts_url, simulator.credentials)
    with plain.session_of(account) as session:
        started = time.perf_counter()
        read = plain.read(session, account, target)
        serial_seconds = time.perf_counter() - started
    if len(read) != LARGE:
        raise RuntimeError(f"{len(read)} tracks were read")
    return FirstRead(requests, most, seconds, serial_seconds)
