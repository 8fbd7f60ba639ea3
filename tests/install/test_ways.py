"""Each way that people install the command: from an empty folder to a run, and back to nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from rediscover.simulator import Simulator
from tests.install.installed import MAY_NOT_WRITE_ALL, NAME, Installed, build
from tests.support.command import account_of, spotify_at
from tools.dependencies import ROOT

pytestmark = pytest.mark.install
DATA = Path(".local", "share", "rediscover")
"""Where a listener's archive is kept, below HOME: what stays when the command goes."""


@dataclass(frozen=True)
class Way:
    """The commands of a way, with {from}, {to} and {python} for what they name; `program` runs what is installed."""

    source: str
    install: Sequence[str]
    uninstall: Sequence[str]
    program: str


def pip(source: str) -> Way:
    """Into a virtual environment, which keeps the packages that others may need."""
    install = ("{python} -m venv {to}", "{to}/bin/python -m pip install {from}")
    return Way(source, install, (f"{{to}}/bin/python -m pip uninstall --yes {NAME}",), "{to}/bin/rediscover")


WAYS = {
    "pip, a wheel": pip("wheel"),
    "pip, an sdist": pip("sdist"),
    "pip, a git address": pip("git"),
    "pipx, a checkout": Way(
        "checkout",
        ("{python} -m pipx install --python {python} {from}",),
        (f"{{python}} -m pipx uninstall {NAME}",),
        "{to}/bin/rediscover",
    ),
    "uv, a checkout": Way(
        "checkout",
        ("{python} -m uv tool install --python {python} --constraints {from}/requirements/run.txt {from}",),
        (f"{{python}} -m uv tool uninstall {NAME}",),
        "{to}/bin/rediscover",
    ),
    "uvx, a checkout": Way("checkout", (), (), "{python} -m uv tool run --python {python} --from {from} rediscover"),
}


@pytest.fixture(scope="module")
def sources(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What it is installed from, by the name of its kind."""
    folder = tmp_path_factory.mktemp("sources")
    checkout = folder / "checkout"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines():
        if (ROOT / name).exists():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
    author = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    for command in (("init", "--quiet"), ("add", "."), (*author, "commit", "--quiet", "--message", "All")):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    return {
        "wheel": str(wheel),
        "sdist": str(build("sdist", checkout, folder / "sdist")),
        "checkout": str(checkout),
        "git": f"git+{checkout.as_uri()}",
    }


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The package index, without which nothing can be installed."""
    wanted = (ROOT / "requirements" / "build.in").read_text("utf-8").strip()
    command = ["download", "--retries=0", "--no-deps", "--no-cache-dir", "--dest", str(tmp_path_factory.mktemp("any"))]
    done = subprocess.run([sys.executable, "-m", "pip", *command, wanted], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"The package index is not to be reached: {done.stderr.strip().splitlines()[-1]}")


class Listener:
    """Has a home, an empty folder to type in, and a folder that programs are installed in."""

    def __init__(self, way: Way, source: str, folder: Path, spotify: Simulator) -> None:
        self._names = {"from": source, "to": str(folder / "installed"), "python": sys.executable}
        self._way = way
        self.place = Installed(folder / "installed")
        self.home, self.empty = folder / "home", folder / "empty"
        for path in (self.place.folder, self.home, self.empty):
            path.mkdir()
        ours = ("SPOTIFY_", "AWS_", "REDISCOVER_", "VIRTUAL_ENV")
        place = self.place.folder
        tools = place if way.install else folder  # uvx writes a lock there
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            **{f"PIPX_{name}": str(place / name) for name in ("HOME", "BIN_DIR", "MAN_DIR", "SHARED_LIBS")},
            **{"PIPX_BIN_DIR": str(place / "bin"), "UV_TOOL_DIR": str(tools / "tools")},
            **{"UV_TOOL_BIN_DIR": str(place / "bin"), "UV_CACHE_DIR": _cache_of_uv()},
        }
        self._spotify = {"HOME": str(self.home), **spotify_at(spotify), **account_of(spotify)}

    def install(self) -> None:
        """As the way has it; afterwards nobody can write there."""
        for command in self._way.install:
            self._ran(command, self._environment)
        self.place.lock()

    def uninstall(self) -> None:
        """As the way has it."""
        self.place.unlock()
        for command in self._way.uninstall:
            self._ran(command, self._environment)

    def rediscover(self, *arguments: str) -> str:
        """What the command prints when all goes well."""
        before = () if self._way.program.startswith("{python}") else MAY_NOT_WRITE_ALL
        return self._ran(self._way.program, {**self._environment, **self._spotify}, before, arguments)

    def left(self) -> list[Path]:
        """What still has the project's name; pipx keeps an empty lock of each name."""
        named = [path for path in self.place.folder.rglob("*") if "rediscover" in path.name.lower()]
        return [path for path in named if path.suffix != ".lock"]

    def strewn(self) -> list[Path]:
        """The files of the home that are not the archive's, and all that was written into the empty folder."""
        inside = [path for path in self.home.rglob("*") if path.is_file()]
        return [path for path in inside if not path.is_relative_to(self.home / DATA)] + [*self.empty.iterdir()]

    def _ran(
        self, command: str, environment: Mapping[str, str], before: Sequence[str] = (), arguments: Sequence[str] = ()
    ) -> str:
        words = [word.format(**self._names) for word in command.split()]
        done = subprocess.run(
            [*before, *words, *arguments], cwd=self.empty, env=environment, capture_output=True, text=True, timeout=280
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _cache_of_uv() -> str:
    return subprocess.run(
        [sys.executable, "-m", "uv", "cache", "dir"], capture_output=True, check=True, text=True
    ).stdout.strip()


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("name", WAYS)
def test_the_command_is_installed_used_and_uninstalled_without_a_trace(
    name: str, sources: Mapping[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    listener = Listener(WAYS[name], sources[WAYS[name].source], tmp_path, simulator)
    listener.install()
    before = listener.place.listing()

    assert "Every track once, in order: verified." in listener.rediscover("demo")
    tracks = simulator.tracks(3)
    pair = ("--source", simulator.create_playlist("Inbox", tracks), "--target", simulator.create_playlist("Archive"))
    assert json.loads(listener.rediscover("run", *pair, "--json"))["output"]["outcome"] == "added"
    assert simulator.uris(pair[3]) == [track["uri"] for track in tracks]
    assert [one["outcome"] for one in json.loads(listener.rediscover("history", "--json"))] == ["added"]
    assert "✗" not in listener.rediscover("doctor", *pair)

    assert listener.place.listing() == before, "a command wrote where it is installed"
    listener.uninstall()
    assert listener.left() == []
    assert listener.strewn() == []
    assert (listener.home / DATA).is_dir(), "the archive stays"
