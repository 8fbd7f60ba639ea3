"""One sequence, simulated: the stack, Spotify and the listener, and all that befalls them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import requests

from rediscover.simulator.world.world import World
from tests.simulation.clearing import Clearing
from tests.simulation.executions import Answered, Execution
from tests.simulation.functions import Function
from tests.simulation.interpreter import Call, StateError
from tests.simulation.invocations import Invocation, failure
from tests.simulation.judge import Judge
from tests.simulation.listener import Listener
from tests.simulation.loop import Loop
from tests.simulation.outside import Present, playlists_take
from tests.simulation.schedule import Run, Sequence, Trouble
from tests.simulation.services import S3, Effect, Secrets, States
from tests.simulation.spotify import DEADLINE, Web
from tests.simulation.troubles import Troubles

BEGIN = datetime(2026, 11, 30, 6, tzinfo=UTC).timestamp()
DAY = 86_400
HALF = "half of a page"
ARN = "arn:aws:states:us-east-1:123456789012:execution:rediscover:"
AWS_SAYS = "The service could not do it at this time."
REDRIVEN_AFTER = 130
"""Seconds after a stop from which a run is redriven: then no function of it can be running any more."""


class Simulation:
    """The stack as it stands.

    `timeline` is what happened: when, to whom and what. `shown_in_part` are the executions that Spotify did not show a
    page of a target whole.
    """

    def __init__(self, sequence: Sequence, functions: dict[str, Function], machine: Any) -> None:
        self.setup = sequence.setup
        self.loop = Loop(Random(f"{sequence.seed} begins"), BEGIN)
        self.timeline: list[tuple[float, str, str]] = []
        self.executions: dict[str, Execution] = {}
        self.broken: list[str] = []
        self.was_troubled = False
        self.shown_in_part: set[str] = set()
        self._halved: Invocation | None = None
        self.troubles = Troubles()
        self._functions, self._machine, self._seed = functions, machine, sequence.seed
        Present.now = self
        os.environ["SETTLE_SECONDS"] = str(self.setup.settle)
        self.world = World(lambda: self.loop.now)
        self.world.settings.update(
            items_lag_seconds=self.setup.items_lag,
            snapshot_lag_seconds=self.setup.snapshot_lag,
            listing_lag_seconds=self.setup.listing_lag,
            rotate_refresh_token=self.setup.rotates,
            access_token_seconds=self.setup.token_seconds,
            most_rows=self.setup.most_rows,
            playlist_cap=self.setup.cap,
            playlist_cap_status=self.setup.cap_status,
        )
        playlists_take(self.setup.cap)
        self.s3 = S3(self, lambda: self.loop.now)
        self.secrets = Secrets(self)
        self._states = States(self, self.executions, lambda: self.loop.now)
        late = max(0.0, self.setup.settle - self.setup.items_lag - 0.5)
        clearing = Clearing(lambda source: self.judge.targets_of(source), self._breaks, self._recording)
        self._web = Web(self, self.world, self.loop, late, self._posting, clearing)
        self.listener = Listener(self)
        self.judge = Judge(self, self.listener)
        self.listener.consents(self.loop.now - self.setup.consent_age * DAY)

    def _recording(self, uri: str) -> str:
        """What a track is told apart by."""
        by_isrc = ("match", "isrc") in self.setup.pairs[0].options
        return str(self.world.catalogue[uri]["external_ids"]["isrc"]) if by_isrc else uri

    def say(self, who: str, what: str) -> None:
        """Write into the timeline."""
        self.timeline.append((self.loop.now, who, what))

    # What the functions have

    def client(self, service: str) -> Any:
        """As boto3.client."""
        return {"s3": self.s3, "secretsmanager": self.secrets, "stepfunctions": self._states}[service]

    def exchange(self, *given: Any, **arguments: Any) -> Any:
        """As rediscover_archive.spotify.http.request."""
        return self._web.exchange(*given, **arguments)

    def sleep(self, seconds: float) -> None:
        """As time.sleep."""
        if not seconds:  # the simulated Spotify's latency
            return

        def effect() -> None:
            if self.loop.current:
                self.loop.current.pause(seconds)

        self.request(("any", "sleep"), f"sleeps {seconds} s", effect, lambda _: effect())

    def request(self, ons: tuple[str, ...], what: str, effect: Effect, spoil: Callable[[str], Any]) -> Any:
        """Let a function's request through, or let something befall it."""
        fiber = self.loop.current
        if fiber is None:
            raise RuntimeError(f"{what} outside of a function")
        invocation: Invocation = fiber.owner
        invocation.check()
        chance = self.loop.random.random()
        trip = 0.01 + 0.2 * chance * chance if ons[1] == "http" else 0.002 + 0.03 * chance
        trouble = self.troubles.strike(ons)
        if trouble and trouble.what == HALF and not self._is_left_out(what, invocation):
            trouble = None
        self.timeline.append((self.loop.now, invocation.label, what))
        if trouble:
            return self._troubled(trouble, invocation, trip, ons[1] == "http", effect, spoil)
        fiber.pause(trip)
        invocation.check()
        answer = effect()
        fiber.pause(trip / 4)
        invocation.check()
        return answer

    def _is_left_out(self, what: str, invocation: Invocation) -> bool:
        """Whether rows may be left out: of a source only while it is read once, and where no track stands twice in it.

        What is left out at two readings is taken for hidden, and of two places the one that is shown counts
        (docs/guarantee.md).
        """
        if "/me/player" in what:  # no total counts plays
            return False
        source = self.listener.source_of(what)
        if source is None:
            self.shown_in_part.add(invocation.execution.name)
            return True
        if len(source) != len(set(source)):
            return False
        self._halved = self._halved or invocation
        return self._halved is invocation

    def _troubled(
        self,
        trouble: Trouble,
        invocation: Invocation,
        trip: float,
        is_http: bool,
        effect: Effect,
        spoil: Callable[[str], Any],
    ) -> Any:
        self.say(invocation.label, f"  ! {trouble.what}")
        fiber = self.loop.current
        assert fiber is not None
        fiber.pause(trip + (39 * trouble.detail if trouble.what == "slow before" else 0))
        invocation.check()
        what, _, moment = trouble.what.rpartition(" ")
        if moment not in ("before", "after"):
            answer = spoil(trouble.what)
        elif moment == "before":
            self._befall(what, trouble.detail, invocation)
            invocation.check()
            answer = effect()
        else:
            answer = effect()
            self._befall(what, trouble.detail, invocation)
        seconds = 60 * trouble.detail if trouble.what == "slow after" else 0
        if is_http and seconds >= DEADLINE:
            fiber.pause(DEADLINE)
            invocation.check()
            raise requests.Timeout
        fiber.pause(trip / 4 + seconds)
        invocation.check()
        return answer

    def _befall(self, what: str, detail: float, invocation: Invocation) -> None:
        if what == "the process is killed":
            invocation.die()
        elif what == "the run is stopped":
            self.stop(invocation.execution, detail)
        elif what == "another run starts":
            self.start()
        elif what == "the access tokens expire":
            self.world.expire_access_tokens()
        elif what != "slow":
            self.listener.does(what, detail)

    # What Step Functions has

    def start(self, given: Any = None) -> Execution:
        """Start an execution."""
        name = f"run-{len(self.executions) + 1}"
        given = {"pairs": self.listener.pairs} if given is None else given
        execution = Execution(self.loop, self, self._machine, ARN + name, given)
        self.executions[ARN + name] = execution
        self.say(name, "starts")
        execution.on_end = partial(self._ended, execution)
        self.judge.watches(execution)
        execution.start()
        return execution

    def stop(self, execution: Execution, detail: float) -> None:
        """Stop an execution; some are redriven later, and of these some after another one has begun."""
        execution.stop()
        if detail < 0.2 and execution.status == "ABORTED":
            self.loop.after(10 * detail, self.start)
        if detail < 0.4 and execution.status == "ABORTED":
            self.loop.after(REDRIVEN_AFTER + 1000 * detail, lambda: self._redrive(execution))

    def _redrive(self, execution: Execution) -> None:
        if execution.status == "ABORTED":
            self.say(execution.name, "is redriven")
            self.judge.watches(execution)
            execution.start()

    def _ended(self, execution: Execution) -> None:
        self.say(execution.name, f"ends: {execution.status} {execution.error or ''} {execution.cause or ''}".rstrip())
        self.broken += self.judge.judges(execution)

    def call(self, execution: Execution, call: Call, answered: Answered) -> None:
        """What a Task calls: a function, or SNS."""
        if call.resource.endswith("sns:publish"):
            self._publish(answered)
            return
        self.judge.calls(call)
        trouble = self.troubles.strike(("invoke",))
        label = f"{execution.name} {call.state}"
        if trouble:
            self.say(label, f"! {trouble.what}")
        what = trouble.what if trouble else ""
        if what in ("throttled", "not begun"):
            error = "Lambda.TooManyRequestsException" if what == "throttled" else "Lambda.ServiceException"
            self.loop.after(0.1, lambda: answered(None, failure(error, AWS_SAYS)))
            return

        def on_end(answer: Any, error: StateError | None) -> None:
            self.say(label, f"gives {error.error}: {error.cause}" if error else "answers")
            if what == "run twice":
                Invocation(self.loop, execution, call, self._functions[call.resource], answered).begin()
            elif what == "answer lost":
                answered(None, failure("Lambda.Unknown", AWS_SAYS))
            elif what != "never answered":
                answered(answer, error)

        Invocation(self.loop, execution, call, self._functions[call.resource], on_end).begin()

    def _publish(self, answered: Answered) -> None:
        trouble = self.troubles.strike(("notify",))
        if trouble and trouble.what == "never answered":
            return
        error = StateError("SNS.ThrottledException", AWS_SAYS) if trouble else None
        self.loop.after(0.05, lambda: answered(None if error else {"MessageId": "simulated"}, error))

    def _posting(self, playlist: str) -> None:
        fiber = self.loop.current
        assert fiber is not None
        for one in self.judge.sees_adding(playlist, fiber.owner):
            self._breaks(one)

    def _breaks(self, promise: str) -> None:
        self.say("promise", promise)
        self.broken.append(promise)

    # What happens in a step

    @property
    def last(self) -> Execution:
        """The execution that began last."""
        return [*self.executions.values()][-1]

    def run(self, step: Run) -> None:
        """Start the step's executions, and let everything come to rest."""
        self.loop.random = Random(f"{self._seed} {step.number}")
        self.troubles = Troubles(step.troubles)
        self.was_troubled = self.was_troubled or bool(step.troubles)
        given = {"pairs": self.listener.pairs, "dry_run": True} if step.dry else None
        for seconds in step.starts:
            self.loop.after(seconds, partial(self.start, given))
        self.loop.run()
        self.troubles = Troubles()
        self.broken += self.judge.rests()
        self.listener.rests()
