"""The Spotify requests of attempts that failed: their output is lost, so they are noted in the bucket."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from rediscover_archive.documents import Documents
from rediscover_archive.pairs.plan import run_folder
from rediscover_archive.runs.step import Attempt


def note(attempt: Attempt[Any], requests: int) -> None:
    """Note an attempt that failed after so many requests. A bucket that cannot be written hides no other error."""
    with suppress(BotoCoreError, ClientError):
        Documents(attempt.settings.bucket).put(
            f"{_folder(attempt.run)}{uuid4()}.json", {"state": attempt.state, "spotify_requests": requests}
        )


def requests_of(documents: Documents, run: str) -> int:
    """How many requests the failed attempts of a run sent."""
    found = (documents.get(key) or {} for key in documents.keys(_folder(run)))
    return sum(one.get("spotify_requests", 0) for one in found)


def _folder(run: str) -> str:
    return f"{run_folder(run)}/failed/"
