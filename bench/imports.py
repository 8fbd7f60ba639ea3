"""How long each handler takes to import in a fresh process, and what it loads that it has no use for."""

import json
import os
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import ROOT
from bundle import copy

TIMES = 7

METRICS = "rediscover_archive.runs.measure"
HEAVY = (
    "requests",
    "fastjsonschema",
    METRICS,
    "aws_lambda_powertools.utilities.parameters",
    "aws_xray_sdk",
    "pydantic",
)
"""What takes milliseconds, and is not brought by what every handler uses: boto3 brings dateutil, s3transfer and
urllib3; Powertools' Logger brings Powertools' metrics and tracing, about 2 ms, so metrics count as ours that set
them up."""

NEEDED = {
    "prepare": {"fastjsonschema"},
    "refresh_token": {"requests", METRICS},
    "find_target": {"requests", METRICS},
    "read_playlist": {"requests", METRICS},
    "select_tracks": set[str](),
    "add_tracks": {"requests", METRICS},
    "verify_target": {"requests", METRICS},
    "clear_source": {"requests", METRICS},
    "summarize": {METRICS},
    "remind_listener": {METRICS},
    "renew_authorization": {"requests"},
}
"""What of HEAVY the work of each handler calls: its input's schema, Spotify, its metrics."""

PROGRAM = """
import json, sys, time
started = time.perf_counter()
{imports}
print(json.dumps([time.perf_counter() - started, [name for name in {heavy!r} if name in sys.modules]]))
"""


@dataclass(frozen=True)
class Import:
    """The median and the least of TIMES fresh processes, and those of HEAVY that were loaded for nothing."""

    seconds: float
    fastest: float
    unused: list[str]


@dataclass(frozen=True)
class Imports:
    """Each handler by its module; the fastest import of all of them in one process, and of boto3 with requests alone.

    The fastest ones are compared with each other: what else the machine does only adds to them.
    """

    handlers: dict[str, Import]
    everything: float
    packages_alone: float


def imports() -> Imports:
    """Import each handler out of a copy of the bundle's own part, with the packages that run this process."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    handlers = re.findall(r"^ +Handler: (\w+)\.handler$", template, re.MULTILINE)
    programs = {name: f"import {name}" for name in handlers}
    programs |= {"everything": f"import {', '.join(handlers)}", "packages alone": "import boto3, requests"}
    with TemporaryDirectory() as folder:
        copy(Path(folder))
        measured = {name: [_import(Path(folder), program)] for name, program in programs.items()}
        for _ in range(TIMES - 1):
            for name, program in programs.items():
                measured[name].append(_import(Path(folder), program))
    seconds = {name: [one for one, _ in runs] for name, runs in measured.items()}
    unused = {name: sorted(set(measured[name][0][1]) - NEEDED.get(name, set())) for name in handlers}
    return Imports(
        handlers={
            name: Import(statistics.median(seconds[name]), min(seconds[name]), unused[name]) for name in handlers
        },
        everything=min(seconds["everything"]),
        packages_alone=min(seconds["packages alone"]),
    )


def _import(folder: Path, program: str) -> tuple[float, list[str]]:
    ended = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", PROGRAM.format(imports=program, heavy=HEAVY)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        check=True,
        text=True,
    )
    seconds, loaded = json.loads(ended.stdout)
    return seconds, loaded
