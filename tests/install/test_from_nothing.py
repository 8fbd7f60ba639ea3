"""From nothing to an archive that lasts: what one user of an installed copy types, one command after the other.

Their shell sets what it can for AWS, for proxies and for Python, none of which matters to what runs on this machine.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from rediscover.simulator import Simulator
from tests.install.installed import Installed
from tests.support.command import app_of, spotify_at
from tests.support.consent import redirect_of
from tests.support.shells import KINDS


class User:
    """Types commands in a folder of their own; of our variables, nothing but the app is in the environment."""

    def __init__(self, folder: Path, spotify: Simulator, installed: Installed) -> None:
        self._folder = folder
        self._command = installed.command
        self.typed = ""
        self.environment = {
            **{"PATH": os.environ["PATH"], "HOME": str(folder)},
            **{name: value for kind in KINDS.values() for name, value in kind(folder).items()},
            "REDISCOVER_HOME": str(folder / "home"),
            **spotify_at(spotify),
            **app_of(spotify),
        }

    def rediscover(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self._command(*arguments),
            env=self.environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.typed += done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def authorize(self) -> None:
        pipe = subprocess.PIPE
        command = self._command("authorize", "--no-browser")
        with subprocess.Popen(
            command, env=self.environment, cwd=self._folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        ) as process:
            assert process.stderr
            url = next(line for line in process.stderr if line.startswith("http")).strip()
            out, err = process.communicate(f"{redirect_of(url, 'agree')}\n", timeout=30)
        assert process.returncode == 0, err
        self.typed += out + err


def test_from_nothing_to_an_archive_that_outlives_a_replaced_refresh_token(
    tmp_path: Path, simulator: Simulator, installed: Installed
) -> None:
    user = User(tmp_path, simulator, installed)
    tracks = simulator.tracks(3)
    pair = ("--source", simulator.create_playlist("Inbox", tracks), "--target", simulator.create_playlist("Archive"))

    before = user.rediscover("doctor", *pair)
    assert (before.returncode, before.stdout[0]) == (1, "✗")
    user.authorize()
    del user.environment["SPOTIFY_CLIENT_ID"], user.environment["SPOTIFY_CLIENT_SECRET"]
    simulator.settings.rotate_refresh_token = True
    examined = [user.rediscover("doctor", *pair)]
    first = user.rediscover("run", *pair, "--json")
    assert json.loads(first.stdout)["output"]["outcome"] == "added", first.stderr
    examined += [user.rediscover("doctor", *pair) for _ in range(2)]
    assert simulator.uris(pair[3]) == [track["uri"] for track in tracks]
    assert [one.returncode for one in examined] == [0, 0, 0]
    assert "✓ Target         “Archive” is yours to add to, 3 items of at most 10,000." in examined[1].stdout

    simulator.revoke_authorization()
    assert user.rediscover("doctor").returncode == 1
    user.authorize()
    renewed = user.rediscover("doctor", *pair)
    assert renewed.returncode == 0, renewed.stdout
    again = user.rediscover("run", *pair, "--json")
    assert json.loads(again.stdout)["output"]["outcome"] == "nothing_new", again.stderr
    listed = json.loads(user.rediscover("history", "--json").stdout)
    assert [one["outcome"] for one in listed] == ["nothing_new", "added"]
    assert [secret for secret in simulator.secrets() if secret in user.typed] == []


@pytest.mark.parametrize("option", ["--source", "--target"])
def test_a_doctor_without_an_account_prints_its_lines_and_exits_with_1(
    tmp_path: Path, simulator: Simulator, installed: Installed, option: str
) -> None:
    user = User(tmp_path, simulator, installed)
    done = user.rediscover("doctor", option, "37i9dQZEVXcJZyENOWUFo7")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 7)
    assert "Traceback" not in done.stderr
