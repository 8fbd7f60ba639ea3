"""Runs with the real functions, from the same beginning on each engine, to be compared field by field."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from rediscover.simulator import Fault, Simulator
from tests.statemachine.runs import Run
from tests.support.stack import Stack

Pair = dict[str, Any]
Make = Callable[[Simulator], Pair]
On = Callable[[Stack, Any], Run]


def disturbed(simulator: Simulator) -> Pair:
    """Every kind of fault that the state machine, and not a function, gets over."""
    source = simulator.create_playlist("Copy", simulator.tracks(230, "New"))
    target = simulator.create_playlist("Archive", simulator.tracks(5, "Old"))
    simulator.faults.add(Fault("unavailable", "GET", f"/playlists/{source}"))
    simulator.faults.add(Fault("rate_limited", "GET", f"/playlists/{target}", retry_after=3))
    simulator.faults.add(Fault("unauthorized", "POST", f"/playlists/{target}/items"))
    simulator.faults.add(Fault("lost_response", "POST", f"/playlists/{target}/items", nth=3))
    return {"source": source, "target": target}


def made(simulator: Simulator) -> Pair:
    """A target that is made."""
    return {
        "source": simulator.create_playlist("Copy", simulator.tracks(3, "New")),
        "target": {"create": "Archive"},
    }


def unreadable(simulator: Simulator) -> Pair:
    """A source that development mode does not show."""
    return {"source": "37i9dQZEVXcJZyENOWUFo7", "target": simulator.create_playlist("Archive")}


EVERY = [disturbed, made, unreadable]


def begun(stack: Stack, simulator: Simulator, make: Make, on: On) -> Run:
    """The run of a new pair on an engine, without the ids that differ from run to run."""
    simulator.reset()
    stack.renew(simulator)
    pair = make(simulator)
    run = on(stack, {"pairs": [pair]})
    simulator.faults.clear()
    text = json.dumps(asdict(run))
    ids = {pair["source"]: "source", str(pair["target"]): "target", run.inputs["Busy?"][0]["run"]["name"]: "run"}
    for one, instead in ids.items():
        text = text.replace(one, instead)
    return Run(**{**json.loads(text), "path": run.path})


def on_moto(stack: Stack, given: Any) -> Run:
    """On the embedded engine."""
    return Run.of(stack.engine.client("stepfunctions"), stack.start(given), wait=stack.engine.wait)


def deployed_definition(stack: Stack) -> Any:
    """The state machine, with the ARNs of the functions and the topic on the embedded engine."""
    machine = stack.engine.outputs["StateMachineArn"]
    described = stack.engine.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    return json.loads(described["definition"])
