"""What the simulation has found where the listener edits the target or a source during a run; as in found.py."""

from tests.simulation.found import PLAIN
from tests.simulation.schedule import Pair, Quiet, Run, Sequence, Setup, Trouble


def _setup(*pairs: Pair) -> Setup:
    return Setup(**{"pairs": pairs, **PLAIN})  # type: ignore[arg-type]  # by name


EDITED = {
    "a track that the listener puts in the place of another while a run reads": Sequence(
        "30022674",
        _setup(
            Pair(
                "playlist",
                target=0,
                offered=33,
                kept=1,
                shared=0,
                options=(("bring_back_removed", True), ("not_in", ())),
                grows=True,
            )
        ),
        (
            Run(5),
            Quiet("week", 0.5350335921728592),
            Run(
                8,
                troubles=(
                    Trouble("GET", 2, "late", count=2, detail=0.3885565415068287),
                    Trouble("any", 53, "the listener edits the target after", detail=0.8258903793324274),
                    Trouble("s3", 12, "the listener edits the target before", detail=0.812013482872296),
                    Trouble("GET", 1, "the listener edits the target after", detail=0.11388296506024631),
                ),
            ),
        ),
    ),
    "a track put on top of as many new ones as are read back in whole pages": Sequence(
        "30020112",
        _setup(
            Pair(
                "playlist",
                target=0,
                offered=28,
                kept=3,
                shared=3,
                options=(("position", "top"), ("bring_back_removed", True)),
            )
        ),
        (
            Run(0),
            Quiet("edit", 0.4361477523850492),
            Run(
                2,
                troubles=(
                    Trouble("s3", 8, "the listener edits the target before", count=2, detail=0.9792816098082237),
                ),
            ),
        ),
    ),
}
