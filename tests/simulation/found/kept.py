"""What the simulation has found, each as short as it got: by its name, the sequence that broke the promise."""

from tests.simulation.found.edits import EDITS
from tests.simulation.found.hidden import HIDDEN
from tests.simulation.found.parts import PARTS
from tests.simulation.found.relinked import RELINKED
from tests.simulation.found.sequences import SEQUENCES

KEPT = SEQUENCES | PARTS | HIDDEN | RELINKED | EDITS
