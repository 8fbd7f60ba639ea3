"""What a weekly run costs on AWS, out of what the benchmark counted: `python -m bench.cost` writes docs/cost.md."""

import json
from typing import Any

from bench import LATENCY, ROOT
from bench.cost_page import page
from bench.prices import MEMORY, PRICES, PROCESSOR
from tests.statemachine.definition import handlers

RESULTS = ROOT / "docs" / "bench.json"
PAGE = ROOT / "docs" / "cost.md"

RUNS = 52 / 12
DAYS = 365 / 12
HOURS = 730
"""Of a month."""

SIZES = (128, 256, 512, 1024, 1769)

START_SECONDS = 0.2
"""A new sandbox until it imports the handler; an assumption. Every invocation is taken to be in a new one."""

REMIND_SECONDS = 0.1
LOG_BYTES_OF_AN_EVENT = 600
"""Of the daily function's work, and of a line in the state machine's log; assumptions."""

WEEKLY_METRICS, DAILY_METRICS = 6, 1
DOCUMENT_BYTES = 60
"""For each remembered track of a target; its URI has 36."""

ASKED = {"RefreshToken": 1, "ReadSource": 1, "ReadTarget": 1, "AddTracks": 1, "VerifyTarget": 1}
"""Spotify requests of each state in a typical run, one after the other."""

WAIT_SECONDS = 600

Units = dict[str, float]
Results = dict[str, Any]


def main() -> None:
    """Write the page."""
    PAGE.write_text(cost_page(json.loads(RESULTS.read_text(encoding="utf-8"))), encoding="utf-8")


def cost_page(results: Results) -> str:
    """docs/cost.md. `results` are those of docs/bench.json."""
    bills = {
        "one pair": ours(results, results["engine"]["typical"], 1),
        "20 pairs": ours(results, results["engine"]["many"], 20),
        "plain, one pair": plain(results, 1),
        "plain, 20 pairs": plain(results, 20),
    }
    return page(results, bills, waiting(results), sizes(results))


def ours(results: Results, execution: Results, pairs: int, memory: int = MEMORY) -> Units:
    """A month's units of the workflow, with archives of 10,000 tracks; of secrets and documents an upper bound.

    `execution` is a run of so many pairs, its functions have so many megabytes.
    """
    point, calls, template = results["points"][-1], results["points"][-1]["aws_calls"], results["template"]
    if sum(ASKED.values()) != point["requests"]:
        raise RuntimeError(f"a typical run now asks {point['requests']} times; correct ASKED")
    runs_seconds = sum(number * _state(results, state, memory) for state, number in execution["invocations"].items())
    of_reminder = _billed(REMIND_SECONDS, 0, _import_seconds(results, "remind_listener"), memory)
    reminding = of_reminder if template["remind"] else 0.0
    reminders = DAYS if template["remind"] else 0.0
    logged = execution["log_bytes"] + execution["events"] * LOG_BYTES_OF_AN_EVENT
    metric_hours = WEEKLY_METRICS * RUNS + DAILY_METRICS * reminders
    return {
        "State transitions": RUNS * execution["transitions"],
        "Lambda, duration": memory / 1024 * (RUNS * runs_seconds + reminders * reminding),
        "Lambda, requests": RUNS * sum(execution["invocations"].values()) + reminders,
        "Secrets": template["secrets"],
        "Calls for secrets": RUNS * pairs * _calls(calls, "secretsmanager") + reminders,
        "Documents, written": RUNS * pairs * _calls(calls, "s3 Put"),
        "Documents, read": RUNS * pairs * _calls(calls, "s3 Get") + reminders,
        "Documents, kept": pairs * point["tracks"] * DOCUMENT_BYTES / 1e9,
        "Logs": RUNS * logged / 1e9,
        "Metrics": metric_hours / HOURS,
        "Alarms": template["alarms"],
        "E-mails": RUNS,
    }


def plain(results: Results, pairs: int) -> Units:
    """A month's units of the plain method: one function that reads everything, with the same two secrets."""
    point = results["points"][-1]
    seconds = _billed(point["plain_seconds"], point["plain_requests"], 0.0) * pairs
    seconds += _billed(0.0, 0, results["imports"]["packages_alone"])
    return {
        "Lambda, duration": MEMORY / 1024 * RUNS * seconds,
        "Lambda, requests": RUNS,
        "Secrets": results["template"]["secrets"],
        "Calls for secrets": RUNS * 2,
    }


def waiting(results: Results) -> dict[str, float]:
    """What it costs, in dollars, once to wait WAIT_SECONDS for Spotify: in a Wait state, and in a function."""
    seconds = sum(_state(results, state, MEMORY) for state in ("RefreshToken", "ReadTarget"))
    transitions = 4  # the wait, a look at the token, the state again, and the choice behind it
    duration = PRICES["Lambda, duration"]
    return {
        "seconds": WAIT_SECONDS,
        "ours": PRICES["State transitions"].of(transitions) + duration.of(MEMORY / 1024 * seconds),
        "plain": duration.of(MEMORY / 1024 * WAIT_SECONDS),
    }


def sizes(results: Results) -> dict[int, tuple[float, float]]:
    """By megabytes: the seconds of a typical run, its waits left out, and a month's dollars for the functions' time."""
    typical, price = results["engine"]["typical"], PRICES["Lambda, duration"]
    return {
        memory: (
            sum(_state(results, state, memory) for state in typical["invocations"] if state != "ReadSource"),
            price.of(ours(results, typical, 1, memory)["Lambda, duration"]),
        )
        for memory in SIZES
    }


def _state(results: Results, state: str, memory: int) -> float:
    """Seconds that Lambda bills for a state of a typical run."""
    seconds = results["points"][-1]["states"][state]
    return _billed(seconds, ASKED.get(state, 0), _import_seconds(results, handlers()[state]), memory)


def _billed(seconds: float, requests: int, import_seconds: float, memory: int = MEMORY) -> float:
    """Seconds that Lambda bills where `seconds` were measured here; `requests` of them were waited for in turn."""
    waited = min(seconds, requests * LATENCY)
    work = (seconds - waited + import_seconds) * PROCESSOR / memory
    return waited + work + (START_SECONDS if import_seconds else 0)


def _import_seconds(results: Results, handler: str) -> float:
    return float(results["imports"]["handlers"][handler]["seconds"])


def _calls(calls: dict[str, int], prefix: str) -> int:
    return sum(number for call, number in calls.items() if call.startswith(prefix))


if __name__ == "__main__":
    main()
