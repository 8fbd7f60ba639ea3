"""A secret in AWS Secrets Manager."""

import json
from typing import TYPE_CHECKING, Any

from rediscover_archive.authorization.secret import CURRENT, object_in
from rediscover_archive.clients import client as shared_client

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

PENDING = "RENEWED"
"""The label of a version that is not the current one yet."""


class ManagedSecret:
    """A Secret by its ARN: the version with the label `stage`; asked with `client`, if one is given."""

    def __init__(self, arn: str, client: "SecretsManagerClient | None" = None, stage: str = CURRENT) -> None:
        self._arn = arn
        self._given = client
        self._stage = stage

    @property
    def _client(self) -> "SecretsManagerClient":
        client: SecretsManagerClient = self._given or shared_client("secretsmanager")
        return client

    @property
    def where(self) -> str:
        return f"the secret {self._arn}"

    def read(self) -> dict[str, Any] | None:
        return self.read_with_version()[0]

    def read_with_version(self) -> tuple[dict[str, Any] | None, str]:
        """As `read`, with the version that `replace` wants; "" where nothing was ever written."""
        try:
            answer = self._client.get_secret_value(SecretId=self._arn, VersionStage=self._stage)
        except self._client.exceptions.ResourceNotFoundException:
            return None, ""
        return object_in(answer.get("SecretString", ""), self.where), answer["VersionId"]

    def write(self, value: dict[str, Any]) -> None:
        self._client.put_secret_value(SecretId=self._arn, SecretString=json.dumps(value), VersionStages=[self._stage])

    def replace(self, value: dict[str, Any], version: str) -> bool:
        """Write `value` only while `version` is the current one; False where it is not.

        Moving AWSCURRENT off a version that does not have it is refused, which decides between writers at the same
        instant (Secrets Manager, UpdateSecretVersionStage).
        """
        new = self._client.put_secret_value(SecretId=self._arn, SecretString=json.dumps(value), VersionStages=[PENDING])
        try:
            self._client.update_secret_version_stage(
                SecretId=self._arn,
                VersionStage=CURRENT,
                MoveToVersionId=new["VersionId"],
                RemoveFromVersionId=version,
            )
        except (
            self._client.exceptions.InvalidParameterException,
            self._client.exceptions.InvalidRequestException,
        ):
            # The first one by all reports; the reference does not say which of the two.
            return False
        return True
