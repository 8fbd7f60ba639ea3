"""Remind: once a day, tell when the authorization ends, and measure how long ago a run succeeded.

Not a state of the state machine: it is there for the weeks in which no run tells anything.
"""

from datetime import UTC, date, datetime
from typing import Any

import boto3

from archive.documents import Documents
from archive.latest import Latest, read_latest
from archive.log import logger
from archive.measure import count, metrics
from archive.reminder import reminder
from archive.settings import Settings


def remind(now: datetime, settings: Settings) -> dict[str, Any]:
    """`{"reminded", "days_since_success"}`; the second is None before the first success."""
    latest = read_latest(Documents(settings.bucket))
    text = _reminder(now.date(), latest, settings)
    if text:
        boto3.client("sns").publish(
            TopicArn=settings.topic, Subject="(re)Discover Weekly: the authorization ends", Message=text + "\n"
        )
    days = (now - latest.succeeded_at).days if latest.succeeded_at else None
    if days is not None:
        count("DaysSinceSuccess", days)
    return {"reminded": bool(text), "days_since_success": days}


def _reminder(today: date, latest: Latest, settings: Settings) -> str | None:
    if latest.reauthorize_by is None or latest.authorization_seen_at is None:
        return None
    text = reminder(today, latest.reauthorize_by, settings.how_to_renew)
    if text and _credentials_changed_at(settings.credentials_secret) > latest.authorization_seen_at:
        return None  # renewed since, and no run has used it yet
    return text


def _credentials_changed_at(secret: str) -> datetime:
    told = boto3.client("secretsmanager").describe_secret(SecretId=secret)
    return told.get("LastChangedDate") or told["CreatedDate"]


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Invoked by the daily rule, with its event."""
    return remind(datetime.now(UTC), Settings.of())
