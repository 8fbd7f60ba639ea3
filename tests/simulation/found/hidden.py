"""What the simulation has found where Spotify hides rows of a target, for a while or for good."""

from tests.simulation.found.setups import setup
from tests.simulation.schedule import Pair, Quiet, Run, Sequence, Trouble

HIDDEN = {
    "the track of a request in doubt is not shown, and the listener has removed others": Sequence(
        "100073359",
        setup(Pair("pasted+liked", target=0, offered=28, kept=4, shared=0, grows=True)),
        (
            Quiet("week", 0.028521964299546565),
            Run(
                2,
                troubles=(
                    Trouble("http", 17, "reset before it took effect", count=-1, detail=0.35043538096465),
                    Trouble("POST", 4, "late", detail=0.4345097743628251),
                ),
            ),
            Quiet("edit", 0.8982920096476504),
            Run(4, troubles=(Trouble("GET", 7, "half of a page", count=-1, detail=0.7517623995285263),)),
        ),
    ),
    "a row of before is not shown, and what was sent since is shown as another": Sequence(
        "100066997",
        setup(
            Pair("playlist", target=0, offered=4, kept=1, shared=0),
            Pair("playlist", target=0, offered=3, kept=1, shared=0),
            Pair("own+playlist", target=1, offered=6, kept=1, shared=0),
            relinked="targets, or empty",
        ),
        (
            Run(7, troubles=(Trouble("put", 8, "the run is stopped after"),)),
            Run(9, troubles=(Trouble("put", 16, "the run is stopped after"),)),
            Run(10, troubles=(Trouble("GET", 7, "half of a page", count=-1, detail=0.6902454494434512),)),
        ),
    ),
    "a row of before is not shown, and the listener has removed others since a run failed": Sequence(
        "100084007",
        setup(Pair("playlist", target=0, offered=11, kept=7, shared=1, options=(("bring_back_removed", True),))),
        (
            Run(2, troubles=(Trouble("POST", 2, "429 without a time", count=-1, detail=0.9669213678411034),)),
            Quiet("edit", 0.07876600356533114),
            Run(4, troubles=(Trouble("GET", 1, "half of a page", count=-1, detail=0.5387793403292254),)),
        ),
    ),
    "a track of a request is shown late, in the place of another of its tracks that the listener has removed": Sequence(
        "3737",
        setup(Pair("playlist", target=-1, offered=9, kept=1, shared=0, options=(("bring_back_removed", True),))),
        (
            Run(2, troubles=(Trouble("GET", 1, "half of a page", count=-1, detail=0.3850143552300076),)),
            Run(3, troubles=(Trouble("GET", 1, "half of a page", count=-1, detail=0.7425658239921946),)),
            Run(4, troubles=(Trouble("GET", 4, "half of a page", count=-1, detail=0.184393478202185),)),
            Quiet("edit", 0.916313596593426),
        ),
    ),
    "two tracks are shown as others, of which one was hidden while the other was shown as itself": Sequence(
        "1414",
        setup(
            Pair("playlist", target=0, offered=23, kept=0, shared=0),
            Pair("playlist", target=1, offered=2, kept=0, shared=0),
            relinked="targets, or empty",
        ),
        (
            Run(1, troubles=(Trouble("put", 11, "the run is stopped after", detail=0.5575249793388071),)),
            Run(3, troubles=(Trouble("GET", 4, "half of a page", count=-1, detail=0.4665373483428833),)),
            Quiet("week", 0.47790634564850154),
        ),
    ),
    "a track of a source to be cleared is hidden from two runs, and from the third no more": Sequence(
        "2197",
        setup(
            Pair("playlist", target=-1, offered=1, kept=0, shared=0, options=(("clear_source", True),)),
            Pair("playlist", target=0, offered=1, kept=16, shared=0),
        ),
        (
            Run(2, troubles=(Trouble("GET", 1, "half of a page", count=-1, detail=0.9109994268113244),)),
            Run(3, troubles=(Trouble("GET", 9, "half of a page", count=-1, detail=0.08208751236734046),)),
        ),
    ),
}
