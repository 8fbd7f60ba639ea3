"""A failure as moto 5.2.5's interpreter raises it, with an error of Step Functions' own."""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType


def failure(env: Any, error: StatesErrorNameType, cause: str, event: HistoryEventType) -> FailureEventException:
    """What to raise for `error`; the history then has an event of this type, such as `TaskFailed`."""
    details = f"{event.value[0].lower()}{event.value[1:]}EventDetails"
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=error),
            event_type=event,
            event_details={details: {"error": error.to_name(), "cause": cause}},
        )
    )
