"""What all states have in common: the event's shape, logs and metrics.

The state machine sends `{"execution", "run", "state", "retry", "input"}`: the execution's ARN and name, the
state's name, how often this attempt was retried, and the state's input. A handler answers with the state's output.
"""

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from botocore.exceptions import ClientError

from rediscover_archive.errors import ArchiveError
from rediscover_archive.runs.log import logger
from rediscover_archive.settings import Settings
from rediscover_archive.text import clean, shortened

if TYPE_CHECKING:
    from aws_lambda_powertools.metrics import Metrics

LONGEST_CAUSE = 1_000
"""Most characters of an error's message. Forty pairs that fail have to fit into a state's 256 KiB."""

FRAMES_LOGGED = 10

Input = TypeVar("Input")
Output = Mapping[str, object]
Handler = Callable[[dict[str, Any], Any], Output]


@dataclass(frozen=True)
class Attempt(Generic[Input]):
    """One attempt at one state: `execution` is an ARN, `run` its name, `retry` how often it was retried before."""

    execution: str
    run: str
    state: str
    retry: int
    input: Input
    settings: Settings


def step(work: Callable[[Attempt[Any]], Output], metrics: "Metrics | None" = None) -> Handler:
    """A Lambda handler out of `work`: every log line has the execution, every failure is logged once.

    `metrics` are sent at its end; a function that has none does not load their module. What is raised keeps the
    name of its class, by which the state machine knows it, and is one sentence without a traceback.
    """

    def handler(event: dict[str, Any], _context: Any) -> Output:
        logger.append_keys(correlation_id=event["execution"], state=event["state"], retry=event["retry"])
        started = time.monotonic()
        try:
            attempt: Attempt[Any] = Attempt(
                execution=event["execution"],
                run=event["run"],
                state=event["state"],
                retry=event["retry"],
                input=event["input"],
                settings=Settings.from_environment(),
            )
            return work(attempt)
        except ArchiveError as error:
            logger.warning("state failed", extra={"error": type(error).__name__})
            raise
        except Exception as error:
            # Its text may be anything, so only where it was raised is logged.
            frames = traceback.extract_tb(error.__traceback__)[-FRAMES_LOGGED:]
            at = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            logger.error("state failed unexpectedly", extra={"error": type(error).__name__, "frames": at})
            raise
        finally:
            logger.info("state ended", extra={"seconds": round(time.monotonic() - started, 3)})

    observed: Any = logger.inject_lambda_context(handler)
    if metrics:
        observed = metrics.log_metrics(observed)

    def entry(event: dict[str, Any], context: Any) -> Output:
        try:
            return cast(Output, observed(event, context))
        except ArchiveError as error:
            error.args = (clean(shortened(str(error), LONGEST_CAUSE), LONGEST_CAUSE),)
            raise error.with_traceback(None) from None
        except Exception as error:
            alike: type[Exception] = type(type(error).__name__, (Exception,), {})
            raise alike(_unexpected(error)) from None

    return entry


def _unexpected(error: Exception) -> str:
    """What failed, without the error's own text, which may quote anything."""
    what = type(error).__name__
    if isinstance(error, ClientError):
        what = f"AWS refused {error.operation_name} with {error.response.get('Error', {}).get('Code', 'no code')}"
    elif frames := traceback.extract_tb(error.__traceback__):
        what += f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"
    return (
        f"{clean(what)}, which is not expected. Start a new run, which completes the job; if it fails again, please "
        "report this sentence."
    )
