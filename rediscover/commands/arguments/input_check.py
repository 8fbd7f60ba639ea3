"""What is refused before a run is started, and so before anything is loaded, reached or changed for it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rediscover.commands.arguments.pair_options import flag
from rediscover_archive.authorization.credentials import Credentials
from rediscover_archive.errors import InvalidInput, MissingScope
from rediscover_archive.pairs.options import schema
from rediscover_archive.runs.run_input import pairs_of
from rediscover_archive.runs.state import Pair
from rediscover_archive.settings import Settings
from rediscover_archive.spotify.sources import AT_SPOTIFY, LIKED, kind_of

MOST_BYTES = 262_144 - 1_000
"""Of an execution's input (Step Functions, quotas), less what the state machine puts around it for its first state."""

OF_A_STACK = {"SOURCE_PLAYLIST": LIKED.name, "CREATE_TARGET": "the stack's own"}
"""Stands for the pair that only the stack knows, and checks."""


def check_input(given: Mapping[str, Any], *, on_stack: bool, from_flags: bool) -> list[Pair]:
    """The pairs of an execution's input, as the workflow's first state reads them.

    Raises InvalidInput, by the field, or by the flag for an input that was made `from_flags`.
    """
    if (size := len(json.dumps(given))) > MOST_BYTES:
        raise InvalidInput(
            f"The input has {size:,} bytes, and an execution's may have {MOST_BYTES:,}: Step Functions takes 256 "
            "KiB, with what its states add. Run a part of it at a time, or give ids in place of links."
        )
    settings = Settings.from_environment(OF_A_STACK if on_stack else {})
    try:
        return pairs_of(given, settings, datetime.now(UTC))
    except InvalidInput as error:
        raise InvalidInput(_by_flag(str(error))) if from_flags else error from None


def check_scopes(pairs: Iterable[Pair], credentials: Credentials) -> None:
    """Raise MissingScope for a source that the authorization is known not to cover."""
    sources = [source for pair in pairs for source in pair["source_ids"]]
    kinds = {kind.name for source in sources if (kind := kind_of(source))}
    granted = credentials.scopes
    missing = [
        name for name, kind in AT_SPOTIFY.items() if name in kinds and granted is not None and kind.scope not in granted
    ]
    if missing:
        asking = "".join(f" --with {name}" for name in missing)
        raise MissingScope(
            f"The authorization does not cover {' and '.join(missing)}. Run `rediscover authorize{asking}`, and agree; "
            "then run this again."
        )


def _by_flag(refusal: str) -> str:
    """A refusal that names flags in place of the fields that were made of them."""
    flags = {
        "target.create": "--create",
        **{name: flag(name) for name in ("target", "source", *schema()["definitions"])},
    }
    for field, typed in flags.items():
        if refusal.startswith(f"pairs[0].{field}"):
            return typed + refusal.removeprefix(f"pairs[0].{field}")
    return refusal.removeprefix("pairs[0]: ")
