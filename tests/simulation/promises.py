"""What a target must hold, while the listener edits it and one run follows the other. `broken_in_target` judges."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from rediscover.simulator import Simulator
from rediscover.simulator.world.world import World
from tests.faults.promise import Archive, broken_in_target
from tests.simulation.outside import PAGE

Uris = list[str | None]


class Ledger:
    """One target. `kept` is what stands there beside what the present `adder`, a pair of an execution, adds.

    Only what a run has seen there can be missed: `known`. What the listener took out of that is `gone` and stays away;
    of what was taken out before, `unsure`, it may come back or not. Where it is to be brought back, it has to come back
    when all has come to rest. What has `ever` been there or is `unclear` may be in the target's record, and what is
    `recorded` has to. `is_seen` tells that a run has seen all of the listener's edits. An exchange while a run is
    between reading the target and having added, out of sight of what it reads back, is noticed at the next edit
    (docs/guarantee.md).

    A playlist that goes on where full ones end has what the `earlier` ones have not.
    """

    def __init__(self, world: World, target: str, options: Mapping[str, Any], earlier: "Sequence[Ledger]" = ()) -> None:
        self._world = world
        self.target = target
        self._options = options
        self.earlier = earlier
        self.on_top = options.get("position") == "top"
        self.kept = self.now
        self.known: set[str | None] = set()
        self.gone: set[str | None] = set()
        self.unsure: set[str | None] = set()
        self.recorded: set[str | None] = set()
        self.ever: set[str | None] = set(self.kept)
        self.unclear: set[str] = set()
        self.is_seen = False
        self._was_read = self.kept
        self._is_exchanged = False
        self._missed: set[str | None] = set()
        self._by_hand: set[str | None] = set()
        self._taken: set[str | None] = set()
        self._adder: Hashable = None
        self._offered: Uris = []

    @property
    def now(self) -> Uris:
        """What stands there."""
        return self._world.uris(self.target)

    @property
    def added(self) -> set[str | None]:
        """What stands there, but for what the listener has put there."""
        return set(self.now) - self._by_hand

    @property
    def _elsewhere(self) -> Uris:
        return [uri for playlist in self._options.get("not_in", ()) for uri in self._world.uris(playlist)]

    def begins_to_add(self, adder: Hashable, offered: Uris) -> list[str]:
        """Told before each request that adds; what is broken so far."""
        if adder == self._adder:
            return []
        broken = self.broken(completed=False)
        self._adder, self._offered = adder, offered
        self.rest()
        return broken

    def rest(self) -> None:
        """From now on all that is there is kept."""
        self.kept = self.now
        self.ever |= set(self.kept)
        self.unsure -= set(self.kept)

    def is_read(self) -> None:
        """A run begins to read it."""
        self._was_read = self.now

    def is_read_back(self) -> None:
        """A run begins to read what it added, and up to a page's rows beside that."""
        rows = PAGE - (len(self.now) - len(self.kept)) % PAGE
        beside = slice(0, rows) if self.on_top else slice(-rows, None)
        is_seen = len(self.kept) != len(self._was_read) or self.kept[beside] != self._was_read[beside]
        self._is_exchanged = self.kept != self._was_read and not is_seen

    def seen(self, hidden: set[str | None]) -> None:
        """A run has verified what is there, but for what it was not shown."""
        self.known = set(self.now) - hidden
        self.recorded |= set(self.now)
        self.is_seen = True

    def settles(self, offered: set[str | None]) -> None:
        """No run is under way that may have read what was removed since; of that has to come what is `offered`."""
        if self._is_exchanged:
            return
        self.unsure -= self._missed & offered
        self._missed -= offered

    def lacks(self, offered: Uris) -> tuple[int, int]:
        """How much has to be there and is not; and how much may be and is not."""
        refused, unsure = self._refused()
        missing = set(offered) - set(self.now) - refused
        return len(missing - unsure), len(missing)

    def _refused(self) -> tuple[set[str | None], set[str | None]]:
        """What must not come, and what may come or not."""
        refused, unsure = {*self.gone, *self._elsewhere}, set(self.unsure)
        for one in self.earlier:
            doubtful = (one._by_hand - one.known) | one._taken
            refused |= set(one.now) - doubtful
            unsure |= doubtful
        return refused - unsure, unsure

    def broken(self, *, completed: bool, offered: Uris | None = None) -> list[str]:
        """What of the promise does not hold."""
        now, kept = self.now, set(self.kept)
        refused, unsure = self._refused()
        back = [uri for uri in now if uri in unsure and uri not in kept]  # once, at any place
        there = [uri for uri in now if uri in kept] + back
        added = [uri for uri in now if uri not in kept and uri not in unsure]
        shown = added + there if self.on_top else there + added
        before = Archive(
            source="",
            target=self.target,
            offered=list(dict.fromkeys(self._offered if offered is None else offered)),
            kept=[*self.kept, *dict.fromkeys(back)],
            options=self._options,
            refused=[*refused, *unsure],
        )
        return broken_in_target(cast(Simulator, SimpleNamespace(uris=lambda _: shown)), before, completed=completed)

    def edit(self, change: Callable[[], None]) -> None:
        """The listener changes the target."""
        before = set(self.now)
        change()
        now = self.now
        came, left = set(now) - before, before - set(now)
        mine = {*self.kept, *came}
        self.kept = [uri for uri in now if uri in mine]
        self.ever |= before | set(now)
        self.is_seen = self._is_exchanged = False
        self._by_hand |= came
        self._taken = (self._taken | left) - set(now)
        self.gone -= came
        self.unsure -= came
        missed = left & self.known
        if self._options.get("bring_back_removed"):
            self._missed = (self._missed - left) | missed  # what came back and was not read since is in doubt again
            self.unsure |= left
        else:
            self.gone |= missed
            self.unsure |= left - missed
        self._missed -= came
        self.known -= left


def change_of(
    world: World, ledger: Ledger, random: Random, fresh: Uris, offered: Uris, *, only_adds: bool
) -> tuple[str, Callable[[], None]]:
    """One edit of the listener's, in words and as a call. `fresh` are tracks of their own, `offered` others."""
    now, target = ledger.now, ledger.target
    place = random.randint(0, len(now))
    kept = set(ledger.kept)
    kind = random.choice(("end", "top", "middle", "one", "some", "most", "move", "offered"))
    if only_adds and kind in ("one", "some", "most", "move"):
        kind = "end"
    if kind in ("end", "top", "middle") or not now or (kind == "offered" and not offered):
        place = len(now) if kind not in ("end", "top", "middle") else place
        position = {"end": None, "top": 0}.get(kind, place)
        return f"adds {len(fresh)} tracks at {position}", lambda: world.add(target, cast(Any, fresh), position)
    if kind == "offered":
        some = random.sample(list(dict.fromkeys(offered)), min(len(set(offered)), 3))
        again = [uri for uri in some if uri not in now]
        return f"adds {len(again)} tracks of the source", lambda: world.add(target, cast(Any, again), place)
    if kind == "move":
        start = random.randrange(len(now))
        length = next((n for n in range(len(now) - start) if now[start + n] not in kept), len(now) - start)
        length = min(length, random.randint(1, 6))
        if length and not start < place < start + length:
            return f"moves {length} tracks to {place}", lambda: world.reorder(target, start, place, length)
    number = {"one": 1, "some": 3}.get(kind, len(now) - 1)
    taken = random.sample(now, max(1, min(number, len(now))))
    return f"removes {len(taken)} tracks", lambda: world.remove(target, cast(Any, taken))
