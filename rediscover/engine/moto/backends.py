"""What moto knows and no API of AWS tells, or takes, and what the API takes too long for."""

from datetime import datetime

from moto.backends import get_backend
from moto.s3.models import FakeKey

from rediscover.engine.aws import ACCOUNT, PARTITION, REGION


def published(topic_arn: str) -> list[tuple[str, str]]:
    """Subject and message of all that was published to a topic."""
    topic = get_backend("sns")[ACCOUNT][REGION].topics[topic_arn]
    return [(subject or "", message) for _, message, subject, *_ in topic.sent_notifications]


def etags(bucket: str) -> dict[str, str]:
    """The ETag of each object in a bucket, by its key."""
    keys = get_backend("s3")[ACCOUNT][PARTITION].buckets[bucket].keys
    found = ((key, keys.get(key)) for key in list(keys))
    return {key: one.etag for key, one in found if isinstance(one, FakeKey)}


def secret_version(secret_arn: str, stage: str) -> tuple[str, str]:
    """The id of a secret's version with that label, and its text; "" for both where it has none."""
    versions = get_backend("secretsmanager")[ACCOUNT][REGION].secrets[secret_arn].versions
    labelled = ((name, one["secret_string"]) for name, one in list(versions.items()) if stage in one["version_stages"])
    return next(labelled, ("", ""))


def note_change(secret_arn: str, changed_at: datetime) -> None:
    """Let a secret be as old as what was put into it, which an engine does at each start."""
    secrets = get_backend("secretsmanager")[ACCOUNT][REGION].secrets
    secrets[secret_arn].last_changed_date = changed_at.timestamp()


def put_object(bucket: str, key: str, content: bytes) -> str:
    """Put an object where it was before there was this engine, which nobody is notified of; its ETag."""
    etag: str = get_backend("s3")[ACCOUNT][PARTITION].put_object(bucket, key, content, disable_notification=True).etag
    return etag


def object_at(bucket: str, key: str) -> tuple[bytes, str] | None:
    """The content of an object and its ETag; None where there is none."""
    found = get_backend("s3")[ACCOUNT][PARTITION].get_object(bucket, key)
    return (found.value, found.etag) if found else None
