"""What all states have in common: the event's shape, logs and metrics.

The state machine sends `{"execution", "run", "state", "retry", "input"}`: the execution's ARN and name, the
state's name, how often this attempt was retried, and the state's input. A handler answers with the state's output.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from archive.errors import ArchiveError
from archive.log import logger
from archive.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.metrics import Metrics

State = dict[str, Any]
Handler = Callable[[dict[str, Any], Any], State]


@dataclass(frozen=True)
class Step:
    """One attempt at one state."""

    execution: str
    run: str
    name: str
    retry: int
    input: Any
    settings: Settings


def step(work: Callable[[Step], State], metrics: "Metrics | None" = None) -> Handler:
    """A Lambda handler out of `work`: every log line has the execution, every failure is logged once.

    `metrics` are sent at its end; a function that has none does not load their module.
    """

    def handler(event: dict[str, Any], _context: Any) -> State:
        logger.append_keys(correlation_id=event["execution"], state=event["state"], retry=event["retry"])
        started = time.monotonic()
        try:
            return work(
                Step(
                    execution=event["execution"],
                    run=event["run"],
                    name=event["state"],
                    retry=event["retry"],
                    input=event["input"],
                    settings=Settings.of(),
                )
            )
        except ArchiveError as error:
            logger.warning("state failed", extra={"error": type(error).__name__})
            raise
        finally:
            logger.info("state ended", extra={"seconds": round(time.monotonic() - started, 3)})

    observed: Any = logger.inject_lambda_context(handler)
    if metrics:
        observed = metrics.log_metrics(observed)

    def entry(event: dict[str, Any], context: Any) -> State:
        try:
            return cast(State, observed(event, context))
        except ArchiveError as error:
            # Its message says all; a stack trace would only fill the state's 256 KiB.
            raise error.with_traceback(None) from None

    return entry
