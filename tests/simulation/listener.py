"""The listener: whose playlists they are, who edits them at any time, and to whom the promise was made."""

import json
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, cast

from rediscover.simulator.world import media
from rediscover.simulator.world.identities import SCOPES
from tests.faults.promise import untold_failures
from tests.simulation.executions import Execution
from tests.simulation.invocations import Invocation
from tests.simulation.promises import Ledger, Uris, change_of
from tests.simulation.schedule import Pair, Quiet

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

DAY = 86_400
NAME = "Kept"
"""Of the target that is to be made."""

REFUSED = "Spotify refuses it"


@cache
def _media(number: int) -> media.Media:
    return media.track(f"Track {number}")


class Listener:
    """Knows what each source offers in this step, and has a ledger of each target."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation, self._world = simulation, simulation.world
        self._tracks = 0
        self._stored = ""
        self._last_count = 0
        self._source_changed = False
        self._edits: dict[str, int] = {}
        self._edited = 0
        self.has_edited_during_a_run = False
        self.ledgers: dict[str, Ledger] = {}
        self._pairs = simulation.setup.pairs
        self._sources: list[str] = []
        self.pairs: list[dict[str, Any]] = []
        is_elsewhere = any("not_in" in dict(pair.options) for pair in self._pairs)
        self._elsewhere = [self._world.create_playlist("Elsewhere")] if is_elsewhere else []
        targets: dict[int, str] = {}
        for number, pair in enumerate(self._pairs):
            self._make(number, pair, targets)
        self._offered = [self._content(source) for source in self._sources]

    def _make(self, number: int, pair: Pair, targets: dict[int, str]) -> None:
        new = self._fresh(pair.offered)
        if pair.target not in targets and pair.target >= 0:
            targets[pair.target] = self._world.create_playlist(f"Target {pair.target}", self._fresh(pair.kept))
            ledger = Ledger(self._world, targets[pair.target], self._options(pair))
            ledger.known = set()
            self.ledgers[targets[pair.target]] = ledger
        held = self.ledgers[targets[pair.target]].now if pair.target >= 0 else []
        content: list[Any] = [*held[len(held) - min(pair.shared, len(held)) :], *new]
        is_liked = pair.source == "liked" and "liked" not in self._sources
        if is_liked:
            self._world.save(reversed(content))
        self._sources.append("liked" if is_liked else self._world.create_playlist(f"Source {number}", content))
        target: Any = targets[pair.target] if pair.target >= 0 else {"create": NAME}
        options = self._options(pair)
        if self._elsewhere:
            self._world.add(self._elsewhere[0], content[::3])
        self.pairs.append({"source": self._sources[-1], "target": target, **options})

    def _options(self, pair: Pair) -> dict[str, Any]:
        """With the playlist that is meant by `not_in`: every third track of each source stands there."""
        options = dict(pair.options)
        return {**options, "not_in": self._elsewhere} if "not_in" in options else options

    def _fresh(self, number: int) -> list[Any]:
        """Tracks that nobody has had yet."""
        tracks = [_media(self._tracks + n) for n in range(number)]
        self._tracks += number
        self._world.catalogue.update({track["uri"]: track for track in tracks})
        return [track["uri"] for track in tracks]

    def _content(self, source: str) -> Uris:
        if source == "liked":
            return [saved.media["uri"] for saved in self._world.library.saved]
        return self._world.uris(source)

    def source_of(self, what: str) -> Uris | None:
        """What the source holds that a request is for; None where it is for no source."""
        found = "liked" if "/me/tracks" in what else next((one for one in self._sources if one in what), None)
        return self._content(found) if found else None

    # The authorization

    def consents(self, at: float) -> None:
        """Authorize the app, and store that."""
        self._stored = json.dumps(self._world.authorize([*SCOPES, "user-library-read"], authorized_at=at))
        self._simulation.secrets.store("credentials", self._stored, ["AWSCURRENT"])

    @property
    def is_consent_good(self) -> bool:
        """Whether the listener's consent holds for an hour more, whatever the stack has of it."""
        consent = self._world.identities.current
        return not consent.revoked and not consent.expired(self._world.clock() + 3600)

    @property
    def is_authorized(self) -> bool:
        """Whether a refresh token that the stack holds is good for an hour more."""
        stages, identities = self._simulation.secrets.stages, self._world.identities
        kept = [text for (_, stage), (_, text) in stages.items() if stage in ("AWSCURRENT", "ROTATED")]
        held = [identities.grants.get(json.loads(text).get("refresh_token", "")) for text in kept]
        return identities.current in held and self.is_consent_good

    # What the listener does

    def does(self, what: str, detail: float) -> None:
        """Edit the target, or a source."""
        random = Random(detail)
        if what == "the listener edits the target":
            self.has_edited_during_a_run = True
            self._edits_target(random, quiet=False)
            return
        number = random.randrange(len(self._sources))
        source = self._sources[number]
        if source == "liked":
            return
        self._source_changed = True
        if what == "the source grows":
            new = self._fresh(random.randint(1, 3))
            self._world.add(source, new)
            self._offered[number] = [*self._offered[number], *new]
        elif content := self._content(source):
            self._world.remove(source, [str(random.choice(content))])

    def quiet(self, step: Quiet) -> None:
        """What happens while nothing runs."""
        simulation, random = self._simulation, Random(step.detail)
        simulation.say("listener", step.what)
        if step.what == "week":
            simulation.loop.now += 7 * DAY + 3600 * random.random()
            simulation.s3.expire("plans/", 30)
            for number, pair in enumerate(self._pairs):
                self._renews(number, pair, random)
        elif step.what == "wait":
            simulation.loop.now += random.choice((10, 60, 3600, 30 * DAY))
        elif step.what == "edit":
            self._edits_target(random, quiet=True)
        elif step.what == "revoke":
            self._world.revoke_authorization()
        else:
            self.consents(simulation.loop.now)
        self._offered = [self._content(source) for source in self._sources]

    def _renews(self, number: int, pair: Pair, random: Random) -> None:
        """Another week's tracks, some of which the target has, or the weeks before had."""
        source = self._sources[number]
        if pair.grows and source != "liked":
            self._grows(source, random)
            return
        held = (uri for one in self.ledgers.values() for uri in one.now)
        old = list(dict.fromkeys([*self._content(source), *held]))
        again = random.sample(old, min(len(old), random.choice((0, 0, 2, 5))))
        new: list[Any] = self._fresh(random.choice((0, 1, pair.offered, 13)))
        if source == "liked":
            self._world.save(new)
            return
        content = [*new, *again, *new[: random.choice((0, 0, 0, 2))]]
        random.shuffle(content)
        self._world.replace(source, content)

    def _grows(self, source: str, random: Random) -> None:
        """New tracks at the end, at the top or both, and at times one less of the others; or many in the middle.

        As many as no trouble takes out: what takes the place of another row is seen late (docs/guarantee.md).
        """
        if random.random() < 0.2:
            self._world.add(source, self._fresh(9), len(self._content(source)) // 2)
            return
        for position in random.choice(((None,), (None,), (0,), (0, None))):
            self._world.add(source, self._fresh(random.choice((1, 2, 3, 6))), position)
        if random.random() < 0.2:
            self._world.remove(source, [str(random.choice(self._content(source)))])

    def _edits_target(self, random: Random, *, quiet: bool) -> None:
        if not self.ledgers:
            return
        ledger = random.choice(list(self.ledgers.values()))
        fresh = self._fresh(random.choice((1, 2, 6, 12)))
        is_certain = quiet and all(one.status == "SUCCEEDED" for one in self._simulation.executions.values())
        offered = [uri for one in self._offered for uri in one] if is_certain else []
        words, change = change_of(self._world, ledger, random, fresh, offered, quiet=quiet)
        self._simulation.say("listener", words)
        self._edited += 1
        ledger.edit(change)

    # What the listener sees

    def watches(self, execution: Execution) -> None:
        """Told of each execution that begins, or goes on with what it read before it was stopped."""
        self._edits.setdefault(execution.name, self._edited)

    def sees_adding(self, playlist: str, invocation: Invocation) -> list[str]:
        """Told of each request that adds."""
        number = int(invocation.payload["input"]["pair"]["index"])
        if playlist not in self.ledgers:
            self.ledgers[playlist] = Ledger(self._world, playlist, self._options(self._pairs[number]))
        adder = invocation.execution.name, number
        return self.ledgers[playlist].begins_to_add(adder, self._offered[number])

    def judges(self, execution: Execution) -> list[str]:
        """What is broken when an execution has ended."""
        broken = self._present(completed=False)
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
        is_edited = self._edits[execution.name] != self._edited
        for number, pair in enumerate(report["pairs"]):
            ledger = self.ledgers.get(pair["target_id"])
            # It is told where Spotify refused a track, or did not show all of the source.
            is_told = pair["warnings"] or any(one["reason"].startswith(REFUSED) for one in pair["left_out"])
            if ledger and not is_told and not self._source_changed:
                broken += ledger.broken(completed=True, offered=self._offered[number])
            if ledger and pair["verified"] and not is_edited:
                ledger.seen()
        return [f"{execution.name} {execution.status}, but {one}" for one in broken]

    def rests(self) -> list[str]:
        """What is broken after all has come to rest."""
        broken = self._present(completed=False)
        self._source_changed = False
        self._offered = [self._content(source) for source in self._sources]
        if self._simulation.secrets.stages["credentials", "AWSCURRENT"][1] != self._stored:
            broken.append("what the listener stored was overwritten")
        made = [one for one in self._world.playlists.values() if one.name.startswith(NAME)]
        if len(made) > 1:
            broken.append(f"{len(made)} playlists were made as one target")
        return broken

    def misses(self) -> list[str]:
        """What is broken after an undisturbed run."""
        return self._present(completed=True)

    def _present(self, *, completed: bool) -> list[str]:
        broken = []
        for ledger in self.ledgers.values():
            broken += ledger.broken(completed=False)
            ledger.rest()
        if completed:
            for number, pair in enumerate(self.pairs):
                ledgers = self._ledgers_of(number)
                there = {uri for ledger in ledgers for uri in ledger.now}
                if pair.get("clear_source") and there.intersection(self._content(self._sources[number])):
                    broken.append("tracks that the target holds are still in the source")
                for ledger in ledgers:
                    broken += ledger.broken(completed=True, offered=self._offered[number])
                elsewhere = {uri for playlist in pair.get("not_in", ()) for uri in self._world.uris(playlist)}
                if not ledgers and not elsewhere.issuperset(self._offered[number]):
                    broken.append("no target was made")
        return broken

    def targets_of(self, source: str) -> list[str]:
        """The playlists that get what `source` offers."""
        return [ledger.target for ledger in self._ledgers_of(self._sources.index(source))]

    def _ledgers_of(self, number: int) -> list[Ledger]:
        target = self.pairs[number]["target"]
        return [self.ledgers[target]] if isinstance(target, str) else self._made()

    def _made(self) -> list[Ledger]:
        given = {pair["target"] for pair in self.pairs if isinstance(pair["target"], str)}
        return [ledger for target, ledger in self.ledgers.items() if target not in given]
