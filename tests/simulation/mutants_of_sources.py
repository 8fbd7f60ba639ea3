"""Sabotages that only show where a source is no plain playlist, a row is relinked or a playlist is full."""

from tests.simulation.mutant import Mutant

LEDGER, PAIRS = "rediscover_archive/ledger", "rediscover_archive/pairs"
LISTENING, RESTORING, VOLUMES = (
    f"{PAIRS}/listening.py",
    f"{LEDGER}/restoring.py",
    "rediscover_archive/targets/volumes.py",
)

OF_SOURCES = [
    Mutant(
        "takes an archive in the order in which it was written down",
        RESTORING,
        'came = sorted(tracks, key=lambda track: moment_of(track["added_at"]) or _UNKNOWN)',
        "came = tracks",
    ),
    Mutant(
        "leaves out of an archive what has left it",
        RESTORING,
        "    for track in came:\n",
        '    for track in (one for one in came if one["left_at"] is None):\n',
    ),
    Mutant(
        "takes a pasted id for a playlist's",
        "rediscover_archive/inbox/pasted.py",
        '("track", piece) if identified(piece) else reference(piece)',
        "reference(piece)",
    ),
    Mutant(
        "writes down what was pasted in another order",
        "rediscover_archive/inbox/kept.py",
        "for uri in uris]",
        "for uri in sorted(uris)]",
    ),
    Mutant("forgets what was played", LISTENING, "known = memory.items if memory else []", "known: list[Item] = []"),
    Mutant(
        "keeps what was played from elsewhere",
        LISTENING,
        'for play in played if context in ("", play.context))',
        "for play in played)",
    ),
    Mutant(
        "passes over plays that come late",
        LISTENING,
        "for play in played if context in",
        "for play in fresh if context in",
    ),
    Mutant(
        "takes a row that Spotify has relinked for one that was removed",
        f"{PAIRS}/standing.py",
        "    same = _same_rows(before, rows)\n",
        "    same: dict[int, int] = {}\n",
    ),
    Mutant(
        "records a relinked row as a track of its own",
        f"{LEDGER}/record.py",
        "(item for item in memory.items if item.isrc not in recordings)",
        "memory.items",
    ),
    Mutant("forgets that a playlist is full", VOLUMES, "replace(last, full=True)", "replace(last, full=False)"),
    Mutant(
        "adds what the full playlists have to the next one",
        "select_tracks.py",
        "held = [target, *(memory for memory in earlier if memory)]",
        "held = [target]",
    ),
    Mutant(
        "leaves the record of a full playlist as it was",
        "rediscover_archive/runs/report.py",
        "            complete(documents, volume, now, [_contribution(None, one)])\n",
        "            pass\n",
    ),
]
