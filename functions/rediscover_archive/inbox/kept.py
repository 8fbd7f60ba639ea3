"""What was pasted, between the states of a run: written down by Prepare, read by ReadSource."""

from collections.abc import Mapping

from rediscover_archive.documents import Documents
from rediscover_archive.errors import DocumentMissing
from rediscover_archive.inbox.pasted import PREFIX
from rediscover_archive.pairs.memory import Memory, recall, remember
from rediscover_archive.pairs.plan import run_folder
from rediscover_archive.spotify.items import Item


def keep_pasted(documents: Documents, run: str, pair: int, pasted: Mapping[str, list[str]]) -> None:
    """Write down for the pair of a run what was pasted for each source, which is too large for a state."""
    for source_id, uris in pasted.items():
        items = [Item(uri, type=uri.split(":")[1]) for uri in uris]
        remember(documents, _key(run, pair, source_id), Memory(source_id, len(items), items), "source")


def recall_pasted(documents: Documents, run: str, pair: int, source_id: str) -> tuple[Memory, str]:
    """What was pasted, and the key where it stands. Raises DocumentMissing."""
    where = _key(run, pair, source_id)
    found = recall(documents, where, source_id)
    if found is None:
        raise DocumentMissing(f"What was pasted, {where}, is gone from the bucket. Start a new run.")
    return found, where


def _key(run: str, pair: int, source_id: str) -> str:
    return f"{run_folder(run)}/pasted/{pair}.{source_id.removeprefix(PREFIX)}.json"
