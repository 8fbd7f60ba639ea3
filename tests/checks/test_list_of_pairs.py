"""How the second state machine fits the first one."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "statemachine"


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return read


RUN, MANY = _read("rediscover.asl.json"), _read("many-pairs.asl.json")
BATCHES = MANY["States"]["ArchiveBatches"]
STATES = BATCHES["ItemProcessor"]["States"]


def test_a_batch_is_as_large_as_an_input_may_be() -> None:
    assert BATCHES["ItemBatcher"] == {"MaxItemsPerBatch": _read("input.schema.json")["properties"]["pairs"]["maxItems"]}


def test_one_run_at_a_time_and_a_failed_one_stops_no_other() -> None:
    assert BATCHES["MaxConcurrency"] == 1
    assert BATCHES["ToleratedFailurePercentage"] == 100


def test_a_batch_waits_for_its_run_and_for_any_other_run_to_the_end() -> None:
    attempts = next(
        test["NumericGreaterThanEquals"]
        for test in STATES["Busy?"]["Choices"][0]["And"]
        if "NumericGreaterThanEquals" in test
    )
    assert "60)" in STATES["NextAttempt"]["Parameters"]["wait_seconds.$"]
    assert sum(60 * attempt for attempt in range(1, attempts + 1)) > RUN["TimeoutSeconds"]
    assert STATES["RunBatch"]["TimeoutSeconds"] > RUN["TimeoutSeconds"]
