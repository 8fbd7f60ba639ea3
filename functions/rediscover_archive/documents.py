"""JSON documents in the stack's bucket: what is too large to pass between states, or must outlive a run."""

import json
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from rediscover_archive.clients import client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Document = dict[str, Any]


class Readable(Protocol):
    """Where documents are read by key: the stack's bucket, or what a laptop kept of it."""

    def get(self, key: str, /) -> Document | None:
        """The document at `key`; None where there is none, or something that is no JSON object."""

    def keys(self, prefix: str, /) -> list[str]:
        """The keys that begin with `prefix`, which ends with a slash."""


class Documents:
    """The documents of one bucket, by key."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @property
    def _s3(self) -> "S3Client":
        s3: S3Client = client("s3")
        return s3

    def get(self, key: str) -> Document | None:
        """The document at `key`; None where there is none, or something that is no JSON object."""
        return self.get_with_etag(key)[0]

    def get_with_etag(self, key: str) -> tuple[Document | None, str | None]:
        """As `get`, with the ETag that `replace` wants; None for both where the key is free."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return None, None
        try:
            document = json.loads(answer["Body"].read())
        except (ValueError, RecursionError):
            document = None
        return (document if isinstance(document, dict) else None), answer["ETag"]

    def put(self, key: str, document: Document) -> None:
        """Write `document`, whatever stood there."""
        self._s3.put_object(**self._object(key, document))

    def delete(self, key: str) -> None:
        """Remove what stands at `key`, if anything."""
        self._s3.delete_object(Bucket=self._bucket, Key=key)

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with `prefix`."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def replace(self, key: str, document: Document, etag: str | None) -> bool:
        """Write `document` only while `key` still holds `etag`, or is free for None; False where it does not.

        S3's conditional writes decide between writers at the same instant.
        """
        try:
            if etag is None:
                self._s3.put_object(**self._object(key, document), IfNoneMatch="*")
            else:
                self._s3.put_object(**self._object(key, document), IfMatch=etag)
        except ClientError as error:
            if error.response["Error"]["Code"] in (
                "PreconditionFailed",
                "ConditionalRequestConflict",
                "NoSuchKey",
            ):
                return False
            raise
        return True

    def _object(self, key: str, document: Document) -> Any:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return {"Bucket": self._bucket, "Key": key, "Body": body, "ContentType": "application/json"}
