"""What is in a function's bundle, as the functions' Makefile builds it; that needs the package index."""

from pathlib import Path

import pytest

from bench.bundle import make
from bundle import contents
from tools.dependencies import locked, normalized

pytestmark = pytest.mark.deploy
NOT_OURS = {"boto3", "botocore", "s3transfer", "pip", "setuptools", "bin", "tests", "test", "testing"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "built"
    make("build-PrepareFunction", folder)
    return folder


def test_a_bundle_holds_its_code_and_the_locked_packages(bundle: Path) -> None:
    assert [name for name in contents() if not (bundle / name).is_file()] == []
    installed = dict(path.stem.split("-", 1) for path in bundle.glob("*.dist-info"))
    assert {normalized(name): version for name, version in installed.items()} == locked("functions/requirements.txt")


def test_a_bundle_holds_nothing_that_no_function_needs(bundle: Path) -> None:
    assert NOT_OURS & {path.name for path in bundle.rglob("*") if path.is_dir()} == set()
    assert [path for path in bundle.rglob("*") if path.suffix in (".pyc", ".pyo", ".toml", ".in")] == []
    packages = {normalized(path.stem.split("-", 1)[0]) for path in bundle.glob("*.dist-info")}
    modules = {path.name for path in bundle.iterdir() if path.is_dir() and path.suffix != ".dist-info"}
    told = {
        line.partition("/")[0] for path in bundle.glob("*.dist-info/RECORD") for line in path.read_text().splitlines()
    }
    assert modules - told == {"rediscover_archive"}, packages
