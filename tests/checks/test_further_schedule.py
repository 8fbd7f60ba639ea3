"""What schedule.yaml promises."""

from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

FILE = Path(__file__).parents[2] / "schedule.yaml"
SCHEDULE: dict[str, Any] = yaml_parse(FILE.read_text(encoding="utf-8"))
RESOURCES = SCHEDULE["Resources"]


def test_the_linter_finds_nothing() -> None:
    from cfnlint.api import lint_file  # it loads sympy, which each process that collects would

    assert lint_file(FILE) == []


def test_it_ships_disabled_with_somewhere_for_undelivered_starts() -> None:
    rule = RESOURCES["Rule"]["Properties"]
    (target,) = rule["Targets"]
    assert SCHEDULE["Parameters"]["ScheduleState"]["Default"] == "DISABLED"
    assert rule["State"] == {"Ref": "ScheduleState"}
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert target["RetryPolicy"]
    assert RESOURCES["NotStartedAlarm"]["Properties"]["AlarmActions"] == [{"Ref": "TopicArn"}]


def test_its_role_may_start_this_state_machine_and_nothing_else() -> None:
    (policy,) = RESOURCES["Role"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["states:StartExecution"]
    assert statement["Resource"] == [{"Ref": "StateMachineArn"}]


@pytest.mark.parametrize("name", SCHEDULE["Parameters"])
def test_every_parameter_is_described_and_constrained(name: str) -> None:
    parameter = SCHEDULE["Parameters"][name]
    assert parameter["Description"]
    assert parameter.keys() & {"AllowedPattern", "AllowedValues"}
