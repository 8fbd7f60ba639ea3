"""The documents that runs on AWS wrote, read afterwards."""

from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from rediscover.places.aws import explained
from rediscover.places.documents import Document, document_in


class BucketDocuments:
    """The bucket's objects on AWS. What may not be read is not there, as who may run a stack may not read all of it.

    Raises what `explained` does.
    """

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def get(self, key: str, /) -> Document | None:
        with explained(), suppress(ClientError, ValueError, RecursionError):
            return document_in(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        return None

    def keys(self, prefix: str, /) -> list[str]:
        with explained(), suppress(ClientError):
            answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix)  # of a run there are a few
            return [found["Key"] for found in answer.get("Contents", [])]
        return []
