"""What the simulation has found where rows are shown as others."""

from tests.simulation.found.setups import setup
from tests.simulation.schedule import Pair, Quiet, Run, Sequence, Trouble

RELINKED = {
    "a pasted track that is shown as another before any run has read it back": Sequence(
        "30087431",
        setup(Pair("pasted+playlist", target=-1, offered=1, kept=1, shared=0, grows=True), relinked="targets"),
        (
            Run(4),
            Quiet("week", 0.051818630825829826),
            Run(7, troubles=(Trouble("put", 12, "the run is stopped before", detail=0.8617677859482006),)),
            Quiet("week", 0.43804061820650164),
        ),
    ),
    "the same of a track that was sent alone, of which nobody can say what it is": Sequence(
        "34",
        setup(Pair("pasted", target=-1, offered=1, kept=1, shared=0), relinked="targets"),
        (
            Run(0),
            Quiet("week", 0.09168312261651779),
            Run(2, troubles=(Trouble("any", 32, "the run is stopped after", detail=0.9130599941501769),)),
            Quiet("week", 0.7898782122136916),
        ),
    ),
    "a sent track that is shown as an empty place before any run has read it back": Sequence(
        "972",
        setup(Pair("liked+pasted", target=0, offered=1, kept=1, shared=0), relinked="targets, or empty"),
        (
            Run(0),
            Quiet("week", 0.2807377406952435),
            Run(2, troubles=(Trouble("any", 34, "the run is stopped after", detail=0.6176859458499162),)),
            Quiet("week", 0.7441277176597426),
        ),
    ),
    "rows of earlier requests that are not shown, when the outcome of one is not known": Sequence(
        "z1.590",
        setup(Pair("playlist", target=-1, offered=22, kept=1, shared=0), most_rows=2, relinked="targets"),
        (
            Run(
                0,
                troubles=(
                    Trouble("POST", 2, "truncated answer", detail=0.9),
                    Trouble("GET", 11, "half of a page", count=-1),
                    Trouble("put", 14, "failed"),
                ),
            ),
            Run(
                1,
                troubles=(
                    Trouble("GET", 8, "half of a page", count=-1),
                    Trouble("put", 12, "failed"),
                ),
            ),
        ),
    ),
    "a request whose answer was lost, of which half is not shown and the rest as others": Sequence(
        "30041322",
        setup(Pair("playlist", target=-1, offered=23, kept=1, shared=0), relinked="targets"),
        (
            Run(
                0,
                (0.0, 17.117456114702982),
                (
                    Trouble("GET", 5, "half of a page", count=-1),
                    Trouble("POST", 4, "answer lost after it took effect", detail=0.6541572274240548),
                    Trouble("s3", 19, "the run is stopped after", detail=0.9060185936445384),
                ),
            ),
        ),
    ),
    "a request of unknown outcome at the top, of which most is shown as others": Sequence(
        "30045432",
        setup(
            Pair("playlist", target=0, offered=3, kept=16, shared=0, options=(("position", "top"),)), relinked="targets"
        ),
        (Quiet("week", 35 / 60), Run(4, troubles=(Trouble("put", 7, "failed"),))),
    ),
    "a request of unknown outcome at the top, which is shown as an empty place": Sequence(
        "43203136",
        setup(
            Pair("playlist", target=0, offered=1, kept=1, shared=0, options=(("position", "top"), ("not_in", ()))),
            relinked="targets, or empty",
        ),
        (
            Run(2),
            Quiet("edit", 0.6106816646600339),
            Quiet("week", 0.5422293920748295),
            Run(5),
            Quiet("week", 0.7067244870446021),
            Quiet("week", 0.8855265350516067),
            Run(8, troubles=(Trouble("put", 7, "failed", detail=0.912926406006142),)),
            Quiet("week", 0.4874051029775125),
        ),
    ),
    "a pasted track of a request of unknown outcome, of which nobody can say what it is shown as": Sequence(
        "z1.700",
        setup(Pair("pasted", target=0, offered=2, kept=0, shared=0), relinked="targets"),
        (
            Run(0),
            Quiet("week", 0.4921960080271133),
            Run(2, troubles=(Trouble("put", 7, "failed"),)),
            Quiet("week", 0.1284737554841081),
        ),
    ),
}
