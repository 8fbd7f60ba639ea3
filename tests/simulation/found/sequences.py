"""What the simulation has found where requests fail, runs are stopped or answers lag."""

from tests.simulation.found.setups import setup
from tests.simulation.schedule import Pair, Quiet, Run, Sequence, Trouble

SEQUENCES = {
    "a play that comes late with a time before the last one": Sequence(
        "late",
        setup(Pair("plays", target=0, offered=3, kept=1, shared=0)),
        (Run(0), Quiet("week", 0.03), Run(2), Quiet("week", 0.21)),
    ),
    "a relinked row that is recorded as a track of its own": Sequence(
        "210",
        setup(Pair("playlist", target=0, offered=8, kept=1, shared=0), relinked="targets"),
        (),
    ),
    "a playlist that a run fills and that is stopped before it records it": Sequence(
        "254",
        setup(Pair("playlist", target=-1, offered=16, kept=1, shared=0), cap=30),
        (
            Run(1),
            Quiet("week", 0.32194813674929224),
            Run(
                3,
                troubles=(
                    Trouble("http", 1, "answer lost after it took effect", count=2, detail=0.683701136848552),
                    Trouble("any", 72, "the run is stopped after", detail=0.7019051747280073),
                    Trouble("any", 37, "the process is killed before", detail=0.26803979866447947),
                ),
            ),
        ),
    ),
    "two runs, each of which fills a playlist and is stopped before it records it": Sequence(
        "70001654",
        setup(Pair("playlist", target=-1, offered=22, kept=0, shared=0), cap=18),
        (
            Run(1, troubles=(Trouble("put", 5, "the run is stopped after"),)),
            Run(2, troubles=(Trouble("put", 9, "the run is stopped after"),)),
            Quiet("week", 0.07305193487832629),
            Run(4, troubles=(Trouble("put", 11, "the run is stopped after"),)),
        ),
    ),
    "half of a source's page by chance": Sequence(
        "325",
        setup(Pair("playlist", target=0, offered=16, kept=1, shared=0)),
        (Run(1, troubles=(Trouble("GET", 4, "half of a page", count=-1),)),),
    ),
    "half of the liked songs' page by chance": Sequence(
        "325",
        setup(Pair("liked", target=0, offered=16, kept=1, shared=0)),
        (Run(1, troubles=(Trouble("GET", 2, "half of a page", count=-1),)),),
    ),
    "a row moved between the reading of two pages": Sequence(
        "12250",
        setup(Pair("playlist", target=0, offered=6, kept=16, shared=0)),
        (
            Quiet("week", 0.9918508837045845),
            Run(6, troubles=(Trouble("any", 19, "the listener edits the target before", detail=0.8170156463761553),)),
        ),
    ),
    "tracks removed between the pages of a look": Sequence(
        "31426",
        setup(
            Pair("playlist", target=-1, offered=0, kept=1, shared=0),
            Pair("playlist", target=0, offered=1, kept=1, shared=0),
        ),
        (
            Quiet("edit", 0.7759734502049283),
            Quiet("week", 0.9989409304115815),
            Run(
                4,
                troubles=(
                    Trouble("GET", 10, "the listener edits the target after", detail=0.8960429204297296),
                    Trouble("POST", 1, "late", count=-1, detail=0.7970920200267423),
                    Trouble("any", 43, "the access tokens expire before", detail=0.04983267992211615),
                ),
            ),
        ),
    ),
    "a track whose answer was lost after others were refused": Sequence(
        "35313",
        setup(
            Pair("playlist", target=0, offered=1, kept=0, shared=0),
            Pair("playlist", target=1, offered=3, kept=1, shared=0),
        ),
        (
            Run(
                6,
                troubles=(
                    Trouble("POST", 2, "500", count=7),
                    Trouble("POST", 4, "answer lost after it took effect", count=-1),
                ),
            ),
        ),
    ),
    "a run that begins before the request of one that failed shows": Sequence(
        "105717",
        setup(Pair("playlist", target=1, offered=11, kept=1, shared=0), items_lag=1.5),
        (Run(2, troubles=(Trouble("put", 11, "failed", detail=0.04396604955183059),)), Run(2)),
    ),
    "a batch on top while the one before does not show yet": Sequence(
        "740",
        setup(
            Pair("liked", target=0, offered=0, kept=0, shared=0, options=(("position", "top"),)),
            items_lag=1.5,
        ),
        (
            Quiet("week", 0.5848536036974118),
            Quiet("week", 0.941319354468913),
            Quiet("edit", 0.08481641891727831),
            Run(2, troubles=(Trouble("any", 57, "the process is killed after", detail=0.197),)),
        ),
    ),
    "a source that shrinks between the parts of a page": Sequence(
        "1046693",
        setup(
            Pair("playlist", target=-1, offered=1, kept=1, shared=0),
            Pair("playlist", target=0, offered=11, kept=11, shared=0),
            most_rows=2,
        ),
        (Run(3, troubles=(Trouble("any", 36, "the source shrinks before", count=2, detail=0.7380284033570084),)),),
    ),
    "tracks removed and added between the parts of a target's page": Sequence(
        "1064118",
        setup(
            Pair("liked", target=-1, offered=1, kept=1, shared=0),
            Pair("playlist", target=0, offered=0, kept=13, shared=0),
            rotates=True,
            most_rows=2,
        ),
        (
            Quiet("week", 0.5519170076717661),
            Run(
                4,
                starts=(0.0, 0.09595662659547921),
                troubles=(
                    Trouble("any", 32, "the process is killed after", detail=0.6288827439613534),
                    Trouble("any", 47, "the listener edits the target after", detail=0.249472342789946),
                    Trouble("GET", 12, "the listener edits the target after", detail=0.5207597937238213),
                ),
            ),
        ),
    ),
    "a batch on top while rows of the one before are not shown": Sequence(
        "1076306",
        setup(
            Pair(
                "playlist",
                target=-1,
                offered=15,
                kept=1,
                shared=0,
                options=(("position", "top"), ("bring_back_removed", True)),
            ),
        ),
        (
            Run(
                4,
                troubles=(
                    Trouble("GET", 3, "half of a page", count=-1, detail=0.2661295475534958),
                    Trouble("http", 24, "reset before it took effect", detail=0.9325403174339668),
                ),
            ),
        ),
    ),
    "a track whose answer was lost while the listener removed another": Sequence(
        "1009945",
        setup(Pair("playlist", target=-1, offered=1, kept=1, shared=0)),
        (
            Run(2),
            Quiet("week", 0.561316064038957),
            Run(
                3,
                troubles=(
                    Trouble("POST", 2, "502 in HTML", count=7, detail=0.19752565047424442),
                    Trouble("POST", 4, "truncated answer", count=7, detail=0.8992760274651669),
                    Trouble("s3", 37, "the listener edits the target before", detail=0.7805536859393966),
                ),
            ),
        ),
    ),
    "tracks that the listener adds during a run that is redriven, and removes after it": Sequence(
        "1027489",
        setup(
            Pair("playlist", target=0, offered=1, kept=5, shared=1),
            Pair("playlist", target=0, offered=1, kept=1, shared=0),
        ),
        (
            Quiet("edit", 0.5967356936359802),
            Run(
                4,
                troubles=(
                    Trouble("s3", 28, "the listener edits the target before", detail=0.838247221057899),
                    Trouble("any", 50, "the run is stopped after", detail=0.23286792297678582),
                ),
            ),
            Quiet("week", 0.804984533199322),
            Quiet("edit", 0.41376647441261327),
        ),
    ),
    "a track that stands in a source twice, of which the second row is shown": Sequence(
        "9000792",
        setup(
            Pair("playlist", target=-1, offered=1, kept=1, shared=0),
            Pair("playlist", target=0, offered=1, kept=0, shared=0),
            most_rows=2,
        ),
        (
            Quiet("week", 0.3992910280532128),
            Run(8, troubles=(Trouble("GET", 2, "half of a page", count=-1, detail=0.7188149493750644),)),
        ),
    ),
    "a single track whose answer was lost and that Spotify counts and does not show": Sequence(
        "3007721",
        setup(
            Pair("liked", target=0, offered=1, kept=1, shared=0),
            Pair("playlist", target=0, offered=1, kept=1, shared=0),
            Pair("playlist", target=1, offered=1, kept=1, shared=0),
        ),
        (
            Quiet("week", 0.4971176039051033),
            Run(
                10,
                troubles=(
                    Trouble("POST", 2, "truncated answer", detail=0.33630357141759293),
                    Trouble("GET", 6, "half of a page", count=-1, detail=0.8056386008021164),
                ),
            ),
        ),
    ),
    "tracks that the listener adds elsewhere while a request has failed": Sequence(
        "5041069",
        setup(Pair("playlist", target=0, offered=7, kept=13, shared=0, options=(("position", "top"),))),
        (
            Run(0),
            Quiet("week", 0.9100061487789506),
            Run(
                2,
                troubles=(
                    Trouble("POST", 2, "503", detail=0.27822791523609036),
                    Trouble("put", 8, "the listener edits the target before", detail=0.55364193680482),
                    Trouble("s3", 21, "the listener edits the target before", count=2, detail=0.8950363237843881),
                ),
            ),
        ),
    ),
    "tracks that the listener puts above a row that Spotify has emptied": Sequence(
        "1795741080254",
        setup(
            Pair("playlist", target=0, offered=0, kept=1, shared=0, options=(("bring_back_removed", True),)),
            relinked="targets, or empty",
        ),
        (Run(0), Quiet("week", 0.875889831711816), Run(2), Quiet("edit", 0.13404941744202004)),
    ),
    "many tracks that the listener removes and adds while a request is in doubt": Sequence(
        "1795740684054",
        setup(Pair("playlist", target=-1, offered=1, kept=1, shared=0)),
        (
            Quiet("week", 0.43780524796473863),
            Run(2),
            Quiet("week", 0.6012122129661365),
            Run(
                7,
                troubles=(
                    Trouble("POST", 1, "truncated answer", detail=0.1792145674859532),
                    Trouble("any", 48, "the listener edits the target after", detail=0.6977917119203588),
                    Trouble("any", 49, "the listener edits the target after", detail=0.5811070075671599),
                ),
            ),
        ),
    ),
    "plays that only a failed run has read, for which there is no place": Sequence(
        "80079829",
        setup(Pair("plays", target=0, offered=2, kept=24, shared=0), most_rows=2, cap=30),
        (Run(1, troubles=(Trouble("http", 16, "400"),)), Quiet("week", 0.07701728676462538)),
    ),
}
