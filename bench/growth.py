"""Requests and seconds of a run against the size of the archive, beside the plain method's."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import LATENCY, NEW, plain
from bench.cloud import Calls
from bench.functions_run import Functions, FunctionsRun, median_states
from rediscover.simulator import Simulator

SIZES = (0, 100, 1_000, 2_500, 5_000, 10_000)
WEEKS = 3


@dataclass(frozen=True)
class Point:
    """An archive of `tracks`. Counts are of requests to Spotify; of WEEKS runs `requests` are the most, and `seconds`
    the median.

    `edited` is the run after the listener edited the target, `after_edit` the next one; 30 tracks are new in both.
    """

    tracks: int
    requests: int
    seconds: float
    nothing_new: int
    edited: int
    after_edit: int
    plain_requests: int
    plain_seconds: float
    states: dict[str, float]
    aws_calls: dict[str, int]


class Growth:
    """Measures a `Point` for each size."""

    def __init__(self, simulator: Simulator, functions: Functions, calls: Calls) -> None:
        self._simulator = simulator
        self._functions = functions
        self._calls = calls
        self._releases = 0
        self._account = plain.Account(simulator.api_url, simulator.accounts_url, simulator.credentials)

    def point(self, tracks: int) -> Point:
        """Fill an archive with `tracks`, let a run remember it, and go on from there."""
        simulator = self._simulator
        simulator.settings.update(latency_seconds=0)
        kept = simulator.tracks(tracks, "Kept")
        source, target = simulator.create_playlist("Weekly"), simulator.create_playlist("Archive", kept)
        self._functions.run(source, target)
        simulator.settings.update(latency_seconds=LATENCY)
        weeks = [self._week(source, target) for _ in range(WEEKS)]
        calls = dict(self._calls.made)
        runs = [run for run, _ in weeks]
        _, nothing_new = self._counted(lambda: self._functions.run(source, target))
        simulator.add(target, simulator.tracks(1, "The listener's own"))
        _, edited = self._week(source, target)
        _, after_edit = self._week(source, target)
        plain_seconds, plain_requests = self._plain(kept)
        return Point(
            tracks=tracks,
            requests=max(requests for _, requests in weeks),
            seconds=statistics.median(run.seconds for run in runs),
            nothing_new=nothing_new,
            edited=edited,
            after_edit=after_edit,
            plain_requests=plain_requests,
            plain_seconds=plain_seconds,
            states=median_states(runs),
            aws_calls=calls,
        )

    def _week(self, source: str, target: str) -> tuple[FunctionsRun, int]:
        self._simulator.replace(source, self._fresh_tracks())
        self._calls.forget()
        run, requests = self._counted(lambda: self._functions.run(source, target))
        added = run.output["pairs"][0]["added"]
        if added != NEW or run.output["spotify_requests"] != requests:
            raise RuntimeError(f"{added} tracks were added in {requests} requests, the run says {run.output}")
        return run, requests

    def _plain(self, kept: list[dict[str, Any]]) -> tuple[float, int]:
        simulator = self._simulator
        source = simulator.create_playlist("Weekly", self._fresh_tracks())
        target = simulator.create_playlist("Plain archive", kept)
        started = time.perf_counter()
        added, requests = self._counted(lambda: plain.archive(self._account, source, target))
        if added != NEW:
            raise RuntimeError(f"the plain method added {added} tracks")
        return time.perf_counter() - started, requests

    def _fresh_tracks(self) -> list[dict[str, Any]]:
        self._releases += 1
        return self._simulator.tracks(NEW, f"Release {self._releases},")

    def _counted(self, work: Callable[[], Any]) -> tuple[Any, int]:
        self._simulator.forget_requests()
        result = work()
        return result, self._simulator.requests_count()
