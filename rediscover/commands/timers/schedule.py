"""`rediscover schedule`: the timer that suits this machine starts `rediscover run`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console

from rediscover.commands.arguments.input_check import check_input, check_scopes
from rediscover.commands.timers.job import job
from rediscover.commands.timers.kinds import Timer, suitable
from rediscover.commands.timers.when import When
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.words import clean


@dataclass(frozen=True)
class ScheduleArguments:
    """What is to be run and when; without a target, what is remembered. `show` or `remove` is all that is done."""

    when: When
    sources: tuple[str, ...] = ()
    target: str | None = None
    show: bool = False
    remove: bool = False

    @property
    def pair(self) -> tuple[str, ...]:
        """The arguments of `rediscover run`."""
        if self.target is None:
            return ()
        sources = (word for source in self.sources for word in ("--source", source))
        return (*sources, "--target", self.target)


def schedule(arguments: ScheduleArguments, environment: Mapping[str, str], out: Console, timers: list[Timer]) -> int:
    """Install, show or remove the timer, printing what was done; 0.

    Raises NotScheduled where this machine has none or it refuses, and for what a run would be refused for: UserError,
    ArchiveError.
    """
    for line in _lines(arguments, environment, timers):
        say(out, clean(line))
    return 0


def _lines(arguments: ScheduleArguments, environment: Mapping[str, str], timers: list[Timer]) -> Iterator[str]:
    if arguments.show:
        yield from _shown(timers)
    elif arguments.remove:
        yield from _removed(timers) or ["Nothing is scheduled."]
    else:
        yield from _installed(arguments, environment, timers)


def _installed(arguments: ScheduleArguments, environment: Mapping[str, str], timers: list[Timer]) -> Iterator[str]:
    home, pairs = Home.of(environment), []
    if arguments.target is not None:
        source = list(arguments.sources)
        pair = {"source": source[0] if len(source) == 1 else source, "target": arguments.target}
        pairs = check_input({"pairs": [pair]}, on_stack=False, from_flags=True)
    # A timer has none of the shell's variables, so the account has to be stored.
    check_scopes(pairs, home.account({}))
    wanted = job(arguments.pair, home.path, arguments.when, environment)
    timer = suitable(timers)
    yield from _removed([other for other in timers if other is not timer])
    before = timer.shown()
    done = list(timer.install(wanted))
    yield f"{timer.name} runs this {arguments.when}{', in place of what it ran before' if before else ''}:"
    yield f"  {' '.join(wanted.command)}"
    yield f"Installed {done[0]}"
    yield from done[1:]
    yield "`rediscover schedule --show` shows it, `--remove` removes it."


def _shown(timers: list[Timer]) -> Iterator[str]:
    found = {timer.name: lines for timer in timers if (lines := timer.shown())}
    for name, lines in found.items():
        yield f"{name}:"
        yield from (f"  {line}" for line in lines if line.strip())
    if not found:
        yield "Nothing is scheduled. `rediscover schedule` does it."


def _removed(timers: list[Timer]) -> list[str]:
    return [f"Removed {what}" for timer in timers for what in timer.remove()]
