"""The list for the first real account fits the template, has commands, and takes a quarter of an hour."""

import re
from fractions import Fraction

from tests.checks.test_pipeline import ROOT
from tests.checks.test_template import TEMPLATE

SECTION = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8").partition("\n## The first real account\n")[2]
ITEMS = SECTION.partition("\n## ")[0].split("\n- [ ] ")[1:]


def test_every_item_has_a_command_and_all_take_at_most_a_quarter_of_an_hour() -> None:
    assert len(ITEMS) == 12
    assert [item for item in ITEMS if "```console\n  $ " not in item] == []
    minutes = [re.findall(r"\((\d*)(½?) minutes?\)", item)[0] for item in ITEMS]
    assert sum(int(whole or 0) + Fraction(bool(half), 2) for whole, half in minutes) <= 15


def test_what_it_names_is_in_the_template() -> None:
    text = "".join(ITEMS)
    assert set(re.findall(r"told (\w+)", text)) <= TEMPLATE["Outputs"].keys()
    assert set(re.findall(r"--logical-resource-id (\w+)", text)) <= TEMPLATE["Resources"].keys()
    changed = {name for line in re.findall(r"\$ change (.+)", text) for name in re.findall(r"(\w+)=", line)}
    assert changed
    assert changed <= TEMPLATE["Parameters"].keys()
    alarms = [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    named = {alarm["AlarmName"]["Fn::Sub"].replace("${AWS::StackName}", "$STACK") for alarm in alarms}
    assert set(re.findall(r"\$STACK-[\w-]+", text)) <= named
