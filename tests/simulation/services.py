"""S3, Secrets Manager and Step Functions as far as the functions ask them, in memory, behind boto3's methods.

Every request goes through the simulation's `request`, where anything may happen to it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Protocol

from botocore.exceptions import ClientError

from tests.simulation.executions import Execution

Json = dict[str, Any]

YOUNG = 3
"""Seconds for which an execution may be unknown to DescribeExecution, which is eventually consistent."""


Effect = Callable[[], Any]


class Door(Protocol):
    """Where requests of functions go through."""

    def request(self, ons: tuple[str, ...], what: str, effect: Effect, spoil: Callable[[str], Any]) -> Any:
        """What `effect` gives; or what `spoil` gives for the name of a trouble."""


class NoSuchKey(ClientError):
    """S3's."""


class ResourceNotFoundException(ClientError):
    """Secrets Manager's."""


class ExecutionDoesNotExist(ClientError):
    """Step Functions'."""


class InvalidArn(ClientError):
    """Step Functions'."""


def refusal(kind: type[ClientError], code: str, operation: str) -> ClientError:
    """An error of AWS's."""
    return kind({"Error": {"Code": code, "Message": "simulated"}}, operation)


def spoiled(trouble: str, operation: str, effect: Effect) -> Any:
    """What may become of a request: one that `failed`, after botocore has given up, or that botocore sent twice."""
    if trouble in ("failed after it took effect", "sent twice"):
        with suppress(ClientError):
            effect()
    if trouble == "sent twice":
        return effect()
    raise refusal(ClientError, "ServiceUnavailable", operation)


class S3:
    """One bucket. `changed` tells when an object was written."""

    exceptions = SimpleNamespace(NoSuchKey=NoSuchKey)

    def __init__(self, door: Door, now: Callable[[], float]) -> None:
        self._door, self._now = door, now
        self.objects: dict[str, bytes] = {}
        self.changed: dict[str, float] = {}

    def get_object(self, Bucket: str, Key: str) -> Json:
        def effect() -> Json:
            if Key not in self.objects:
                raise refusal(NoSuchKey, "NoSuchKey", "GetObject")
            body = self.objects[Key]
            return {"Body": SimpleNamespace(read=lambda: body), "ETag": _etag(body)}

        return self._ask(("any", "s3"), "GetObject", Key, effect)

    def put_object(
        self,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str,
        IfNoneMatch: str | None = None,
        IfMatch: str | None = None,
    ) -> Json:
        def effect() -> Json:
            held = self.objects.get(Key)
            if (IfNoneMatch and held is not None) or (IfMatch and (held is None or _etag(held) != IfMatch)):
                raise refusal(ClientError, "PreconditionFailed", "PutObject")
            self.objects[Key], self.changed[Key] = Body, self._now()
            return {}

        return self._ask(("any", "s3", "put"), "PutObject", Key, effect)

    def delete_object(self, Bucket: str, Key: str) -> Json:
        def effect() -> Json:
            self.objects.pop(Key, None)
            return {}

        return self._ask(("any", "s3"), "DeleteObject", Key, effect)

    def get_paginator(self, _operation: str) -> Any:
        def paginate(Bucket: str, Prefix: str) -> Iterator[Json]:
            def effect() -> Json:
                return {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(Prefix)]}

            yield self._ask(("any", "s3"), "ListObjectsV2", Prefix, effect)

        return SimpleNamespace(paginate=paginate)

    def expire(self, prefix: str, days: int) -> None:
        """The bucket's lifecycle."""
        before = self._now() - days * 86_400
        for key in [key for key in self.objects if key.startswith(prefix) and self.changed[key] < before]:
            del self.objects[key]

    def _ask(self, ons: tuple[str, ...], operation: str, key: str, effect: Callable[[], Json]) -> Json:
        what = f"{operation} {key}"
        answer: Json = self._door.request(ons, what, effect, lambda trouble: spoiled(trouble, operation, effect))
        return answer


def _etag(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


class Secrets:
    """Every secret by its id: the version and text of each label."""

    exceptions = SimpleNamespace(ResourceNotFoundException=ResourceNotFoundException)

    def __init__(self, door: Door) -> None:
        self._door = door
        self._versions = 0
        self.stages: dict[tuple[str, str], tuple[str, str]] = {}

    def get_secret_value(self, SecretId: str, VersionStage: str) -> Json:
        def effect() -> Json:
            if (SecretId, VersionStage) not in self.stages:
                raise refusal(ResourceNotFoundException, "ResourceNotFoundException", "GetSecretValue")
            version, text = self.stages[SecretId, VersionStage]
            return {"SecretString": text, "VersionId": version}

        return self._ask("GetSecretValue", f"{SecretId} {VersionStage}", effect)

    def put_secret_value(self, SecretId: str, SecretString: str, VersionStages: list[str]) -> Json:
        def effect() -> Json:
            return {"VersionId": self.store(SecretId, SecretString, VersionStages)}

        return self._ask("PutSecretValue", f"{SecretId} {' '.join(VersionStages)}", effect)

    def store(self, secret: str, text: str, stages: list[str]) -> str:
        """Write a version; the first one of a secret becomes the current one, too."""
        self._versions += 1
        version = str(self._versions)
        is_first = (secret, "AWSCURRENT") not in self.stages
        for stage in {*stages, "AWSCURRENT"} if is_first else stages:
            self.stages[secret, stage] = version, text
        return version

    def _ask(self, operation: str, what: str, effect: Callable[[], Json]) -> Json:
        answer: Json = self._door.request(
            ("any", "secret"), f"{operation} {what}", effect, lambda trouble: spoiled(trouble, operation, effect)
        )
        return answer


class States:
    """DescribeExecution, which may not know yet what began a moment ago (Step Functions API)."""

    exceptions = SimpleNamespace(ExecutionDoesNotExist=ExecutionDoesNotExist, InvalidArn=InvalidArn)

    def __init__(self, door: Door, executions: dict[str, Execution], now: Callable[[], float]) -> None:
        self._door, self._executions, self._now = door, executions, now

    def describe_execution(self, executionArn: str) -> Json:
        def unknown() -> Json:
            raise refusal(ExecutionDoesNotExist, "ExecutionDoesNotExist", "DescribeExecution")

        def effect() -> Json:
            execution = self._executions.get(executionArn)
            if execution is None:
                return unknown()
            stopped = execution.stopped_at
            ended = {} if stopped is None else {"stopDate": datetime.fromtimestamp(stopped, UTC)}
            return {"status": execution.status, **ended}

        def spoil(trouble: str) -> Json:
            if trouble != "not known yet":
                return dict(spoiled(trouble, "DescribeExecution", effect))
            execution = self._executions.get(executionArn)
            is_young = execution is not None and self._now() - execution.started_at < YOUNG
            return unknown() if is_young else effect()

        what = f"DescribeExecution {executionArn.rpartition(':')[2]}"
        answer: Json = self._door.request(("any", "states"), what, effect, spoil)
        return answer
