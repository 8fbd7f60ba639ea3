"""`rediscover check`: whether a target is at Spotify as its record says."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from rediscover.commands.archive.agreement import KINDS, Agreement, Found, compared
from rediscover.commands.archive.chosen import archive_of
from rediscover.machine.terminal import say
from rediscover.places.aws import StackSecret, session, stack_outputs
from rediscover.places.bucket import BucketDocuments
from rediscover.places.home import Home
from rediscover.words import clean
from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.refreshing import refreshed
from rediscover_archive.authorization.secret import CURRENT, ROTATED
from rediscover_archive.ledger.shelf import Archived
from rediscover_archive.pairs.memory import memory_key, recall
from rediscover_archive.pairs.plan import name_and_artists
from rediscover_archive.settings import accounts_url, api_url
from rediscover_archive.spotify.client import Spotify
from rediscover_archive.spotify.items import TRACK_FIELDS
from rediscover_archive.spotify.pages import Pages, Picture, changing, has_twice, picture_of, read_on
from rediscover_archive.spotify.transport import Transport
from rediscover_archive.text import counted, quoted

if TYPE_CHECKING:
    from rediscover_archive.documents import Readable

SHOWN = 20
"""Tracks of a kind that are named; `--json` has all."""


@dataclass(frozen=True)
class CheckArguments:
    """What is asked for on the command line. `stack` is None for what this machine keeps."""

    target: str | None
    as_json: bool
    stack: str | None


@dataclass(frozen=True)
class _Place:
    """Where the archive is kept, and whose authorization reads it."""

    documents: "Readable"
    credentials: Callable[[], Credentials]
    vault: Vault
    alone: AbstractContextManager[None]


def check(arguments: CheckArguments, environment: Mapping[str, str], out: Console) -> int:
    """Read the whole target, and print what does not agree with the record; 0 only where all does.

    Changes nothing, but for a refresh token that Spotify replaces: that is kept where runs keep it. Raises NoArchive,
    InvalidInput, Busy while another command is at work in the home, and what reading a playlist raises.
    """
    place = _on_aws(arguments.stack) if arguments.stack else _at_home(environment)
    archive = archive_of(place.documents, arguments.target)
    with place.alone:  # a run beside this one would lose a replaced refresh token
        transport, credentials = Transport(), place.credentials()
        fresh = refreshed(transport, accounts_url(environment), credentials, place.vault)
        if fresh.replaced:
            place.vault.store(fresh.access, fresh.refresh_token, credentials)
    spotify = Spotify(api_url(environment), fresh.access.access_token)
    name, picture = _read(spotify, archive.target)
    memory = recall(place.documents, memory_key(archive.target, "target"), archive.target)
    agreement = compared(archive.tracks, memory, picture)
    told = _told(archive, name, picture, agreement, spotify.sent + transport.sent)
    if arguments.as_json:
        out.print(Text(json.dumps(told, ensure_ascii=False)), soft_wrap=True)
    else:
        for line in _lines(told, agreement):
            say(out, line)
    return 0 if agreement.is_whole else 1


def _at_home(environment: Mapping[str, str]) -> _Place:
    home = Home.of(environment)
    return _Place(home.documents, lambda: home.account(environment), home.vault, home.locked())


def _on_aws(stack: str) -> _Place:
    aws = session()
    outputs = stack_outputs(aws, stack)
    stored = StackSecret(aws, outputs["CredentialsSecretArn"])
    vault = Vault(*(StackSecret(aws, outputs["AccessTokenSecretArn"], stage) for stage in (CURRENT, ROTATED)))
    documents = BucketDocuments(aws.client("s3"), outputs["BucketName"])
    return _Place(documents, lambda: Credentials.read(stored), vault, nullcontext())


def _read(spotify: Spotify, target: str) -> tuple[str, Picture]:
    """The target's name and all of its rows; what comes twice is believed when it does so at a second reading."""
    head = spotify.head(target)
    picture = _rows(spotify, target, head.total)
    if has_twice(picture.items) and _rows(spotify, target, head.total).items != picture.items:
        raise changing(target)
    return head.name, picture


def _rows(spotify: Spotify, target: str, total: int) -> Picture:
    pages: Pages = {}
    read_on(partial(spotify.page, target, media_fields=TRACK_FIELDS), 0, total, pages)
    return picture_of(pages, f"Playlist {target}")


def _told(archive: Archived, name: str, picture: Picture, agreement: Agreement, requests: int) -> dict[str, Any]:
    return {
        "target": {"id": archive.target, "name": name, "url": archive.link},
        "agrees": agreement.is_whole,
        "total": picture.total,
        "recorded": sum(track["left_at"] is None for track in archive.tracks),
        **asdict(agreement),
        "spotify_requests": requests,
    }


def _lines(told: Mapping[str, Any], agreement: Agreement) -> Iterator[str]:
    name = quoted(told["target"]["name"])
    yield f"{name} holds {counted(told['total'], 'item')}, and its record says {told['recorded']:,}."
    for kind, called in KINDS.items():
        found: list[Found] = told[kind]
        if found:
            yield f"{len(found):,} {called}:"
            yield from (f"  {_line(one)}" for one in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"  … and {len(found) - SHOWN:,} more, which --json has."
    if agreement.not_shown:
        yield f"{agreement.not_shown:,} counted by Spotify, and shown at no place."
    if agreement.is_whole:
        yield "All agrees."
    elif agreement.gone:
        id = told["target"]["id"]
        yield (
            "The next run takes note of it. What is gone is brought back by "
            f"`rediscover run --source archive:{id} --target {id} --bring-back-removed`."
        )
    yield f"Spotify requests: {told['spotify_requests']}."


def _line(one: Found) -> str:
    track = quoted(name_and_artists(one)) if one["name"] else clean(one["uri"] or "a track of which nothing is known")
    return track + (f" (at {', '.join(map(str, one['places']))})" if one["places"] else "")
