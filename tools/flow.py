"""docs/flow.svg, out of the state machine: `python -m tools.flow` draws it."""

import json
from pathlib import Path

from rediscover.executions.picture.drawing import picture, standalone

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "flow.svg"
MACHINE = ROOT / "statemachine" / "rediscover.asl.json"


def flow() -> str:
    """The picture as it should be."""
    return standalone(picture(json.loads(MACHINE.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    PICTURE.write_text(flow(), encoding="utf-8")
