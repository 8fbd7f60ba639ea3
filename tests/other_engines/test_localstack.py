"""The state machines on LocalStack, whose interpreter is tested against recordings of AWS."""

import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.simulator import Simulator
from tests.other_engines.called import Called
from tests.other_engines.localstack_process import LocalStack, missing
from tests.other_engines.pairs import EVERY, Make, begun, deployed_definition, on_moto
from tests.other_engines.uncatchable import EVERY as EVERY_END
from tests.other_engines.uncatchable import Uncatchable
from tests.statemachine.cases import CASES
from tests.statemachine.definition import FILE, STATES, TASKS, catcher, mocked, states_of
from tests.statemachine.embedded import ROLE, Runs
from tests.statemachine.mock_config import MACHINE
from tests.statemachine.runs import Run, readable
from tests.statemachine.state_requests import state_requests
from tests.statemachine.ways import Case
from tests.support.stack import Stack

CAUGHT_BY_LOCALSTACK = {"Parameters", "ItemsPath", "InAnItem", "TooLargeInAnItem"}
"""What States.ALL catches on LocalStack, and not on AWS."""

pytestmark = pytest.mark.elsewhere


@pytest.fixture(scope="module")
def local(called: Called) -> Iterator[LocalStack]:
    if why := missing():
        pytest.skip(why)
    with LocalStack(called) as running:
        yield running


@pytest.fixture(scope="module")
def executions(local: LocalStack) -> dict[str, str]:
    """The ARN of each case's execution, all of them started at once."""
    definition = mocked()
    definition["States"]["Notify"]["TimeoutSeconds"] = 60  # no mock times out, but all cases run at once
    machine = _created(local, MACHINE, definition)
    return {case.name: _started(local, f"{machine}#{case.name}", case.name, {}) for case in CASES}


def test_nobody_else_reaches_it(local: LocalStack) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", local.port), timeout=5)


def test_its_objects_are_in_its_own_folder(local: LocalStack) -> None:
    bucket = f"kept-{uuid4()}"
    local.client("s3").create_bucket(Bucket=bucket)
    local.client("s3").put_object(Bucket=bucket, Key="key", Body=b"1")
    assert not Path("/tmp/localstack-s3-storage", bucket).exists()  # where it keeps them by itself


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mocked_case_comes_to_the_same(
    local: LocalStack, executions: dict[str, str], moto_runs: Runs, case: Case
) -> None:
    run = Run.of(local.client("stepfunctions"), executions[case.name], seconds=240)
    assert run.path == case.path
    assert _untold(run) == _untold(moto_runs[case.name][0])


@pytest.fixture(scope="module")
def slow_tasks(local: LocalStack, moto_runs: Runs) -> dict[str, str]:
    """By Task: an execution of it alone, while nobody answers; it may wait for a second."""
    inputs = {name: given[0] for run, _ in moto_runs.values() for name, given in run.inputs.items()}
    return {name: _started(local, _alone(local, name), "slow", inputs[name]) for name in TASKS}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_that_is_not_answered_is_tried_again_and_given_up(
    local: LocalStack, slow_tasks: dict[str, str], name: str
) -> None:
    run = Run.of(local.client("stepfunctions"), slow_tasks[name], seconds=120)
    (attempts,) = (1 + one["MaxAttempts"] for one in STATES[name]["Retry"] if "States.Timeout" in one["ErrorEquals"])
    history = local.client("stepfunctions").get_execution_history(executionArn=slow_tasks[name], maxResults=1000)
    assert sum(event["type"].endswith("TimedOut") for event in history["events"]) == attempts
    assert run.path == (name, catcher(STATES[name], "States.Timeout"))


def test_test_state_leaves_each_state_as_moto_does(local: LocalStack, moto_runs: Runs) -> None:
    states = local.client("stepfunctions")
    differing = []
    for one in state_requests((case, moto_runs[case.name][0]) for case in CASES):
        if "FunctionArn" in STATES[one.name].get("Resource", ""):
            continue  # LocalStack's TestState mocks no state whose resource is a function
        answer = states.test_state(**one.request)
        told = (answer["status"], answer.get("nextState"))
        if told != (one.status, one.next_state):
            differing.append((one.name, one.request["input"], one.request.get("mock"), told))
    assert differing == []


@pytest.mark.parametrize("make", EVERY)
def test_a_run_with_the_real_functions_comes_to_the_same_as_on_moto(
    local: LocalStack, called: Called, stack: Stack, simulator: Simulator, make: Make
) -> None:
    def on_local(stack: Stack, given: Any) -> Run:
        machine = _created(local, make.__name__, deployed_definition(stack))
        with stack.environment_of("PrepareFunction", AWS_ENDPOINT_URL_SFN=local.url):
            return Run.of(local.client("stepfunctions"), _started(local, machine, f"with-{make.__name__}", given))

    called.ask(stack.engine.endpoint_url, stack.engine.credentials)
    here, there = (readable(asdict(begun(stack, simulator, make, on))) for on in (on_moto, on_local))
    assert there == here


def test_a_list_of_pairs_is_archived_and_a_failed_run_stops_no_other(
    local: LocalStack, called: Called, stack: Stack, simulator: Simulator
) -> None:
    called.ask(stack.engine.endpoint_url, stack.engine.credentials)
    sources = [simulator.create_playlist("New", simulator.tracks(1, f"New {number}")) for number in range(2)]
    target = simulator.create_playlist("Archive")
    listed = [{"source": source, "target": target} for source in (sources[0], "37i9dQZEVXcJZyENOWUFo7", sources[1])]
    with stack.environment_of("PrepareFunction", AWS_ENDPOINT_URL_SFN=local.url):
        told, written = _worked_through(local, stack, listed)
    assert (told["status"], told["error"]) == ("FAILED", "RunsFailed")
    assert told["cause"].startswith("Of 3 pairs, 2 were in runs that succeeded.")
    assert len(written) == 1
    assert written[0] in told["cause"]
    assert len(simulator.uris(target)) == 2


def test_a_list_that_is_not_there_is_a_failure(local: LocalStack, called: Called, stack: Stack) -> None:
    called.ask(stack.engine.endpoint_url, stack.engine.credentials)
    told, _ = _worked_through(local, stack, None)
    assert told["status"] == "FAILED"


def _worked_through(local: LocalStack, stack: Stack, listed: Any) -> tuple[Any, list[str]]:
    """The end of an execution of the second state machine, and the keys of what its Map wrote."""
    bucket, name = f"list-{uuid4()}", f"rediscover-{uuid4()}"
    s3 = local.client("s3")
    s3.create_bucket(Bucket=bucket)
    if listed is not None:
        s3.put_object(Bucket=bucket, Key="pairs.json", Body=json.dumps(listed))
    values = {
        "Bucket": bucket,
        "PairsKey": "pairs.json",
        "StateMachineArn": _created(local, name, deployed_definition(stack)),
        "RunArn": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{name}",
        "TopicArn": stack.engine.outputs["TopicArn"],
        "ManyPairsName": f"{name}-many",
    }
    text = FILE.with_name("many-pairs.asl.json").read_text(encoding="utf-8")
    definition = json.loads(re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], text))
    machine = _created(local, f"{name}-many", _in_batches_of_one(definition))
    states, execution = local.client("stepfunctions"), _started(local, machine, "all", {})
    while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.1)
    found = s3.list_objects_v2(Bucket=bucket, Prefix="results/").get("Contents", [])
    return told, [one["Key"] for one in found]


def _in_batches_of_one(definition: Any) -> Any:
    """LocalStack parses no ItemBatcher, so that each item is selected as a batch of its own.

    Nor does it parse ExecutionType, whose default this is, and a percentage only with a decimal point. Of a path with a
    wildcard that finds one thing, it takes this thing, and not a list of it.
    """
    batches = definition["States"]["ArchiveBatches"]
    del batches["ItemBatcher"], batches["ItemProcessor"]["ProcessorConfig"]["ExecutionType"]
    batch = batches["ItemProcessor"]["States"]["BatchToRun"]
    batch["Parameters"]["pairs.$"] = "States.Array($.Items[0].pair)"
    batches["ToleratedFailurePercentage"] = float(batches["ToleratedFailurePercentage"])
    batches["ItemSelector"] = {"Items": [batches["ItemSelector"]]}
    return definition


def _untold(run: Run) -> Any:
    """All of a run but the cause that SNS gives when it refuses: moto's client makes it up, the mock has it written."""
    told = readable(asdict(run))
    for name in ("Failed?", "Done", "Failed"):
        for given in told["inputs"].get(name, []):
            given.get("failure", {}).pop("Notify", None)
    return told


def _alone(local: LocalStack, name: str) -> str:
    state = dict(states_of(mocked()))[name] | {"TimeoutSeconds": 1}
    after = {one["Next"] for one in [state, *state["Catch"]]}
    machine = {"StartAt": name, "States": {name: state, **{other: {"Type": "Pass", "End": True} for other in after}}}
    return _created(local, name.replace("?", ""), machine)


@pytest.fixture(scope="module")
def uncaught(local: LocalStack) -> dict[str, str]:
    """The executions that AWS ends."""
    return {one.name: _started(local, _created(local, one.name, one.machine), "ended", one.given) for one in EVERY_END}


@pytest.mark.parametrize("one", EVERY_END, ids=str)
def test_an_error_that_aws_lets_nothing_catch_ends_the_execution(
    local: LocalStack, uncaught: dict[str, str], one: Uncatchable
) -> None:
    run = Run.of(local.client("stepfunctions"), uncaught[one.name])
    if one.name in CAUGHT_BY_LOCALSTACK:
        assert run.path[-1] == "Caught", "LocalStack is stricter now: take this one out of the list"
    else:
        assert run.status == "FAILED"
        assert run.error in (
            one.error,
            "States.Runtime",
        )  # which is what LocalStack's own failure in a branch is called


def _created(local: LocalStack, name: str, definition: Any) -> str:
    made = local.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


def _started(local: LocalStack, machine: str, name: str, given: Any) -> str:
    started = local.client("stepfunctions").start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
    return str(started["executionArn"])
