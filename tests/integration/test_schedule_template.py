"""schedule.yaml: one more schedule beside the stack's own."""

import json
from pathlib import Path

import pytest

from rediscover.engine.aws import Clients
from rediscover.engine.deployment.deploy import deploy
from rediscover.engine.errors import ParameterError
from rediscover.engine.eventbridge import RuleNotFired
from rediscover.simulator import Simulator
from tests.support.stack import Stack

SCHEDULE = Path(__file__).parents[2] / "schedule.yaml"


def _deployed(stack: Stack, **parameters: str) -> str:
    """Deploy a schedule for the stack's state machine; the rule's name."""
    outputs = stack.engine.outputs
    given = {"StateMachineArn": outputs["StateMachineArn"], "TopicArn": outputs["TopicArn"], **parameters}
    return deploy(SCHEDULE, given, Clients(stack.engine.endpoint_url, stack.engine.credentials)).outputs["RuleName"]


def test_a_further_schedule_archives_its_own_pairs_once_it_is_switched_on(stack: Stack, simulator: Simulator) -> None:
    source = simulator.create_playlist("Release Radar copy", simulator.tracks(3, "New"))
    target = simulator.create_playlist("Releases")
    rule = _deployed(stack, Input=json.dumps({"pairs": [{"source": source, "target": target}]}))
    with pytest.raises(RuleNotFired, match="disabled"):
        stack.engine.fire_rule(rule)
    (arn,) = stack.engine.fire_rule(rule, even_if_disabled=True)
    assert stack.ended(arn).output["outcome"] == "added"
    assert simulator.uris(target) == simulator.uris(source)


@pytest.mark.parametrize("given", ["", "[]", "all", '{"pairs": []'])
def test_an_input_that_is_no_json_object_is_refused(stack: Stack, given: str) -> None:
    with pytest.raises(ParameterError, match="Input"):
        _deployed(stack, Input=given)
