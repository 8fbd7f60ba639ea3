"""What is installed from elsewhere, by whom it is used, and under which licence.

`python -m tools.dependencies` writes docs/dependencies.md, with the licences that the installed packages name.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)

NOT_NAMED = {
    "axe-playwright-python": "MIT AND MPL-2.0",
    "colorama": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "tzdata": "Apache-2.0",
}
"""Licences of what is installed on Windows only, or names its licence in a file of its own."""

TITLES = {
    "functions": "In every function's bundle",
    "command": "For the command line and the embedded engine besides",
    "checks": "For tests and checks only",
}


@dataclass(frozen=True)
class Row:
    """One package: its normalized name (PEP 503), version and licence."""

    name: str
    version: str
    licence: str


def locked(lock: str) -> dict[str, str]:
    """The versions in a lock, by normalized name; "A or B" where they differ by Python."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    versions: dict[str, str] = {}
    for name, version in PINNED.findall(text):
        known = versions.get(normalized(name))
        versions[normalized(name)] = f"{known} or {version}" if known else version
    return versions


def normalized(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def groups() -> dict[str, dict[str, str]]:
    """Versions by name, for each of TITLES; a package stands in the first that has it."""
    functions, run, dev = (
        locked(f"{lock}.txt") for lock in ("functions/requirements", "requirements/run", "requirements/dev")
    )
    command = {name: version for name, version in run.items() if name not in functions}
    checks = {name: version for name, version in dev.items() if name not in run}
    return {"functions": functions, "command": command, "checks": checks}


def licences(installed: Iterable[Distribution] | None = None) -> dict[str, str]:
    """The licence of each installed package, by normalized name."""
    found = distributions() if installed is None else installed
    return {normalized(one.metadata["Name"]): licence_of(one.metadata) for one in found} | NOT_NAMED


def licence_of(metadata: PackageMetadata) -> str:
    """What a package's metadata says (Core metadata, License-Expression and its predecessors)."""
    given = next((metadata[name] for name in ("License-Expression", "License") if name in metadata), "")
    if given and len(given) < 60 and given != "UNKNOWN":
        return given
    classifiers: list[str] = metadata.get_all("Classifier") or []
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    return ", ".join(named) or "not named"


def page(known: Mapping[str, str]) -> str:
    """docs/dependencies.md, with the licences `known` by name."""
    parts = [
        "# What is installed from elsewhere\n\n"
        "Written by `make dependencies` from the locks, which pin every version with its hashes, and from the\n"
        "licences that the packages name. `make sbom` writes the same as CycloneDX, for the functions and for the\n"
        "command line.\n"
    ]
    for group, versions in groups().items():
        rows = [
            f"| {name} | {version} | {known.get(name, 'not known')} |" for name, version in sorted(versions.items())
        ]
        parts.append(
            f"\n## {TITLES[group]}\n\n| package | version | licence |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    parts.append(
        "\nThe SAM CLI, MiniStack, LocalStack, and the tools of `make check` and `make sbom` are in virtual\n"
        "environments of their own, pinned by `sam.txt`, `ministack.txt`, `localstack.txt`, `checks.txt` and\n"
        "`sbom.txt` in `requirements/`. They are part of nothing that is deployed.\n"
    )
    return "".join(parts)


def listed(text: str) -> list[Row]:
    """The packages on the page."""
    return [Row(*row) for row in re.findall(r"^\| (\S+) \| (\d[^|]*) \| (.+) \|$", text, re.MULTILINE)]


if __name__ == "__main__":
    PAGE.write_text(page(licences()), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is written.\n")
