"""An execution as a picture of the state machine that is installed here."""

import json
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from rediscover.executions.picture.drawing import picture
from rediscover.executions.timeline import Timeline
from rediscover.machine.stack import stack_folder

MACHINE = "statemachine/rediscover.asl.json"


def drawn(timeline: Timeline) -> Element:
    """The picture of an execution, of what it did so far."""
    definition = json.loads((stack_folder() / MACHINE).read_text(encoding="utf-8"))
    return picture(definition, timeline, now=datetime.now(UTC))
