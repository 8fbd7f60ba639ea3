"""The listener: whose playlists they are, and who edits them at any time."""

import json
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, cast

from rediscover.simulator.world import media, shapes
from rediscover.simulator.world.identities import SCOPES
from tests.simulation.promises import Ledger, Uris, change_of
from tests.simulation.relinks import Relinks
from tests.simulation.schedule import Pair, Quiet
from tests.simulation.sources import DISCOVER_WEEKLY, VISIBLE, Archive, Liked, Pasted, Playlist, Plays, Source

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

DAY = 86_400
NAME = "Kept"
"""Of the target that is to be made."""

WITH = ("user-library-read", "user-read-recently-played")
"""Scopes of the sources that are no playlists."""


@cache
def _media(number: int) -> media.Media:
    return media.track(f"Track {number}")


class Listener:
    """Has a ledger of each target; `edits` counts the edits of targets.

    `offered` is what each source of a pair offers in this step, `source_changed` that one has changed in it, `shrunk`
    those that a track was taken out of: a run that begins to read after that has it from another source, at its place
    there.
    """

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation, self._world = simulation, simulation.world
        self._tracks = 0
        self.stored = ""
        self.edits = 0
        self.source_changed = False
        self.shrunk: list[Source] = []
        self.has_edited_during_a_run = False
        self.ledgers: dict[str, Ledger] = {}
        self.setups = simulation.setup.pairs
        brings_back = any("bring_back_removed" in dict(pair.options) for pair in self.setups)
        self.relinks = Relinks(self._world, simulation.setup.relinked, brings_back=brings_back)
        self.sources: list[list[Source]] = []
        is_elsewhere = any("not_in" in dict(pair.options) for pair in self.setups)
        self._elsewhere = [self._world.create_playlist("Elsewhere")] if is_elsewhere else []
        self._targets: dict[int, str] = {}
        for number, pair in enumerate(self.setups):
            self._make(number, pair)
        self.offered = [[source.content() for source in sources] for sources in self.sources]

    def _make(self, number: int, pair: Pair) -> None:
        new = self._fresh(pair.offered)
        if pair.target not in self._targets and pair.target >= 0:
            target = self._world.create_playlist(f"Target {pair.target}", cast(Any, self._fresh(pair.kept)))
            self._targets[pair.target] = target
            self.keeps(target, number)
        held = self.ledgers[self._targets[pair.target]].now if pair.target >= 0 else []
        shared = held[len(held) - min(pair.shared, len(held)) :]
        first, *others = pair.source.split("+")
        self.sources.append([self._source(first, number, shared, new)])
        self.sources[-1] += [self._source(kind, number, shared, self._fresh(pair.offered)) for kind in others]
        if self._elsewhere:
            self._world.add(self._elsewhere[0], cast(Any, self.sources[-1][0].content()[::3]))

    def _source(self, kind: str, number: int, shared: Uris, new: Uris) -> Source:
        content = [*shared, *new]
        if kind == "liked" and not any(isinstance(one, Liked) for sources in self.sources for one in sources):
            self._world.save(cast(Any, reversed(content)))
            self.relinks.comes(new)
            return Liked(self._world)
        if kind in ("gone", "own"):
            return self._archive(kind, self._targets.get(self.setups[number].target, ""), content)
        if kind.startswith("plays"):
            plays = Plays(self._world, DISCOVER_WEEKLY if kind == "plays of one" else "")
            # One that no run sees in time would come from another source, at its place there.
            is_alone = self.setups[number].source == kind
            plays.grows((content if is_alone else new)[-VISIBLE:])
            return plays
        if kind == "pasted":
            return Pasted(content or self._fresh(1))
        self.relinks.comes(new)
        source = Playlist(self._world, self._world.create_playlist(f"Source {number}", cast(Any, content)))
        self.relinks.comes_into(source.given, new)
        return source

    def _archive(self, kind: str, target: str, content: Uris) -> Source:
        """Of the target, as an earlier run left it; or of a playlist that is not there any more."""
        if kind == "gone":
            archive = Archive(self._simulation.s3, "000000000000000000Gone")
            archive.keep(content[:3], content[3:], "2026-05-04T06:00:00Z")
            return archive
        ledger, archive = self.ledgers[target], Archive(self._simulation.s3, target)
        left = [uri for uri in content if uri not in ledger.now]
        archive.keep(ledger.now, left, shapes.timestamp(self._simulation.loop.now))
        ledger.recorded |= {*ledger.now, *left}
        ledger.ever |= set(left)
        return archive

    def keeps(self, target: str, number: int, earlier: Sequence[Ledger] = ()) -> Ledger:
        """The ledger that begins for the target of a pair, which goes on what the `earlier` ones have."""
        ledger = self.ledgers[target] = Ledger(self._world, target, self._options(self.setups[number]), earlier)
        self.relinks.is_target(target)
        return ledger

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """The input's."""
        found = []
        for pair, sources in zip(self.setups, self.sources, strict=True):
            given = [source.given for source in sources]
            target: Any = self._targets[pair.target] if pair.target >= 0 else {"create": NAME}
            found.append({"source": given if len(given) > 1 else given[0], "target": target, **self._options(pair)})
        return found

    def _options(self, pair: Pair) -> dict[str, Any]:
        """With the playlist that is meant by `not_in`: every third track of each source stands there."""
        options = dict(pair.options)
        return {**options, "not_in": self._elsewhere} if "not_in" in options else options

    def _fresh(self, number: int) -> Uris:
        """Tracks that nobody has had yet."""
        tracks = [_media(self._tracks + n) for n in range(number)]
        self._tracks += number
        self._world.catalogue.update({track["uri"]: track for track in tracks})
        return [track["uri"] for track in tracks]

    def offers(self, number: int) -> Uris:
        """What the sources of a pair offer in this step."""
        return [uri for offered in self.offered[number] for uri in offered]

    def source_of(self, what: str) -> Uris | None:
        """What the source holds that a request is for; None where it is for no source."""
        return next((one.content() for sources in self.sources for one in sources if one.is_for(what)), None)

    def sees_beginning(self) -> None:
        """A run begins to read the targets, and no other is under way."""
        for ledger in self.ledgers.values():
            self.relinks.is_unclear(ledger, self._pasted(), is_partly_hidden=bool(self._simulation.shown_in_part))

    def _pasted(self) -> set[str | None]:
        pasted = (one.ever for sources in self.sources for one in sources if isinstance(one, Pasted))
        return {uri for each in pasted for uri in each}

    def _pasted_in_doubt(self, target: str) -> set[str]:
        """Of a request whose outcome is not known: by another track, nobody could tell them (docs/guarantee.md)."""
        memory = json.loads(self._simulation.s3.objects.get(f"playlists/{target}.target.json", b"{}"))
        pasted = self._pasted()
        return {uri for uri in memory.get("doubt", ()) if isinstance(uri, str) and uri in pasted}

    # The authorization

    def consents(self, at: float) -> None:
        """Authorize the app, and store that."""
        self.stored = json.dumps(self._world.authorize([*SCOPES, *WITH], authorized_at=at))
        self._simulation.secrets.store("credentials", self.stored, ["AWSCURRENT"])

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
            self._edits_target(random, quiet=False)
            return
        number = random.randrange(len(self.sources))
        sources = self.sources[number]
        place = random.randrange(len(sources)) if len(sources) > 1 else 0
        if what == "the source grows":
            if not sources[place].can_grow:
                return
            new = self._fresh(random.randint(1, 3))
            sources[place].grows(new)
            self.offered[number][place] = [*self.offered[number][place], *new]
        elif not sources[place].shrinks(random):
            return
        else:
            self.shrunk.append(sources[place])
        self.source_changed = True

    def quiet(self, step: Quiet) -> None:
        """What happens while nothing runs."""
        simulation, random = self._simulation, Random(step.detail)
        simulation.say("listener", step.what)
        if step.what == "week":
            simulation.loop.now += 7 * DAY + 3600 * random.random()
            simulation.s3.expire("plans/", 30)
            for pair, sources in zip(self.setups, self.sources, strict=True):
                for source in sources:
                    self._renews(pair, source, sources, random)
            for ledger in self.ledgers.values():
                self.relinks.changes(ledger, random, self._pasted_in_doubt(ledger.target))
        elif step.what == "wait":
            simulation.loop.now += random.choice((10, 60, 3600, 30 * DAY))
        elif step.what == "edit":
            simulation.loop.now += 1  # not in the very second of a run's request: that is told apart by time
            self._edits_target(random, quiet=True)
        elif step.what == "revoke":
            self._world.revoke_authorization()
        else:
            self.consents(simulation.loop.now)
        self.rests()

    def rests(self) -> None:
        """Nothing runs: what the sources offer now is what they offer in the next step."""
        self.source_changed = False
        self.shrunk.clear()
        for offered, sources in zip(self.offered, self.sources, strict=True):
            offered[:] = [
                before if isinstance(source, Archive) else source.content()
                for before, source in zip(offered, sources, strict=True)
            ]
        self._settle()

    def _renews(self, pair: Pair, source: Source, sources: list[Source], random: Random) -> None:
        """Another week's tracks, some of which were there before, but none whose plays may have been missed."""
        if pair.grows and isinstance(source, Playlist):
            self._grows(source, random)
            return
        held = (uri for one in self.ledgers.values() for uri in one.now)
        old = list(dict.fromkeys([*source.content(), *held]))
        again = random.sample(old, min(len(old), random.choice((0, 0, 2, 5))))
        again = [uri for uri in again if all(one.has_shown(uri) for one in sources)]
        new = self._fresh(random.choice((0, 1, pair.offered, 13)))
        if not isinstance(source, Pasted):  # whose recordings are known only when a run has read them back
            self.relinks.comes(new)
        if isinstance(source, Playlist):
            self.relinks.comes_into(source.given, new)
        source.renews(new, again, random)

    def _grows(self, playlist: Playlist, random: Random) -> None:
        """New tracks at the end, at the top or both, and at times one less of the others; or many in the middle.

        As many as no trouble takes out: what takes the place of another row is seen late (docs/guarantee.md). One comes
        there for the first row only where that was always the first: then it is remembered, and seen to be gone.
        """
        source, drawn = playlist.given, random.random()
        uris = self._world.uris(source)
        if drawn < 0.2:
            self._world.add(source, cast(Any, self._fresh(9)), len(uris) // 2)
            return
        if drawn < 0.4 and uris[:1] == playlist.first:
            self._world.add(source, cast(Any, self._fresh(1)), len(uris) // 2)
            self._world.remove(source, [str(uris[0])])
            return
        for position in random.choice(((None,), (None,), (0,), (0, None))):
            self._world.add(source, cast(Any, self._fresh(random.choice((1, 2, 3, 6)))), position)
        if random.random() < 0.2:
            self._world.remove(source, [str(random.choice(self._world.uris(source)))])

    def _edits_target(self, random: Random, *, quiet: bool) -> None:
        full = {id(one) for ledger in self.ledgers.values() for one in ledger.earlier}
        ledgers = [one for one in self.ledgers.values() if id(one) not in full]
        if not ledgers:
            return
        ledger = random.choice(ledgers)
        if not self.relinks.may_be_edited(ledger, quiet=quiet):
            return
        self.has_edited_during_a_run = self.has_edited_during_a_run or not quiet
        fresh = self._fresh(random.choice((1, 2, 6, 12)))
        is_certain = quiet and all(one.status == "SUCCEEDED" for one in self._simulation.executions.values())
        offered = [uri for one in self.offered for offers in one for uri in offers] if is_certain else []
        offered = [] if self.relinks.in_targets else offered  # as another track, it would be one of their own
        only_adds = self.relinks.only_adds
        words, change = change_of(self._world, ledger, random, fresh, offered, only_adds=only_adds)
        self._simulation.say("listener", words)
        self.edits += 1
        ledger.edit(change)
        if quiet:
            self._settle()

    def _settle(self) -> None:
        given = {*self._targets.values()}
        for target, ledger in self.ledgers.items():
            place = target if target in given else None  # a pair whose target is to be made has none
            to = [number for number, pair in enumerate(self.setups) if self._targets.get(pair.target) == place]
            ledger.settles({uri for number in to for uri in self.offers(number)})
