"""The Dockerfile, built and run by buildah without a daemon, on a base that debootstrap makes of Debian's packages."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from rediscover.simulator import Simulator
from tests.cli.test_up_command import Nas, until

ROOT = Path(__file__).parents[2]
USER = 1000
LISTENER = """rediscover up "$@" & echo $! >"$REDISCOVER_HOME/pid"; wait $!"""
Buildah = Callable[..., str]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """buildah with an image of the Dockerfile in a storage of its own."""
    for tool in ("buildah", "debootstrap"):
        if not shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin"):
            pytest.skip(f"there is no {tool} on this machine: apt-get install buildah debootstrap")
    if os.getuid():
        pytest.skip("only root can make a base image")
    folder = tmp_path_factory.mktemp("images")
    command = ["buildah", "--storage-driver", "vfs", "--root", f"{folder}/root", "--runroot", f"{folder}/run"]
    packages = "--include=python3,python3-venv,ca-certificates"
    _do("debootstrap", "--variant=minbase", packages, "trixie", f"{folder}/base", "http://deb.debian.org/debian")
    base = _do(*command, "from", "scratch")
    _do(*command, "add", "--quiet", base, f"{folder}/base", "/")
    # Somebody's own certificate may be between this machine and the package index.
    shutil.copytree("/etc/ssl/certs", folder / "certs", ignore_dangling_symlinks=True)
    _do(*command, "add", "--quiet", base, f"{folder}/certs", "/etc/ssl/certs")
    _do(*command, "commit", "--quiet", "--rm", base, "localhost/base")
    # Only this format has health checks.
    built = ("--format", "docker", "--build-arg", "BASE=localhost/base", "--tag", "localhost/rediscover")
    _do(*command, "bud", "--isolation", "chroot", *built, str(ROOT))
    yield command
    _do(*command, "rmi", "--all", "--force")


@pytest.fixture
def nas(tmp_path: Path, home: Path, simulator: Simulator) -> Nas:
    return Nas(tmp_path, home, simulator)


def _do(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@pytest.mark.system
@pytest.mark.timeout(900)
def test_a_container_keeps_the_schedule_through_a_restart(storage: list[str], nas: Nas) -> None:
    image = _do(
        *storage, "inspect", "--type", "image", "--format", "{{.Docker.Config.Healthcheck}}", "localhost/rediscover"
    )
    assert "rediscover up --show" in image
    for offered in (3, 5):
        nas.spotify.replace(nas.pair[0], nas.spotify.tracks(offered))
        container = _do(*storage, "from", "localhost/rediscover")
        source, target = nas.pair
        # With this isolation, buildah has a folder of its own for the image's volume.
        home = [f"--volume={nas.home}:/archive", "--env=REDISCOVER_HOME=/archive"]
        addresses = [f"--env={name}={nas.environment[name]}" for name in ("SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL")]
        run = [*storage, "run", "--isolation", "chroot", *home, *addresses, container, "--"]
        assert _do(*run, "id", "-u") == str(USER)
        # The simulated Spotify answers to its own user only.
        run[run.index("--isolation") : run.index("--isolation")] = ["--user", "0"]
        pair = ("--source", source, "--target", target, "--every", "day", "--at", "00:00")
        with nas.out.open("wb") as out:
            process = subprocess.Popen([*run, "sh", "-c", LISTENER, "up", *pair], stdout=out, stderr=out)
        until(nas, lambda: nas.done == 2 and "next" in nas.printed)
        assert "at work in /archive" in _do(*run, "sh", "-c", "rediscover up --show | head -1")
        os.kill(int((nas.home / "pid").read_text()), signal.SIGTERM)
        assert process.wait(60) == 0
        _do(*storage, "rm", container)
        assert len(nas.spotify.uris(target)) == 3, nas.printed  # the second one had nothing to make up for


def test_compose_runs_it_with_nothing_to_write_to_but_its_volume() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["rediscover"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]
    assert "ports" not in service
