"""moto 5.2.5's interpreter takes one enumeration from AWS Batch, whose models load all of EC2: half of the import."""

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType

BATCH = "moto.batch"


def load_constants() -> None:
    """Load what the interpreter takes of it; the service itself is still there for whoever imports it."""
    if f"{BATCH}.utils" in sys.modules:
        return
    found = find_spec("moto")
    hollow = ModuleType(BATCH)
    hollow.__path__ = [f"{folder}/batch" for folder in (found and found.submodule_search_locations) or ()]
    sys.modules[BATCH] = hollow
    try:
        importlib.import_module(f"{BATCH}.utils")
    finally:
        del sys.modules[BATCH]


load_constants()
