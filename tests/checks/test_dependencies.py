"""What is installed from elsewhere is what the locks, the page and the bill of materials say, and no more."""

import os
import re
import subprocess
import sys
from importlib.metadata import distributions, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.packages import needed
from tools.dependencies import NOT_NAMED, PAGE, ROOT, groups, licences, listed, locked, normalized, page

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
LAMBDA = {"python_version": "3.13", "python_full_version": "3.13.0", "sys_platform": "linux", "extra": ""}


def test_the_page_lists_what_is_locked() -> None:
    rows = {row.name: row.version for row in listed(PAGE.read_text(encoding="utf-8"))}
    assert rows == {name: version for versions in groups().values() for name, version in versions.items()}


def test_the_page_is_what_one_command_writes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page({row.name: row.licence for row in listed(text)})


def test_the_page_names_every_licence_as_the_package_does() -> None:
    rows = {row.name: row.licence for row in listed(PAGE.read_text(encoding="utf-8"))}
    known = licences()
    assert {name: licence for name, licence in rows.items() if licence != known.get(name, licence)} == {}
    assert [name for name, licence in rows.items() if licence in ("not named", "not known")] == []
    assert NOT_NAMED.keys() <= rows.keys()


@pytest.mark.parametrize(
    "lock", [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "functions" / "requirements.txt"]
)
def test_every_package_is_pinned_with_hashes(lock: Path) -> None:
    packages = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(packages) > 5
    assert [one.splitlines()[0] for one in packages if "==" not in one or not HASH.search(one)] == []


def test_the_bundle_gets_what_its_functions_need_and_nothing_else() -> None:
    wanted = (ROOT / "functions" / "requirements.in").read_text(encoding="utf-8").split()
    closure = [needed(requirement, LAMBDA) for requirement in wanted]
    assert set(locked("functions/requirements.txt")) == set().union(*closure)


def test_the_bundle_has_the_versions_that_the_tests_run_with() -> None:
    run = locked("requirements/run.txt")
    assert {
        name: version for name, version in locked("functions/requirements.txt").items() if run[name] != version
    } == {}


def test_a_bundle_is_made_by_the_interpreter_and_not_by_a_shim_of_it(tmp_path: Path) -> None:
    """Functions are built side by side, and pyenv's shim writes all shims anew after each `pip install`."""
    shim = tmp_path / "python3"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    command = ["make", "--dry-run", "build-PrepareFunction", f"ARTIFACTS_DIR={tmp_path / 'built'}", f"PYTHON={shim}"]
    done = subprocess.run(command, cwd=ROOT / "functions", capture_output=True, check=True, text=True, timeout=60)
    by_python = [line for line in done.stdout.splitlines() if "bundle.py" in line or " -m pip " in line]
    assert [line.split('"')[1] for line in by_python] == [sys.executable] * 2


def test_what_the_functions_import_is_in_their_bundle_or_in_lambdas_own() -> None:
    functions = ROOT / "functions"
    inside = (*sorted(functions.glob("*.py")), *sorted((functions / "rediscover_archive").rglob("*.py")))
    found = {
        name
        for path in inside
        for name in re.findall(r"^(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    own = {path.stem for path in inside} | {"rediscover_archive"}
    bundled = {name.removeprefix("python-").replace("-", "_") for name in locked("functions/requirements.txt")}
    of_lambda = {"boto3", "botocore"}
    assert found - own - bundled - of_lambda - sys.stdlib_module_names == set()


def test_what_the_command_imports_is_among_what_it_asks_for() -> None:
    files = [*(ROOT / "rediscover").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    found = {
        name
        for path in files
        for name in re.findall(r"^ *(?:from|import) (\w+)[\w.]*(?: import .*)?$", path.read_text("utf-8"), re.MULTILINE)
    }
    foreign = found - {"rediscover", "rediscover_archive"} - sys.stdlib_module_names
    asked = {normalized(Requirement(one).name) for one in requires("rediscover-weekly") or []}
    known = packages_distributions()
    others = {name for name in foreign if not asked & {normalized(one) for one in known[name]}}
    of_others = {"botocore": "boto3", "urllib3": "requests"}
    assert {name for name in others if not name.startswith("mypy_boto3_")} == set(of_others)


def test_the_command_needs_few_packages_and_little_room() -> None:
    installed = needed("rediscover-weekly")
    assert 50 < len(installed) <= 60
    packages = installed | set(locked("requirements/run.txt"))
    here = [one for one in distributions() if normalized(one.name) in packages]
    files = [Path(str(one.locate_file(file))) for one in here for file in one.files or []]
    assert 50e6 < sum(file.stat().st_size for file in files if file.exists()) < 200e6


@pytest.mark.parametrize("lock", ["functions/requirements.txt", "requirements/run.txt"])
def test_the_bill_of_materials_lists_what_is_locked(lock: str, tmp_path: Path) -> None:
    tool = ROOT / os.environ.get("SBOM_VENV", ".venv-sbom") / "bin" / "cyclonedx-py"
    if not tool.exists():
        pytest.skip("CycloneDX is not installed: make sbom")
    made = tmp_path / "sbom.json"
    subprocess.run([tool, "requirements", lock, "--output-file", made], cwd=ROOT, check=True, timeout=120)
    for name, version in locked(lock).items():
        assert any(f"pkg:pypi/{name}@{one}" in made.read_text(encoding="utf-8") for one in version.split(" or "))
