"""`rediscover forget`: what is remembered on this machine is deleted, of one playlist or altogether."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console

from rediscover.commands.archive.page import NAME
from rediscover.errors import Busy, HomeUnusable, NoArchive, UserError
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.words import clean
from rediscover_archive.ledger.ledger import ledger_key
from rediscover_archive.ledger.record import record_key
from rediscover_archive.pairs.memory import memory_key
from rediscover_archive.pairs.references import target_id

HELD = {
    "credentials.json": "the app's id and secret, and the authorization",
    "secrets": "the tokens in use",
    "buckets": "what was remembered of playlists, plans, reports, ledgers and records",
    "executions": "the histories of past runs",
    "logs": "logs",
    "notifications.json": "the URLs of services that are told",
    "pairs.json": "the pairs to be archived",
    "up.json": "what `rediscover up` has done",
    NAME: "the page of the archives",
    "cache": "what saves time",
}
"""All that a home holds, beside its LOCKS, which the present command has."""

LOCKS = ("lock", "up.lock")

DISCONNECT = (
    "Nothing at Spotify was touched. To take the app's access away, remove it at https://www.spotify.com/account/apps/."
)
STACK = """\
sam deploy --stack-name {stack} --parameter-overrides ScheduleState=DISABLED
aws stepfunctions list-executions --status-filter RUNNING --state-machine-arn STATE_MACHINE
aws stepfunctions stop-execution --execution-arn EXECUTION
sam delete --stack-name {stack}
aws s3 rb --force s3://BUCKET"""


class NotConfirmed(UserError):
    """Nobody said that it shall be deleted."""


@dataclass(frozen=True)
class ForgetArguments:
    """What is asked for on the command line: one `target`, or everything where it is None."""

    target: str | None
    confirmed: bool


def forget(arguments: ForgetArguments, environment: Mapping[str, str], out: Console, ask: Callable[[str], bool]) -> int:
    """Delete what the home remembers, and print what was deleted; 0.

    Raises NoArchive where nothing is, NotConfirmed, Busy while another command or `up` is at work there, HomeUnusable,
    and InvalidInput for a target that is no playlist.
    """
    home = Home.of(environment)
    target = target_id(arguments.target, "--target") if arguments.target else None
    with home.locked(), _while_not_up(home):
        found = [(path, what) for path, what in _of_target(home, target) if path.exists()]
        if not found or (target and [path.name for path, _ in found] == [NAME]):
            raise NoArchive(f"Nothing is remembered {f'of playlist {target} ' if target else ''}in {home.path}.")
        for path, what in found:
            say(out, clean(f"  {path}: {what}"))
        if not arguments.confirmed and not ask("Delete all of this? (yes or no) "):
            raise NotConfirmed("Nothing was deleted. Without a terminal, --yes says that it shall be.")
        for path, _ in found:
            _remove(path)
    say(out, f"Deleted. {DISCONNECT}")
    for line in _what_stays(home, target):
        say(out, clean(line))
    return 0


@contextmanager
def _while_not_up(home: Home) -> Iterator[None]:
    try:
        with FileLock(home.path / LOCKS[1], timeout=0, mode=0o600):
            yield
    except Timeout as error:
        raise Busy(f"`rediscover up` is at work in {home.path}. End it first: it would begin anew.") from error


def commands(stack: str, target: str | None) -> Iterator[str]:
    """What to type to delete a stack's memory of one target, or all of it; nothing is deleted here.

    Raises InvalidInput for a target that is no playlist.
    """
    yield "Nothing is deleted on AWS by this command. What does it (docs/privacy.md says where the names come from):"
    keys = _keys(target_id(target, "--target")) if target else {}
    yield from (f"aws s3 rm s3://BUCKET/{key}" for key in keys) if target else STACK.format(stack=stack).splitlines()


def _keys(target: str) -> dict[str, str]:
    return {
        memory_key(target, "target"): "what was remembered of it as a target",
        memory_key(target, "source"): "what was remembered of it as a source",
        ledger_key(target): "the ledger of its weeks",
        record_key(target): "the record of its tracks",
    }


def _of_target(home: Home, target: str | None) -> list[tuple[Path, str]]:
    """What is to be deleted, also what a write left that was cut off."""
    if target:
        kept = [(home.documents.where(key), what) for key, what in _keys(target).items()]
        return [*kept, (home.path / NAME, HELD[NAME])]
    whole = [(home.path / name, what) for name, what in HELD.items()]
    return [one for path, what in whole for one in ((path, what), (path.with_suffix(".partial"), what))]


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise HomeUnusable(f"Cannot remove {error.filename}: {error.strerror}. Remove it.") from error


def _what_stays(home: Home, target: str | None) -> Iterator[str]:
    if target:
        yield "Reports and histories of past runs may still name its tracks: --all deletes those too."
        yield "A pair or a timer that still has it as its target begins anew: see `rediscover pairs` and `schedule`."
        return
    others = sorted(path.name for path in home.path.iterdir() if path.name not in LOCKS)
    if others:
        yield f"Not of this project, and still in {home.path}: {', '.join(others)}."
    yield "A timer is removed by `rediscover schedule --remove`, variables of the shell (SPOTIFY_…) by you."
