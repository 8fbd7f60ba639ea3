"""What the simulation has found where Spotify shows a playlist, or the list of playlists, in parts or not whole."""

from tests.simulation.found.setups import setup
from tests.simulation.schedule import Pair, Quiet, Run, Sequence, Trouble

PARTS = {
    "a playlist of not_in in which a track stands three times, read by a lowered limit": Sequence(
        "30077107",
        setup(
            *(Pair("playlist", target=0, offered=0, kept=1, shared=1, options=(("not_in", ()),)) for _ in range(3)),
            most_rows=2,
        ),
        (),
    ),
    "a target whose making was not answered, while the list of playlists is not shown whole": Sequence(
        "30023948",
        setup(Pair("liked", target=-1, offered=1, kept=1, shared=0)),
        (
            Run(
                2,
                troubles=(
                    Trouble("GET", 1, "half of a page", count=7),
                    Trouble("POST", 1, "answer lost after it took effect"),
                ),
            ),
        ),
    ),
    "rows of before are not shown, and the listener has removed what a stopped run had added": Sequence(
        "90044197",
        setup(
            Pair(
                "playlist+own+plays of one",
                target=0,
                offered=5,
                kept=6,
                shared=0,
                options=(("bring_back_removed", True),),
            )
        ),
        (
            Run(1, troubles=(Trouble("put", 9, "the run is stopped after"),)),
            Quiet("edit", 0.21358367576924986),
            Run(6, troubles=(Trouble("any", 74, "the listener edits the target after", detail=0.7459076852840884),)),
            Run(9, troubles=(Trouble("GET", 2, "half of a page", count=-1),)),
        ),
    ),
    "what a failed run had added is not all shown to the next one, and the listener removes it": Sequence(
        "100052110",
        setup(
            Pair(
                "playlist",
                target=-1,
                offered=3,
                kept=1,
                shared=0,
                options=(("position", "top"), ("bring_back_removed", True)),
            ),
            items_lag=1.5,
            snapshot_lag=30,
        ),
        (
            Run(2),
            Quiet("week", 0.9085512640946564),
            Run(4, troubles=(Trouble("POST", 2, "403"),)),
            Run(5, troubles=(Trouble("GET", 3, "half of a page", count=-1),)),
            Quiet("edit", 0.15862766866746725),
        ),
    ),
}
