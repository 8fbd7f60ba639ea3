"""`python -m bench`: measure everything, print it, and write docs/bench.json, docs/bench.svg and docs/cost.md."""

import json
import os
import platform
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import LATENCY, NEW, ROOT
from bench.bundle import bundle
from bench.cloud import cloud
from bench.command import command
from bench.cost import PAGE, RESULTS, cost_page
from bench.curves import svg
from bench.engine_runs import EngineRuns, engine_runs, reasons
from bench.figures import (
    Figure,
    bundle_figure,
    command_figures,
    engine_figures,
    first_read_figures,
    growth_figures,
    import_figures,
    inbox_figures,
    page_figures,
    room_figures,
)
from bench.first_read import FirstRead, first_read
from bench.functions_run import Functions
from bench.growth import SIZES, Growth, Point
from bench.imports import imports
from bench.inbox import Inbox, inboxes
from bench.installed import room
from bench.page import page
from rediscover.simulator import Simulator

PICTURE = ROOT / "docs" / "bench.svg"
ROOMY = 40_000
"""Items that a simulated playlist holds: more than Spotify's, for archives that go on growing while measured."""


def main() -> None:
    """Everything, in about three minutes."""
    progress, started = Console(stderr=True), time.monotonic()
    progress.print("Importing each handler, building the bundle, installing the command, opening the page …")
    imported, bundled, installed, shown = imports(), bundle(), room(), page()
    with Simulator() as simulator:
        simulator.settings.update(playlist_cap=ROOMY)
        points, growing, read = _functions(simulator, progress)
        progress.print("Typing `rediscover run` …")
        typed = command(simulator)
        progress.print("Running the state machine …")
        runs = engine_runs(simulator)
    figures = [
        *growth_figures(points),
        *inbox_figures(growing),
        *first_read_figures(read),
        *page_figures(shown),
        *import_figures(imported),
        bundle_figure(bundled),
        *room_figures(installed),
        *command_figures(typed),
        *engine_figures(runs),
    ]
    results = {
        "measured": {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "took_seconds": round(time.monotonic() - started),
        },
        "latency_seconds": LATENCY,
        "new": NEW,
        "figures": [figure.document() for figure in figures],
        "points": [asdict(point) for point in points],
        "inboxes": [asdict(inbox) for inbox in growing],
        "first_read": asdict(read),
        "page": asdict(shown),
        "imports": asdict(imported),
        "bundle": asdict(bundled),
        "installed": asdict(installed),
        "command": asdict(typed),
        "engine": _engine_document(runs),
        "states": _states(runs),
        "template": _template(),
    }
    _write(results, points)
    _print(figures, results)


def _functions(simulator: Simulator, progress: Console) -> tuple[list[Point], list[Inbox], FirstRead]:
    with cloud(simulator) as calls:
        functions = Functions()
        growth = Growth(simulator, functions, calls)
        points = []
        for tracks in SIZES:
            progress.print(f"A few weeks with an archive of {tracks:,} tracks …")
            points.append(growth.point(tracks))
        progress.print("A few weeks with an inbox that only grows, and a large archive read for the first time …")
        return points, inboxes(simulator, functions), first_read(simulator, functions)


def _engine_document(runs: EngineRuns) -> dict[str, Any]:
    document = asdict(runs)
    for name in ("typical", "nothing_new", "many", "large"):
        document[name]["transitions"] = getattr(runs, name).transitions
    return document


def _states(runs: EngineRuns) -> list[dict[str, Any]]:
    times = runs.typical.states
    return [
        {"name": name, "type": kind, "times": times[name], "reason": reason}
        for name, (kind, reason) in reasons().items()
        if name in times
    ]


def _template() -> dict[str, int | bool]:
    """What of the template has a price of its own."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    return {
        "secrets": text.count("Type: AWS::SecretsManager::Secret"),
        "alarms": text.count("Type: AWS::CloudWatch::Alarm"),
        "remind": "Handler: remind_listener.handler" in text,
    }


def _write(results: dict[str, Any], points: list[Point]) -> None:
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PICTURE.write_text(svg(points), encoding="utf-8")
    PAGE.write_text(cost_page(results), encoding="utf-8")


def _print(figures: list[Figure], results: dict[str, Any]) -> None:
    table = Table(title="What a run costs", title_justify="left")
    for column in ("figure", "measured", "compared with", "to reach", ""):
        table.add_column(column, overflow="fold")
    for figure in figures:
        mark = "" if figure.met is None else "[green]yes[/]" if figure.met else "[red]NO[/]"
        table.add_row(figure.name, figure.measured, figure.compared, figure.target, mark)
    console = Console()
    console.print(table)
    states = Table(title="States of a typical run", title_justify="left")
    for column in ("state", "times", "why"):
        states.add_column(column)
    for state in results["states"]:
        states.add_row(state["name"], str(state["times"]), state["reason"])
    console.print(states)
    missed = sum(figure.met is False for figure in figures)
    written = ", ".join(str(path.relative_to(ROOT)) for path in (RESULTS, PICTURE, PAGE))
    console.print(f"{missed or 'None'} of the figures to reach missed. Written: {written}.")


if __name__ == "__main__":
    main()
