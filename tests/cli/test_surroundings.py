"""The shells that people have: no setting of AWS, of proxies or of Python matters to what runs on this machine."""

import json
import os
from pathlib import Path

import pytest

from rediscover.cli import main
from rediscover.machine.surroundings import own, undisturbed, without_proxy
from rediscover.simulator import Simulator
from tests.support.command import account_of, rediscover, spotify_at
from tests.support.few import SOAK
from tests.support.shells import KINDS


@pytest.fixture
def environment(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "REDISCOVER_HOME": str(tmp_path / "home"),
        **spotify_at(simulator),
        **account_of(simulator),
    }


@pytest.mark.parametrize("kinds", [list(KINDS), *([kind] for kind in KINDS if SOAK)], ids=" ".join)
def test_a_command_works_whatever_the_shell_sets(
    environment: dict[str, str], simulator: Simulator, tmp_path: Path, kinds: list[str]
) -> None:
    """A run too, in tests/install/test_from_nothing.py; and here, by each kind alone, where SOAK is set."""
    tracks = simulator.tracks(2)
    uris = [track["uri"] for track in tracks]
    pair = ("--source", simulator.create_playlist("Inbox", tracks), "--target", simulator.create_playlist("Archive"))
    for kind in kinds:
        environment |= KINDS[kind](tmp_path)
    for command in ([("run", *pair)] if SOAK else []) + [("history",), ("doctor", *pair)]:
        done = rediscover(environment, *command)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stdout + done.stderr
    assert simulator.uris(pair[3]) == (uris if SOAK else [])


def test_the_engines_process_sees_nothing_that_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_NEW_OF_AWS", "1")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    with undisturbed(MOTO_PORT="1"):
        assert os.environ["MOTO_PORT"] == "1"
        assert not {"SOMETHING_NEW_OF_AWS", "AWS_PROFILE"} & os.environ.keys()
    assert os.environ["AWS_PROFILE"] == "mine"
    assert "MOTO_PORT" not in os.environ


def test_a_shell_that_asks_no_proxy_at_all_goes_on_asking_none() -> None:
    assert without_proxy({"NO_PROXY": "*"})["no_proxy"] == "*"
    assert without_proxy({"NO_PROXY": "a.example"})["no_proxy"].startswith("a.example,127.0.0.1,")


AROUND = ["{}\n", " {}\t", '"{}"', "'{}'\r\n", "\ufeff{}", "{}\u200b", "\u00a0{}"]


@pytest.mark.parametrize("around", AROUND)
def test_our_variables_are_trimmed(environment: dict[str, str], around: str) -> None:
    written = {name: around.format(value) for name, value in environment.items() if name not in ("HOME", "PATH")}
    assert own({**environment, **written}) == environment


def test_a_command_has_them_trimmed(environment: dict[str, str], tmp_path: Path) -> None:
    ours = [name for name in environment if name not in ("HOME", "PATH")]
    written = {name: around.format(environment[name]) for name, around in zip(ours, AROUND, strict=False)}
    done = rediscover({**environment, **written}, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(
    ("variable", "odd"),
    [
        ("REDISCOVER_HOME", "/tmp/a\nb"),
        ("REDISCOVER_HOME", "~nobody-of-that-name/x"),
        ("REDISCOVER_HOME", "/" + "x" * 5000),
        ("REDISCOVER_HOME", "/dev/null"),
        ("REDISCOVER_HOME", "/dev/null/home"),
        ("SPOTIFY_CLIENT_ID", "two words"),
        ("SPOTIFY_CLIENT_ID", "smart’quote"),
        ("SPOTIFY_CLIENT_SECRET", "a\nb"),
        ("SPOTIFY_REFRESH_TOKEN", "Bearer x"),
        ("SPOTIFY_API_URL", "api.spotify.com"),
        ("SPOTIFY_API_URL", "http://example.com"),
        ("SPOTIFY_ACCOUNTS_URL", "https://accounts .spotify.com"),
    ],
)
def test_what_is_odd_inside_one_is_refused_by_the_variables_name(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    odd: str,
) -> None:
    for name, value in {**environment, variable: odd}.items():
        monkeypatch.setenv(name, value)
    for command in (("run", "--source", "liked", "--target", "5ieJqeLJjjI8iJWaxeBLuK", "--json"), ("doctor",)):
        code, (out, err) = main(command), capsys.readouterr()
        is_refused_as_input = variable.endswith("_URL") and err.startswith(f"rediscover: {variable}: ")
        assert code == (2 if is_refused_as_input else 1), out + err
        assert variable in out + err or odd in out + err
        if command[0] == "run":
            assert json.loads(out)["status"] == "FAILED"
    if variable != "REDISCOVER_HOME":
        assert main(["history"]) == 0
