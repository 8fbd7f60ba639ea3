"""Whom the promise was made to: sees what the runs do, and says what of it is broken."""

import json
import re
from typing import TYPE_CHECKING, Any, cast

from tests.faults.promise import untold_failures
from tests.simulation.executions import Execution
from tests.simulation.interpreter import Call
from tests.simulation.invocations import Invocation
from tests.simulation.ledgers import never_shown
from tests.simulation.listener import NAME, Listener
from tests.simulation.outside import BATCH
from tests.simulation.promises import Ledger, Uris
from tests.simulation.sources import Archive, Plays

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

REFUSED = "Spotify refuses it"
FULL = "PlaylistFull"


class Judge:
    """Of one simulation; what is broken is given in words."""

    def __init__(self, simulation: "Simulation", listener: Listener) -> None:
        self._simulation, self._listener = simulation, listener
        self._world, self._cap = simulation.world, simulation.setup.cap
        self._edits: dict[str, int] = {}

    def watches(self, execution: Execution) -> None:
        """Told of each execution that begins, or goes on with what it read before it was stopped."""
        self._edits.setdefault(execution.name, self._listener.edits)
        others = (one for one in self._simulation.executions.values() if one is not execution)
        if all(not one.is_running for one in others):
            self._listener.sees_beginning()

    def calls(self, call: Call) -> None:
        """Told of each function that a state calls: what a source is that changes with what runs do or read."""
        given = call.payload["input"]
        ledger = self._listener.ledgers.get(given.get("pair", {}).get("target_id", ""))
        if ledger and call.state == "ReadTarget":
            ledger.is_read()
        elif ledger and call.state == "VerifyTarget":
            ledger.is_read_back()
        if call.state not in ("ReadSource", "SelectNewTracks"):
            return
        number = int(given["pair"]["index"])
        for place, source in enumerate(self._listener.sources[number]):
            if call.state == "ReadSource":
                source.is_read()
                if isinstance(source, Archive) or source in self._listener.shrunk:
                    self._listener.offered[number][place] = source.content()
            elif isinstance(source, Plays) and not given["run"]["dry_run"]:
                source.was_read()

    def sees_adding(self, playlist: str, invocation: Invocation) -> list[str]:
        """Told of each request that adds."""
        number = int(invocation.payload["input"]["pair"]["index"])
        if playlist not in self._listener.ledgers:
            self._listener.keeps(playlist, number, self._made())
        adder = invocation.execution.name, number
        return self._listener.ledgers[playlist].begins_to_add(adder, self._listener.offers(number))

    def judges(self, execution: Execution) -> list[str]:
        """What is broken when an execution has ended."""
        broken = self._present()
        if execution.status not in ("FAILED", "SUCCEEDED"):
            return broken
        document = self._simulation.s3.objects.get(f"runs/{execution.name}.json")
        report = json.loads(document) if document else None
        if report and execution.error != "SummarizeFailed":
            broken += untold_failures(cast(Any, execution), report)
        # A summary that never answers leaves no cause; the rule UntoldFailureRule tells of it.
        is_told = execution.error == "SummarizeFailed" or (execution.error and len(execution.cause or "") > 20)
        if execution.status == "FAILED" and not is_told:
            broken.append(f"{execution.name} failed with {execution.error}: {execution.cause}")
        if execution.status == "SUCCEEDED" and report and report["outcome"] in ("added", "nothing_new"):
            broken += self._completed(execution, report)
        return broken

    def _completed(self, execution: Execution, report: Any) -> list[str]:
        broken = []
        is_edited = self._edits[execution.name] != self._listener.edits
        for number, pair in enumerate(report["pairs"]):
            ledger = self._listener.ledgers.get(pair["target_id"])
            # It is told where Spotify refused a track, or did not show all of the source.
            is_told = pair["warnings"] or any(one["reason"].startswith(REFUSED) for one in pair["left_out"])
            if ledger and not is_told and not self._listener.source_changed:
                broken += ledger.broken(completed=True, offered=self._wanted(number, ledger))
            if ledger and pair["verified"] and not is_edited:
                is_partial = execution.name in self._simulation.shown_in_part
                ledger.seen(never_shown(self._simulation.s3.objects, ledger.target) if is_partial else set())
                self._listener.relinks.is_seen(ledger.target)
        return [f"{execution.name} {execution.status}, but {one}" for one in broken]

    def _wanted(self, number: int, ledger: Ledger) -> Uris:
        """What the sources of a pair offer, but for what may have been missed and was."""
        found = []
        now = set(ledger.now)
        for source, offered in zip(self._listener.sources[number], self._listener.offered[number], strict=True):
            found += [uri for uri in offered if source.has_shown(uri) or uri in now]
        return found

    def rests(self) -> list[str]:
        """What is broken after all has come to rest."""
        broken = self._present()
        if self._simulation.secrets.stages["credentials", "AWSCURRENT"][1] != self._listener.stored:
            broken.append("what the listener stored was overwritten")
        self._goes_on()
        made = [one.name for one in self._world.playlists.values() if one.name.startswith(NAME)]
        if len(made) > (len({*made}) if self._cap < 10_000 else 1):
            broken.append(f"{len(made)} playlists were made as one target")
        return broken

    def _goes_on(self) -> None:
        """See the playlist that was made where one is full, though nothing was added to it: the other is done with."""
        for playlist, found in self._world.playlists.items():
            made = self._made()
            if found.name.startswith(NAME) and playlist not in self._listener.ledgers and made:
                number = next(number for number, pair in enumerate(self._listener.setups) if pair.target < 0)
                self._listener.keeps(playlist, number, made)

    def misses(self) -> list[str]:
        """What is broken after an undisturbed run."""
        broken = self._present()
        for number, pair in enumerate(self._listener.pairs):
            ledgers = self._ledgers_of(number)
            hidden = {one.target: self._hidden(one.target) for one in ledgers}
            there = {
                uri
                for one in ledgers
                for uri in (one.now if one is ledgers[-1] else one.known)  # a full one is not read any more
                if self._listener.relinks.is_shown(one.target, uri) and uri not in hidden[one.target]
            }
            is_full = self._simulation.last.error == FULL or any(
                one.lacks(self._listener.offers(number))[0] for one in ledgers
            )
            source = self._listener.sources[number][0].given
            if pair.get("clear_source") and not is_full and there.intersection(self._world.uris(source)):
                broken.append("tracks that the target holds are still in the source")
            if ledgers:
                broken += self._missing(number, ledgers[-1])
            elsewhere = {uri for playlist in pair.get("not_in", ()) for uri in self._world.uris(playlist)}
            if not ledgers and not elsewhere.issuperset(self._listener.offers(number)):
                broken.append("no target was made")
        return broken

    def _hidden(self, target: str) -> set[str | None]:
        """What is not shown at two readings is taken for hidden (docs/guarantee.md): to one of three runs, that is."""
        is_twice = len(self._simulation.shown_in_part) > 2
        return never_shown(self._simulation.s3.objects, target) if is_twice else set()

    def _missing(self, number: int, ledger: Ledger) -> list[str]:
        wanted = self._wanted(number, ledger)
        broken = ledger.broken(completed=True, offered=wanted)
        lacks = ledger.lacks(wanted)[0]
        most = ledger.lacks(self._listener.offers(number))[1]  # with plays that only a run that failed may have read
        is_made = self._listener.setups[number].target < 0  # then there is another one for the rest
        if not lacks or is_made or len(ledger.now) + min(most, BATCH) <= self._cap:
            return broken
        broken = ledger.broken(completed=False, offered=wanted)
        last = self._simulation.last
        if last.error != FULL:
            broken.append(f"a target is full, and nobody is told: {last.error} {last.cause}")
        told = re.search(r"(\d+) tracks are still to add", last.cause or "")
        if told and len(self._listener.sources) == 1 and not lacks <= int(told[1]) <= most:
            broken.append(f"{lacks} tracks did not fit, and {told[1]} are told of")
        return broken

    def _present(self) -> list[str]:
        broken = []
        for ledger in self._listener.ledgers.values():
            broken += ledger.broken(completed=False)
            ledger.rest()
        return broken

    def targets_of(self, source: str) -> list[str]:
        """The playlists that get what `source` offers."""
        given = [[one.given for one in sources] for sources in self._listener.sources]
        number = next(number for number, sources in enumerate(given) if source in sources)
        return [ledger.target for ledger in self._ledgers_of(number)]

    def _ledgers_of(self, number: int) -> list[Ledger]:
        target = self._listener.pairs[number]["target"]
        return [self._listener.ledgers[target]] if isinstance(target, str) else self._made()

    def _made(self) -> list[Ledger]:
        given = {pair["target"] for pair in self._listener.pairs if isinstance(pair["target"], str)}
        return [ledger for target, ledger in self._listener.ledgers.items() if target not in given]
