"""Once a day, tell when the authorization ends, and measure that and how long ago a run succeeded.

Not a state of the state machine: it is there for the weeks in which no run tells anything.
"""

from datetime import UTC, date, datetime
from typing import Any

from rediscover_archive.authorization.reminder import reminder
from rediscover_archive.clients import client
from rediscover_archive.documents import Documents
from rediscover_archive.runs.latest import Latest, read_latest
from rediscover_archive.runs.log import logger
from rediscover_archive.runs.measure import count, metrics
from rediscover_archive.settings import Settings


def remind(now: datetime, settings: Settings) -> dict[str, Any]:
    """`{"reminded", "reauthorize_by", "days_since_success"}`: the day of the authorization's end, or None while no run
    has used it yet; before the first success, days since the credentials were stored.
    """
    latest = read_latest(Documents(settings.bucket))
    changed_at = _credentials_changed_at(settings.credentials_secret)
    ends = _end(latest, changed_at)
    text = reminder(now.date(), ends, settings.how_to_renew) if ends else None
    if text:
        client("sns").publish(
            TopicArn=settings.topic, Subject="(re)Discover Weekly: the authorization ends", Message=text + "\n"
        )
    if ends:
        count("AuthorizationDaysLeft", (ends - now.date()).days)
    days = (now - (latest.succeeded_at or changed_at)).days
    count("DaysSinceSuccess", days)
    return {"reminded": bool(text), "reauthorize_by": ends and ends.isoformat(), "days_since_success": days}


def _end(latest: Latest, credentials_changed_at: datetime) -> date | None:
    """When the authorization in use ends; None while no run has used it yet."""
    seen = latest.authorization_seen_at
    return latest.reauthorize_by if seen and seen >= credentials_changed_at else None


def _credentials_changed_at(secret: str) -> datetime:
    told = client("secretsmanager").describe_secret(SecretId=secret)
    changed: datetime = told.get("LastChangedDate") or told["CreatedDate"]
    return changed


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Invoked by the daily rule, with its event."""
    return remind(datetime.now(UTC), Settings.from_environment())
