"""Where a JSON object is kept that nobody else may read: a secret on AWS, or a file."""

import json
from typing import Any, Protocol

from rediscover_archive.errors import InvalidCredentials

CURRENT = "AWSCURRENT"
"""The label of the version of a secret that is in use (AWS Secrets Manager)."""

ROTATED = "ROTATED"
"""The label of the version of the access token's secret that holds a refresh token. Few roles may read it."""


class Secret(Protocol):
    """One such place."""

    @property
    def where(self) -> str:
        """The place, for people: as in "stored in …"."""

    def read(self) -> dict[str, Any] | None:
        """The object; None where there is none. Raises InvalidCredentials for anything else."""

    def write(self, value: dict[str, Any]) -> None:
        """Replace the object by another, whole."""


def object_in(text: str, where: str) -> dict[str, Any] | None:
    """The JSON object in `text`, which was kept at `where`; None for blank. Raises InvalidCredentials."""
    if not text.strip():
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        # An error of the parser's would quote from the secret.
        raise InvalidCredentials(f"The credentials in {where} are not a JSON object. {HOW_TO_STORE}")
    return value


HOW_TO_STORE = (
    '`rediscover authorize` stores {"spotify_client_id": …, "spotify_client_secret": …, "refresh_token": …} there.'
)
