"""A secret of the deployed stack."""

import json
from typing import Any

from rediscover.aws import explained
from rediscover.secret import object_in


class AwsSecret:
    """A secret in AWS Secrets Manager; `session` is a boto3 session. Raises what `explained` raises."""

    def __init__(self, session: Any, arn: str) -> None:
        self._session = session
        self._arn = arn

    @property
    def where(self) -> str:
        return f"the secret {self._arn}"

    def read(self) -> dict[str, Any] | None:
        with explained():
            client = self._session.client("secretsmanager")
            try:
                text = client.get_secret_value(SecretId=self._arn).get("SecretString", "")
            except client.exceptions.ResourceNotFoundException:
                return None
        return object_in(text, self.where) if text.strip() else None

    def write(self, value: dict[str, Any]) -> None:
        with explained():
            client = self._session.client("secretsmanager")
            client.put_secret_value(SecretId=self._arn, SecretString=json.dumps(value))
