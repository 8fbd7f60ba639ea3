"""What moto knows and no API of AWS tells, or takes."""

from datetime import datetime

from moto.backends import get_backend

from rediscover.engine.aws import ACCOUNT, REGION


def published(topic_arn: str) -> list[tuple[str, str]]:
    """Subject and message of all that was published to a topic."""
    topic = get_backend("sns")[ACCOUNT][REGION].topics[topic_arn]
    return [(subject or "", message) for _, message, subject, *_ in topic.sent_notifications]


def note_change(secret_arn: str, changed_at: datetime) -> None:
    """Let a secret be as old as what was put into it, which an engine does at each start."""
    secrets = get_backend("secretsmanager")[ACCOUNT][REGION].secrets
    secrets[secret_arn].last_changed_date = changed_at.timestamp()
