"""The second state machine: a list of pairs in the bucket, archived in runs of the first one."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from moto.stepfunctions.exceptions import StateMachineDoesNotExist
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from rediscover.engine import Engine
from rediscover.simulator import Fault, Simulator
from tests.conftest import WAIT_SCALE
from tests.support.few import SOAK
from tests.support.stack import Execution, Stack

KEY = "pairs/all.json"
BATCHED, MOST = '"MaxItemsPerBatch": 40', 40 if SOAK else 4
"""As the state machine has it, and the most pairs of a run while a long list is tried."""
Pair = dict[str, str]


class ManyPairs(Stack):
    """A stack that is deployed with a list of pairs."""

    def subscribe(self) -> None:
        """Let what is published be found by `told`."""
        queue = self.engine.client("sqs").create_queue(QueueName="told")["QueueUrl"]
        asked = self.engine.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        self.engine.client("sns").subscribe(
            TopicArn=self.engine.outputs["TopicArn"], Protocol="sqs", Endpoint=asked["Attributes"]["QueueArn"]
        )

    def put_list(self, content: Any) -> None:
        """Store the list of pairs, as the user does."""
        self.engine.client("s3").put_object(Bucket=self.engine.outputs["BucketName"], Key=KEY, Body=json.dumps(content))

    def start_list(self, name: str = "") -> str:
        """Start the second state machine by hand; the execution's ARN."""
        started = self.engine.client("stepfunctions").start_execution(
            stateMachineArn=self.engine.outputs["ManyPairsStateMachineArn"],
            name=name or f"list-{uuid4()}",
            input="{}",
        )
        return str(started["executionArn"])

    def run_list(self, pairs: Any, seconds: float = 60) -> Execution:
        """Store a list and work through it."""
        self.put_list(pairs)
        return self.ended(self.start_list(), seconds)

    def runs_of(self, execution: Execution) -> dict[str, Execution]:
        """What the first state machine was started for, by the part of the name after the list's execution."""
        prefix = f"{_hashed(execution.arn.rpartition(':')[2])}-"
        arns = [arn for arn in self.executions() if f":{prefix}" in arn]
        return {arn.rpartition(prefix)[2]: self.ended(arn) for arn in arns}

    def executions(self) -> list[str]:
        """The ARNs of every run that the first state machine was started for."""
        machine = self.engine.outputs["StateMachineArn"]
        found = self.engine.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
        return sorted(one["executionArn"] for one in found)

    @contextmanager
    def instead_of(self, text: str, other: str) -> Iterator[None]:
        """Change what stands in the second state machine once, for as long as it lasts."""
        states, machine = self.engine.client("stepfunctions"), self.engine.outputs["ManyPairsStateMachineArn"]
        definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
        assert definition.count(text) == 1
        states.update_state_machine(stateMachineArn=machine, definition=definition.replace(text, other))
        try:
            yield
        finally:
            states.update_state_machine(stateMachineArn=machine, definition=definition)

    def told(self) -> list[Any]:
        """Subjects of what was published since the last time."""
        queue = self.engine.client("sqs").get_queue_url(QueueName="told")["QueueUrl"]
        subjects = []
        while found := self.engine.client("sqs").receive_message(QueueUrl=queue).get("Messages"):
            subjects += [json.loads(message["Body"]).get("Subject") for message in found]
            for message in found:
                self.engine.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return subjects


def _hashed(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def shared_many(shared_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManyPairs]:
    home: Path = tmp_path_factory.mktemp("home")
    parameters = {
        **shared_simulator.parameters,
        "SettleSeconds": "0",
        "PairsKey": KEY,
        "ScheduleState": "ENABLED",
    }
    with Engine(home, parameters, wait_scale=WAIT_SCALE) as engine:
        many = ManyPairs(engine, home)
        many.subscribe()
        yield many


@pytest.fixture
def many(shared_many: ManyPairs, simulator: Simulator) -> Iterator[ManyPairs]:
    shared_many.renew(simulator)
    shared_many.told()
    shared_many.engine.denials.clear()
    yield shared_many
    assert shared_many.engine.denials == []


def _pairs(simulator: Simulator, count: int, every: int = 1) -> list[Pair]:
    """Each with a target of its own; every so-manieth has a track of its own, the others have nothing to offer."""
    return [
        {
            "source": simulator.create_playlist(
                f"Source {number}", simulator.tracks(int(number % every == 0), f"Track {number}")
            ),
            "target": simulator.create_playlist(f"Target {number}"),
        }
        for number in range(count)
    ]


def test_what_the_runs_told_is_not_told_again(many: ManyPairs, simulator: Simulator) -> None:
    pairs = _pairs(simulator, 2)
    pairs[0]["source"] = "37i9dQZEVXcJZyENOWUFo7"
    execution = many.run_list(pairs)
    assert execution.error == "RunsFailed"
    assert len(many.told()) == 1


def test_a_batch_waits_while_another_run_is_at_work(many: ManyPairs, simulator: Simulator) -> None:
    (pair, by_hand) = _pairs(simulator, 2)
    simulator.faults.add(Fault("delay_before", path=f"/playlists/{by_hand['source']}", seconds=3))
    first = many.start({"pairs": [by_hand]})
    while not simulator.requests_count("POST", "token"):
        pass
    execution = many.run_list([pair])
    outcomes = [run.output["outcome"] for run in many.runs_of(execution).values()]
    assert execution.status == "SUCCEEDED"
    assert outcomes[-1] == "added"
    assert set(outcomes[:-1]) == {"busy"}
    assert many.ended(first).output["outcome"] == "added"
    assert simulator.uris(pair["target"]) == simulator.uris(pair["source"])


def test_a_batch_that_is_kept_out_for_good_is_told(many: ManyPairs, simulator: Simulator) -> None:
    (pair, by_hand) = _pairs(simulator, 2)
    simulator.faults.add(Fault("delay_before", path=f"/playlists/{by_hand['source']}", seconds=6))
    first = many.start({"pairs": [by_hand]})
    while not simulator.requests_count("POST", "token"):
        pass
    with many.instead_of('"NumericGreaterThanEquals": 76', '"NumericGreaterThanEquals": 1'):
        execution = many.run_list([pair])
    assert (execution.status, execution.error) == ("FAILED", "RunsFailed")
    assert [run.output["outcome"] for run in many.runs_of(execution).values()] == ["busy", "busy"]
    assert "(re)Discover Weekly: pairs were left out" in many.told()
    assert many.ended(first).status == "SUCCEEDED"


def test_a_start_that_is_delivered_twice_archives_once(many: ManyPairs, simulator: Simulator) -> None:
    pairs = _pairs(simulator, 3)
    many.put_list(pairs)
    rule = many.engine.outputs["ScheduleRuleName"]
    arns = [*many.engine.fire_rule(rule), *many.engine.fire_rule(rule)]
    assert [many.ended(arn).status for arn in arns] == ["SUCCEEDED", "SUCCEEDED"]
    assert all(simulator.uris(pair["target"]) == simulator.uris(pair["source"]) for pair in pairs)


def test_a_run_whose_start_was_not_answered_is_found_and_not_started_again(
    many: ManyPairs, simulator: Simulator
) -> None:
    (pair,) = _pairs(simulator, 1)
    many.put_list([pair])
    name = f"list-{uuid4()}"
    started = many.engine.client("stepfunctions").start_execution(
        stateMachineArn=many.engine.outputs["StateMachineArn"],
        name=f"{_hashed(name)}-0-0",
        input=json.dumps({"pairs": [pair]}),
    )
    many.ended(started["executionArn"])
    before = many.executions()
    execution = many.ended(many.start_list(name))
    assert execution.status == "SUCCEEDED"
    assert many.executions() == before


def test_a_run_that_cannot_be_started_is_told(many: ManyPairs, simulator: Simulator) -> None:
    started = StepFunctionsParserBackend.start_execution

    def refused(self: Any, state_machine_arn: str, *rest: Any) -> Any:
        if state_machine_arn == many.engine.outputs["StateMachineArn"]:
            raise StateMachineDoesNotExist(state_machine_arn)
        return started(self, state_machine_arn, *rest)

    with patch.object(StepFunctionsParserBackend, "start_execution", refused):
        execution = many.run_list(_pairs(simulator, 1))
    assert (execution.status, execution.error) == ("FAILED", "RunsFailed")
    assert many.told() == ["(re)Discover Weekly: pairs were left out"]


@pytest.mark.parametrize("content", [None, {"pairs": []}])
def test_a_list_that_cannot_be_read_is_told(many: ManyPairs, content: Any) -> None:
    if content is not None:
        many.put_list(content)
    execution = many.ended(many.start_list())
    assert execution.status == "FAILED"
    assert execution.states == ["NameTheRuns", "ArchiveBatches", "TellFailure", "Failed"]
    assert many.told() == ["(re)Discover Weekly: the list of pairs failed"]


def test_an_empty_list_is_no_failure(many: ManyPairs) -> None:
    execution = many.run_list([])
    assert (execution.status, execution.output["pairs"]) == ("SUCCEEDED", 0)


def test_the_schedule_starts_the_list_instead_of_the_stacks_own_pair(many: ManyPairs) -> None:
    events, weekly = many.engine.client("events"), many.engine.resources["StateMachineWeekly"]
    assert events.describe_rule(Name=many.engine.outputs["ScheduleRuleName"])["State"] == "ENABLED"
    assert events.describe_rule(Name=weekly)["State"] == "DISABLED"


@pytest.mark.timeout(600)
def test_a_long_list_is_archived_in_runs_of_forty_and_a_failed_one_stops_no_other(
    many: ManyPairs, simulator: Simulator
) -> None:
    every = MOST // 4
    pairs = _pairs(simulator, MOST + 2, every)
    sharing = (0, every, MOST)  # twice in the first run, and in the other
    for number in sharing:
        pairs[number]["target"] = pairs[0]["target"]
    pairs[2 * every]["source"] = "37i9dQZEVXcJZyENOWUFo7"
    with many.instead_of(BATCHED, f'"MaxItemsPerBatch": {MOST}'):
        execution = many.run_list(pairs, seconds=590)
    runs = many.runs_of(execution)
    assert {name: run.status for name, run in runs.items()} == {"0-0": "FAILED", f"{MOST}-0": "SUCCEEDED"}
    alone = [pair for number, pair in enumerate(pairs) if number not in (*sharing, 2 * every)]
    assert all(simulator.uris(pair["target"]) == simulator.uris(pair["source"]) for pair in alone)
    shared = simulator.uris(pairs[0]["target"])
    assert sorted(map(str, shared)) == sorted(str(simulator.uris(pairs[number]["source"])[0]) for number in sharing)
    assert (execution.status, execution.error) == ("FAILED", "RunsFailed")
    assert str(execution.cause).startswith(f"Of {MOST + 2} pairs, 2 were in runs that succeeded.")
    (manifest,) = many.documents("results/")
    assert manifest in str(execution.cause)
