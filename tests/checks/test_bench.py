"""What the benchmark says of the workflow, as far as it does not depend on the machine."""

import json
import re

import pytest

from bench import ROOT
from bench.cost import PAGE, RESULTS, cost_page
from bench.engine_runs import reasons
from bench.figures import room_figures
from bench.imports import NEEDED
from bench.installed import Room
from bench.prices import MEMORY, PRICES
from tests.statemachine.definition import handlers


def test_the_cost_page_is_what_the_counted_results_come_to() -> None:
    assert PAGE.read_text(encoding="utf-8") == cost_page(json.loads(RESULTS.read_text(encoding="utf-8")))


def test_the_benchmark_knows_what_every_deployed_handler_needs() -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    handlers = set(re.findall(r"Handler: (\w+)\.handler", template))
    assert handlers == NEEDED.keys(), "Say in NEEDED of bench/imports.py which heavy packages its work calls."


def test_an_installation_is_held_against_what_it_may_take() -> None:
    assert [figure.met for figure in room_figures(Room(packages=61, size=150_000_000))] == [True, False]
    assert [figure.met for figure in room_figures(Room(packages=60, size=201_000_000))] == [False, True]
    (figure,) = room_figures(Room(problem="there is no index"))
    assert (figure.met, figure.compared) == (None, "it could not be: there is no index")


def test_every_state_says_why_it_is_there() -> None:
    states = reasons()
    assert handlers().keys() <= states.keys()
    assert [name for name, (_, reason) in states.items() if not reason] == []


def test_the_free_tier_is_taken_off_a_months_units() -> None:
    transitions = PRICES["State transitions"]
    assert transitions.of(5_000) == pytest.approx(0.125)
    assert transitions.of(5_000, free_tier=True) == pytest.approx(0.025)
    assert transitions.of(3_000, free_tier=True) == 0


def test_the_functions_have_the_memory_that_the_cost_is_computed_for() -> None:
    assert f"\n    MemorySize: {MEMORY} " in (ROOT / "template.yaml").read_text(encoding="utf-8")
