"""`rediscover setup`: the steps of a sitting, each stored when it is done, so that an end in between loses nothing."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from rediscover.commands.pairs.kept import KeptPairs
from rediscover.commands.setup.account import Keeping, Listener, listener_of
from rediscover.commands.setup.app import app_of
from rediscover.commands.setup.dialogs import asker
from rediscover.commands.setup.playlists import kinds_of, pair_of
from rediscover.commands.setup.remembering import is_tried, remember, stands
from rediscover.commands.setup.scheduling import scheduled
from rediscover.commands.setup.sitting import SetupArguments, Sitting
from rediscover.commands.setup.stack import set_up_stack
from rediscover.commands.setup.telling import told
from rediscover.commands.timers.kinds import kinds
from rediscover.commands.timers.machine import Machine
from rediscover.places.home import Home
from rediscover.places.listener import KeptListener
from rediscover.places.secret import SecretFile


def setup(arguments: SetupArguments, environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Go through all steps; 0, or 1 where a dry run fails and nobody is asked what to do.

    Raises one of EXPLAINED, and KeyboardInterrupt; what was done until then stays.
    """
    sitting = Sitting(arguments, environment, asker(err, nobody=not arguments.ask), out, err)
    home = Home.of(environment)
    keeping = Keeping.of(sitting, home)
    app = app_of(sitting, (keeping.place, SecretFile(home.credentials)))
    sitting = sitting.knowing(SPOTIFY_CLIENT_ID=app.id, SPOTIFY_CLIENT_SECRET=app.secret)
    keeping = Keeping.of(sitting, home)
    listener = listener_of(sitting, keeping, app.id, kinds_of(arguments.source))
    if arguments.stack:
        return set_up_stack(sitting, keeping, listener, arguments.stack)
    kept = KeptPairs(home)
    wanted = arguments.source is not None or arguments.target is not None
    if wanted or not stands(sitting, kept):
        pair = _tried_pair(sitting, keeping, listener)
        if pair is None:
            return 1
        if pair:
            remember(sitting, kept, pair)
    if kept.read()["pairs"]:
        scheduled(sitting, kinds(Machine()))
    told(sitting, KeptListener(home))
    return 0


def _tried_pair(sitting: Sitting, keeping: Keeping, listener: Listener) -> dict[str, Any] | None:
    """A pair that a dry run took; {} where it is left for later, None where it fails and nobody chooses another."""
    arguments = sitting.arguments
    source, target = arguments.source, arguments.target
    while True:
        pair = pair_of(sitting, keeping, listener, source, target)
        if not pair or is_tried(sitting, pair):
            return pair
        if not sitting.asker.is_attended or not sitting.asker.confirm(
            "A run would fail. Choose source and target again?", True
        ):
            return None
        source = target = None
