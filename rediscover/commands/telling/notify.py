"""`rediscover notify`: who is told of the runs on this machine, and on what."""

import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rich.console import Console

from rediscover.commands.telling.services import SERVICES, Service, tell
from rediscover.errors import UserError
from rediscover.executions.finished import Notification
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.places.listener import KeptListener, Listener, NotifyOn
from rediscover.words import clean

TEST = Notification(
    "(re)Discover Weekly: a test",
    "This is how you are told of runs on this machine.\n",
)
ON: dict[NotifyOn, str] = {
    "additions": "of additions and of problems",
    "problems": "of problems only",
    "nothing": "nothing",
}
HOW_TO = f"`rediscover notify -` asks for the URL of a service, or reads it from standard input; {SERVICES} lists them."


class NobodyToTell(UserError):
    """No service is kept."""


class NotTold(UserError):
    """A service did not take the test."""


@dataclass(frozen=True, repr=False)
class NotifyArguments:
    """What is asked for on the command line; `urls` may be `-`, which stands for standard input."""

    urls: tuple[str, ...] = ()
    on: NotifyOn | None = None
    test: bool = False
    remove: bool = False


def notify(arguments: NotifyArguments, environment: Mapping[str, str], out: Console) -> int:
    """Keep, test, remove or show the listener; 0.

    Raises UnknownService, NobodyToTell, NotTold and what Home and KeptListener raise.
    """
    kept = KeptListener(Home.of(environment))
    if arguments.remove:
        say(out, "Nobody is told any more." if kept.remove() else "Nobody was to be told.")
        return 0
    listener = _changed(arguments, kept)
    if not listener.urls:
        raise NobodyToTell(f"Nobody is told. {HOW_TO}")
    if arguments.test:
        _test(listener, out)
        return 0
    services = ", ".join(str(Service(url)) for url in listener.urls)
    if arguments.urls or arguments.on:
        kept.write(listener)
        say(out, f"Stored in {clean(str(kept.path))}, for you only. `rediscover notify --test` sends a test.")
    say(out, f"You are told {ON[listener.on]}, by {clean(services)}.")
    return 0


def typed() -> tuple[str, ...]:
    """URLs from standard input, one a line; at a terminal one, which is not shown."""
    if sys.stdin.isatty():
        return _lines(getpass.getpass("URL of the service: ", stream=sys.stderr))
    return _lines(sys.stdin.read())


def _changed(arguments: NotifyArguments, kept: KeptListener) -> Listener:
    """The listener as it is to be; what is kept is not needed where all of it is given."""
    urls = tuple(one for url in arguments.urls for one in (typed() if url == "-" else _lines(url)))
    if arguments.urls and not urls:
        raise NobodyToTell(f"No URL was given, so nothing was changed. {HOW_TO}")
    if urls and arguments.on:
        return Listener(urls, arguments.on)
    listener = kept.read()
    return replace(listener, urls=urls or listener.urls, on=arguments.on or listener.on)


def _test(listener: Listener, out: Console) -> None:
    if failed := tell(listener.urls, TEST):
        raise NotTold(
            f"{clean(', '.join(failed))} did not take the test. Look whether the service is up, and whether the URL is "
            f"right: `rediscover notify -` stores it again."
        )
    say(out, "Sent. Look whether it arrived.")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
