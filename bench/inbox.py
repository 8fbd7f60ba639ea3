"""An inbox that is never emptied: requests of a run against the size of the source."""

from dataclasses import dataclass

from bench import NEW, plain
from bench.functions_run import Functions
from rediscover.simulator import Simulator

SIZES = (30, 1_000, 9_000)
WEEKS = 3


@dataclass(frozen=True)
class Inbox:
    """A source of `tracks`, all archived, that gets NEW more at its end each week; the most requests of WEEKS runs."""

    tracks: int
    requests: int
    plain_requests: int


def inboxes(simulator: Simulator, functions: Functions) -> list[Inbox]:
    """One of each size."""
    simulator.settings.update(latency_seconds=0)
    return [_inbox(simulator, functions, tracks) for tracks in SIZES]


def _inbox(simulator: Simulator, functions: Functions, tracks: int) -> Inbox:
    source, target = simulator.create_playlist("Inbox", simulator.tracks(tracks, "Old")), simulator.create_playlist("")
    functions.run(source, target)
    requests = []
    for week in range(WEEKS):
        simulator.add(source, simulator.tracks(NEW, f"Week {week},"))
        simulator.forget_requests()
        added = functions.run(source, target).output["pairs"][0]["added"]
        requests.append(simulator.requests_count())
        if added != NEW:
            raise RuntimeError(f"{added} tracks were added")
    simulator.add(source, simulator.tracks(NEW, "The last week,"))
    simulator.forget_requests()
    plain.archive(plain.Account(simulator.api_url, simulator.accounts_url, simulator.credentials), source, target)
    return Inbox(tracks, max(requests), simulator.requests_count())
