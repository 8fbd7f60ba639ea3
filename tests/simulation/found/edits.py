"""What the simulation has found where the listener edits the target or a source during a run."""

from tests.simulation.found.setups import setup
from tests.simulation.schedule import Pair, Quiet, Run, Sequence, Trouble

BACK = (("bring_back_removed", True),)
ON_TOP = (("position", "top"),)


EDITS = {
    "a track that the listener puts in the place of another while a run reads": Sequence(
        "30022674",
        setup(
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
        setup(
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
    "a track that leaves one source before it is read, and stands in another": Sequence(
        "30035654",
        setup(
            Pair("playlist", target=0, offered=1, kept=1, shared=0, options=BACK),
            Pair("playlist+own", target=0, offered=1, kept=1, shared=0, options=BACK),
        ),
        (
            Run(3),
            Quiet("edit", 0.03683771124803792),
            Run(5, troubles=(Trouble("put", 5, "the source shrinks before", detail=0.6678978612294988),)),
        ),
    ),
    "a removed track that a source offers to another target": Sequence(
        "30040360",
        setup(
            Pair("liked", target=-1, offered=3, kept=1, shared=0, options=BACK),
            Pair("playlist", target=0, offered=0, kept=5, shared=0, options=(*BACK, ("clear_source", True))),
            items_lag=1.5,
        ),
        (Run(1), Quiet("week", 0.27116099201258237), Run(4), Quiet("edit", 0.3350347983836238), Run(7)),
    ),
    "tracks put on top between two batches that go there": Sequence(
        "1",
        setup(Pair("playlist", target=0, offered=23, kept=4, shared=0, options=ON_TOP)),
        (Run(0, troubles=(Trouble("POST", 2, "the listener edits the target after", detail=0.8),)),),
    ),
    "tracks removed on top between two batches that go there": Sequence(
        "30014252",
        setup(
            Pair("playlist", target=0, offered=1, kept=1, shared=0, options=ON_TOP),
            Pair("playlist", target=0, offered=21, kept=1, shared=0, options=ON_TOP, grows=True),
            Pair("playlist", target=1, offered=11, kept=1, shared=0, options=ON_TOP),
        ),
        (
            Run(
                2,
                troubles=(
                    Trouble("POST", 2, "the listener edits the target after", detail=0.5725507120489884),
                    Trouble("GET", 1, "404", detail=0.5519388824920717),
                    Trouble("POST", 4, "answer lost after it took effect", count=-1, detail=0.9161000669518521),
                ),
            ),
        ),
    ),
    "tracks removed from a target before a request that filled it, and whose answer is lost": Sequence(
        "41001460",
        setup(Pair("liked", target=-1, offered=2, kept=1, shared=0), cap=26),
        (
            Quiet("week", 0.4848915309927361),
            Run(4),
            Quiet("week", 0.9325391693713968),
            Run(
                8,
                troubles=(
                    Trouble("s3", 12, "the listener edits the target before", detail=0.5143356135662738),
                    Trouble("POST", 2, "truncated answer", detail=0.6199128750747565),
                ),
            ),
        ),
    ),
    "an exchange out of sight of what is read back, which is noticed at the next edit": Sequence(
        "1",
        setup(Pair("playlist", target=0, offered=12, kept=1, shared=0, options=BACK, grows=True)),
        (
            Run(0),
            Quiet("week", 0.3),
            Run(
                1,
                troubles=(
                    Trouble("put", 3, "the listener edits the target before", detail=0.3639550893399569),
                    Trouble("put", 4, "the listener edits the target before", detail=0.3126706611969108),
                ),
            ),
            Run(2),
            Quiet("edit", 0.3),
        ),
    ),
    "tracks that the listener removes while a request is in doubt and others are hidden": Sequence(
        "41031987",
        setup(Pair("playlist", target=0, offered=22, kept=0, shared=0), most_rows=2),
        (
            Run(
                0,
                troubles=(
                    Trouble("GET", 4, "truncated answer", count=3, detail=0.27601143223879654),
                    Trouble("GET", 4, "half of a page", count=-1, detail=0.23312831459100702),
                    Trouble("POST", 3, "answer lost after it took effect", detail=0.9944398230123448),
                    Trouble("any", 79, "the listener edits the target before", detail=0.19275303399579236),
                ),
            ),
        ),
    ),
    "a track put in the place of one of an archive a second after that was sent": Sequence(
        "80006355",
        setup(Pair("gone", target=0, offered=5, kept=7, shared=0, grows=True)),
        (
            Run(2, troubles=(Trouble("put", 5, "the run is stopped after"),)),
            Quiet("edit", 0.9491611125415985),
            Quiet("edit", 0.843931384897643),
        ),
    ),
    "a track put in the place of a pasted one a second after that was sent": Sequence(
        "80015787",
        setup(Pair("playlist+pasted", target=0, offered=1, kept=7, shared=0)),
        (
            Run(1, troubles=(Trouble("put", 9, "the run is stopped after"),)),
            Quiet("edit", 0.9811816949807396),
            Quiet("edit", 0.8456664096286548),
        ),
    ),
    "tracks of a failed run that show only when the next one reads back its own, and are removed then": Sequence(
        "80059311",
        setup(Pair("playlist", target=0, offered=31, kept=6, shared=0, options=BACK, grows=True), items_lag=1.5),
        (Run(1, troubles=(Trouble("http", 13, "403"),)), Run(3), Quiet("edit", 0.5200196683917109)),
    ),
    "a source that is not cleared of what was not read back, since the target is full again": Sequence(
        "80096217",
        setup(
            Pair("playlist", target=0, offered=17, kept=10, shared=0, options=(*BACK, ("clear_source", True))), cap=26
        ),
        (
            Run(3),
            Run(5),
            Run(
                6,
                troubles=(
                    Trouble("any", 24, "the listener edits the target after", detail=0.69741376979557),
                    Trouble("GET", 5, "the listener edits the target after", detail=0.4551131693710505),
                ),
            ),
        ),
    ),
    "what a run has read back, though a redriven one had read the target meanwhile, is removed": Sequence(
        "100098961",
        setup(
            Pair("playlist", target=0, offered=21, kept=1, shared=0, options=(("bring_back_removed", True),)),
            Pair(
                "playlist", target=0, offered=21, kept=1, shared=0, options=(("bring_back_removed", True),), grows=True
            ),
            settle=2,
            rotates=True,
        ),
        (
            Run(
                2,
                troubles=(
                    Trouble("POST", 1, "429 for a minute", detail=0.37507814076508317),
                    Trouble("sleep", 1, "the run is stopped after", detail=0.010161029271101962),
                    Trouble("POST", 2, "truncated answer", count=7, detail=0.17347465103206539),
                ),
            ),
            Quiet("edit", 0.5013534458671992),
        ),
    ),
    "what a run has sent while a redriven one read the target, which is shown as others": Sequence(
        "130069967",
        setup(Pair("playlist+gone", target=-1, offered=26, kept=1, shared=0, grows=True), relinked="targets"),
        (
            Run(
                0,
                troubles=(
                    Trouble("http", 20, "answer lost after it took effect", detail=0.13681599125899568),
                    Trouble("POST", 3, "answer lost after it took effect", detail=0.09100455469489466),
                    Trouble("any", 22, "the run is stopped after", detail=0.010739744377823324),
                    Trouble("any", 52, "the process is killed after", detail=0.7402847069259199),
                ),
            ),
        ),
    ),
}
