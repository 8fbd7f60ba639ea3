"""The README's picture of the flow is of the state machine as it is."""

import json

from tools.flow import MACHINE, PICTURE, flow


def test_the_picture_of_the_flow_is_as_the_state_machine_says() -> None:
    assert PICTURE.read_text(encoding="utf-8") == flow(), "run make flow"


def test_every_state_of_the_machine_is_in_the_picture() -> None:
    names = json.loads(MACHINE.read_text(encoding="utf-8"))["States"]
    assert [name for name in names if f'data-state="{name}"' not in PICTURE.read_text(encoding="utf-8")] == []
