"""A finished execution, embedded or on AWS, with the report it wrote."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Any, Protocol

from botocore.exceptions import ClientError

from rediscover_archive.runs.state import BUSY


class Place(Protocol):
    """Where the template is deployed."""

    @property
    def outputs(self) -> dict[str, str]:
        """The template's outputs."""

    def client(self, service: str, /) -> Any:
        """A boto3 client."""


@dataclass(frozen=True)
class Notification:
    """What the state machine publishes to the topic."""

    subject: str
    message: str


@dataclass
class Ended:
    """A finished execution: DescribeExecution's answer, its output, and the report that Summarize wrote.

    `output` is None for an execution that failed, `report` for one that ended before Summarize, or whose
    report may not be read. `report_at` is where the report stands, `reauthorize_by` when the
    authorization ends. `notification` is what it published, if it did and that is known.
    """

    execution: dict[str, Any]
    output: dict[str, Any] | None
    report: dict[str, Any] | None
    report_at: str = ""
    reauthorize_by: date | None = None
    notification: Notification | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it ended as it should."""
        return bool(self.execution["status"] == "SUCCEEDED")

    @property
    def is_busy(self) -> bool:
        """Whether it did nothing, since another one was at work."""
        return bool(self.output and self.output["outcome"] == BUSY["outcome"])


def new_name() -> str:
    """A name for an execution that no other has; names sort by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(3)}"


def with_report(place: Place, execution: dict[str, Any]) -> Ended:
    """A finished execution, from DescribeExecution's answer."""
    # An AWS on this machine may give a failed one an output too: what its last state did.
    output = json.loads(execution["output"]) if execution["status"] == "SUCCEEDED" else None
    report = _report(place, execution["name"])
    ends = (report or output or {}).get("reauthorize_by")
    return Ended(execution, output, report, reauthorize_by=date.fromisoformat(ends) if ends else None)


def notification_in(history: Iterable[Mapping[str, Any]]) -> Notification | None:
    """What an execution published to the topic, by its history: whoever is subscribed gets the same."""
    for event in history:
        scheduled = event.get("taskScheduledEventDetails", {})
        if (scheduled.get("resourceType"), scheduled.get("resource")) == ("sns", "publish"):
            sent = json.loads(scheduled["parameters"])
            return Notification(sent["Subject"], sent["Message"])
    return None


def _report(place: Place, name: str) -> dict[str, Any] | None:
    with suppress(ClientError):
        answer = place.client("s3").get_object(Bucket=place.outputs["BucketName"], Key=f"runs/{name}.json")
        report: dict[str, Any] = json.loads(answer["Body"].read())
        return report
    return None
