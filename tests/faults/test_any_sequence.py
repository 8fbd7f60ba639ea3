"""Random sequences of source changes, the listener's edits, faults, double starts and repeats, against a model."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from rediscover.simulator import Fault, Simulator
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

EXAMPLES = int(os.environ.get("EXAMPLES", "40"))
BLOCK, BLOCKS = 45, 7
"""Tracks come and go in blocks, so that most runs take more than one batch of 100."""

blocks = st.lists(st.integers(0, BLOCKS - 1), max_size=5)
faults = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["unavailable", "reset", "lost_response", "malformed", "truncated", "unauthorized"]),
        "at": st.sampled_from(["token", "GET source", "GET target", "POST target"]),
        "nth": st.integers(1, 4),
        "count": st.sampled_from([1, 1, 2, -1]),
    }
)
limits = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["rate_limited", "quota"]),
        "at": st.sampled_from(["token", "GET source", "GET target", "POST target"]),
        "nth": st.integers(1, 4),
        "retry_after": st.sampled_from([None, 1, 20]),
    }
)


class Sequence(RuleBasedStateMachine):
    """The model: `kept` is what the target must hold, `gone` what the listener took out of it, which stays away.

    Only what a run has seen in the target can be missed there: `known`. Of what was taken out before any run saw it,
    `unsure`, it may come back or not.
    """

    stack: Stack
    simulator: Simulator

    @initialize()
    def begin(self) -> None:
        self.simulator.reset()
        self.stack.renew(self.simulator)
        tracks = [str(track["uri"]) for track in self.simulator.tracks(BLOCK * BLOCKS)]
        self.blocks = [tracks[n * BLOCK : (n + 1) * BLOCK] for n in range(BLOCKS)]
        self.source = self.simulator.create_playlist("Source")
        self.target = self.simulator.create_playlist("Target")
        self.offered: list[str] = []
        self.kept: list[str] = []
        self.known: set[str] = set()
        self.gone: set[str] = set()
        self.unsure: set[str] = set()

    def _wanted(self) -> list[str]:
        kept = set(self.kept)
        return [uri for uri in dict.fromkeys(self.offered) if uri not in kept and uri not in self.gone]

    @rule(chosen=blocks)
    def the_source_changes(self, chosen: list[int]) -> None:
        self.offered = [uri for number in chosen for uri in self.blocks[number]]
        self.simulator.replace(self.source, self.offered)

    @rule(number=st.integers(0, BLOCKS - 1), start=st.integers(0, BLOCK))
    def the_listener_removes(self, number: int, start: int) -> None:
        taken = set(self.blocks[number][start:]) & set(self.kept)
        self.simulator.remove(self.target, taken)
        self.kept = [uri for uri in self.kept if uri not in taken]
        self.gone |= taken & self.known
        self.unsure |= taken - self.known

    @rule(number=st.integers(0, BLOCKS - 1), on_top=st.booleans())
    def the_listener_adds(self, number: int, on_top: bool) -> None:
        added = [uri for uri in self.blocks[number] if uri not in self.kept]
        self.simulator.add(self.target, added, position=0 if on_top else None)
        self.kept = added + self.kept if on_top else self.kept + added
        self.gone -= set(added)
        self.unsure -= set(added)

    @rule(fault=st.none() | faults | limits)
    def a_run(self, fault: dict[str, Any] | None) -> None:
        if fault:
            self.simulator.faults.add(self._fault(**fault))
        given = {"pairs": [{"source": self.source, "target": self.target}]}
        execution = self.stack.ended(self.stack.start(given), seconds=300)  # as an hour may have to be waited out
        self.simulator.faults.clear()
        self._check(execution)

    @rule()
    def two_starts_at_once(self) -> None:
        given = {"pairs": [{"source": self.source, "target": self.target}]}
        first, second = self.stack.start(given), self.stack.start(given)
        ended = [self.stack.ended(first), self.stack.ended(second)]
        assert {one.status for one in ended} == {"SUCCEEDED"}
        self._check(ended[0])

    def _fault(self, at: str, **what: Any) -> Fault:
        if at == "token":
            return Fault(path="/api/token", **what)
        method, which = at.split()
        return Fault(method=method, path=self.source if which == "source" else self.target, **what)

    def _check(self, execution: Execution) -> None:
        now = [str(uri) for uri in self.simulator.uris(self.target)]
        added = now[len(self.kept) :]
        wanted = [uri for uri in self._wanted() if uri in added or uri not in self.unsure]
        if execution.status == "SUCCEEDED":
            self.known = set(now)
        else:
            assert execution.error
            assert len(str(execution.cause)) > 20
            wanted = wanted[: len(added)]
        assert now == self.kept + wanted
        self.kept += wanted
        self.unsure -= set(wanted)

    def teardown(self) -> None:
        if hasattr(self, "target"):
            self.a_run(None)
            assert set(self._wanted()) <= self.unsure


@pytest.mark.timeout(4 * 3600)
def test_the_promise_holds_for_any_sequence(stack: Stack, simulator: Simulator) -> None:
    Sequence.stack, Sequence.simulator = stack, simulator
    run_state_machine_as_test(
        Sequence,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=5,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
