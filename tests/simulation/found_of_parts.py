"""What the simulation has found where Spotify shows a playlist, or the list of playlists, in parts or not whole."""

from tests.simulation.found import PLAIN
from tests.simulation.schedule import Pair, Sequence, Setup


def _setup(*pairs: Pair, most_rows: int = 100) -> Setup:
    return Setup(**{"pairs": pairs, **PLAIN, "most_rows": most_rows})  # type: ignore[arg-type]  # by name


FOUND_OF_PARTS = {
    "a playlist of not_in in which a track stands three times, read by a lowered limit": Sequence(
        "30077107",
        _setup(
            *(Pair("playlist", target=0, offered=0, kept=1, shared=1, options=(("not_in", ()),)) for _ in range(3)),
            most_rows=2,
        ),
        (),
    ),
}
