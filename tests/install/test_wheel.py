"""What is in the wheel, and in the sdist."""

import runpy
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from bundle import contents
from tests.install.installed import Installed, build
from tools.dependencies import ROOT

STACK = "rediscover/stack"
DATA = {
    "template.yaml": f"{STACK}/template.yaml",
    "statemachine/rediscover.asl.json": f"{STACK}/statemachine/rediscover.asl.json",
    "statemachine/input.schema.json": "rediscover_archive/input.schema.json",
}


def expected() -> dict[str, Path]:
    """Each file of the checkout, by its path in the wheel."""
    package = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "rediscover").rglob("*.py")}
    functions = {f"{STACK}/functions/{path.name}": path for path in (ROOT / "functions").glob("*.py")}
    library = {
        path.relative_to(ROOT / "functions").as_posix(): path
        for kind in ("*.py", "*.css", "*.js")
        for path in (ROOT / "functions" / "rediscover_archive").rglob(kind)
    }
    return {**package, **functions, **library, **{inside: ROOT / path for path, inside in DATA.items()}}


def test_the_wheel_holds_each_file_that_runs_once_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = [name for name in archive.namelist() if ".dist-info/" not in name]
        assert sorted(held) == sorted(expected())
        assert [name for name, path in expected().items() if archive.read(name) != path.read_bytes()] == []


def test_a_wheel_of_the_sdist_is_that_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert build("wheel", unpacked, tmp_path / "wheel").read_bytes() == wheel.read_bytes()


def test_a_bundle_of_the_installed_copy_is_that_of_the_checkout(installed: Installed, tmp_path: Path) -> None:
    (script,) = installed.folder.glob(f"lib/*/site-packages/{STACK}/functions/bundle.py")
    command = installed.command("-P", str(script), str(tmp_path), program="python")
    subprocess.run(command, env={}, check=True, timeout=60)
    held = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert held.keys() == contents().keys()
    assert [name for name, path in contents().items() if held[name].read_bytes() != path.read_bytes()] == []


def test_every_module_finds_what_it_imports_among_what_the_wheel_asks_for(installed: Installed, tmp_path: Path) -> None:
    program = """if True:
        import importlib, os, pkgutil, rediscover, rediscover_archive
        os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
        for package in (rediscover, rediscover_archive):
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                if not module.name.endswith(("__main__", "worker")):
                    importlib.import_module(module.name)
                    print(module.name)
    """
    done = subprocess.run(
        installed.command("-P", "-c", program, program="python"),
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert {"rediscover.engine.engine", "rediscover_archive.runs.run_input"} <= set(done.stdout.split())


def test_an_older_python_is_told_what_is_needed(wheel: Path, tmp_path: Path) -> None:
    asked = ("--python-version", "3.10", "--offline", "--no-deps", "--target", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", *asked, str(wheel)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "rediscover-weekly==0.1.0 depends on Python>=3.11" in " ".join(done.stderr.split())


def test_building_with_an_older_python_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10))
    with pytest.raises(SystemExit, match=r"^rediscover needs Python 3\.11 or newer; this is "):
        runpy.run_path(str(ROOT / "hatch_build.py"))
