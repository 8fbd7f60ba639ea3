"""`rediscover authorize` as it is typed: a process of its own, and a real browser at the consent page."""

import fcntl
import json
import os
import pty
import signal
import socket
import stat
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from rediscover.simulator import Simulator
from tests.support.chromium import CHROMIUM, chromium
from tests.support.command import app_of, command_line, spotify_at, typed
from tests.support.consent import free_port, led_to, noting_browser, opened, redirect_of


@pytest.fixture
def environment(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    """An account's app, and a `browser` that only notes what it is to open."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SPOTIFY_", "AWS_"))},
        "HOME": str(tmp_path),
        "REDISCOVER_HOME": str(tmp_path / "home"),
        **spotify_at(simulator),
        **app_of(simulator),
        "BROWSER": noting_browser(tmp_path),
    }


@pytest.fixture
def port() -> int:
    return free_port()


def started(environment: dict[str, str], *arguments: str, cwd: Path | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command_line("authorize", *arguments),
        env=environment,
        cwd=cwd,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def command_lines() -> Iterator[str]:
    """What a process list shows."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield process.read_text(errors="replace")
        except OSError:
            continue


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")
@pytest.mark.parametrize("button", ["agree", "cancel"])
def test_a_listener_at_a_real_browser(
    environment: dict[str, str], simulator: Simulator, port: int, tmp_path: Path, button: str
) -> None:
    before = simulator.credentials
    with started(environment, "--port", str(port), cwd=tmp_path) as command, chromium(tmp_path / "profile") as tab:
        tab.open(opened(tmp_path))
        tab.wait_for("document.querySelectorAll('li').length == 4")
        assert "My archive" in tab.text()
        seen = list(command_lines())
        tab.click(f"#{button}")
        tab.wait_for("document.body && document.body.innerText.includes('uthorized')")
        shown = tab.text()
        out, err = command.communicate(timeout=30)
        seen += command_lines()
    assert any("authorize" in line for line in seen)
    stored = tmp_path / "home" / "credentials.json"
    if button == "agree":
        assert command.returncode == 0
        assert shown.endswith("\nAuthorized. You can close this page.")
        assert json.loads(stored.read_text()) == simulator.credentials != before
        assert stat.S_IMODE(stored.stat().st_mode) == 0o600
        assert out.startswith("Authorized until ")
    else:
        assert command.returncode == 1
        assert "Not authorized. Access was denied" in shown
        assert "rediscover: Access was denied" in err
        assert not stored.exists()
    secrets = simulator.secrets()
    assert [one for one in secrets if one in shown + out + err or any(one in line for line in seen)] == []


def test_the_address_may_come_from_a_browser_elsewhere(
    environment: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    with started(environment, "--no-browser") as command:
        assert command.stderr
        url = next(line for line in command.stderr if line.startswith("http")).strip()
        out, err = command.communicate(redirect_of(url, "agree") + "\n", timeout=30)
    assert command.returncode == 0
    assert json.loads((tmp_path / "home" / "credentials.json").read_text()) == simulator.credentials
    assert not (tmp_path / "opened").exists()
    assert [one for one in simulator.secrets() if one in out + err] == []


def test_without_an_app_and_without_a_terminal_nothing_is_asked(environment: dict[str, str]) -> None:
    del environment["SPOTIFY_CLIENT_SECRET"]
    with started(environment) as command:
        out, err = command.communicate(timeout=30)
    assert (command.returncode, out) == (1, "")
    assert "Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET" in err
    assert "Traceback" not in err


def test_ctrl_c_frees_the_port_and_changes_nothing(environment: dict[str, str], port: int, tmp_path: Path) -> None:
    with started(environment, "--port", str(port)) as command:
        address = opened(tmp_path)
        assert led_to(address).startswith(environment["SPOTIFY_ACCOUNTS_URL"])
        assert [line for line in command_lines() if "state=" in line] == []
        command.send_signal(signal.SIGINT)
        _, err = command.communicate(timeout=10)
    assert command.returncode == 130
    assert err.endswith("Interrupted.\n")
    assert not (tmp_path / "home" / "credentials.json").exists()
    assert not Path(urlsplit(address).path).parent.exists()
    with socket.socket() as free:
        free.bind(("127.0.0.1", port))


NO_BROWSERS = {
    "that fails": "exit 3",
    "that waits": "exec sleep 60",
    "for terminals": "exec </dev/tty >/dev/tty 2>&1; printf 'GRABBED\\033[2J'; exec cat",
    "for terminals, by its inherited ends": "printf 'GRABBED\\033[2J'; exec cat",
    "that is not there": None,
}


@pytest.mark.parametrize("terminal", [True, False], ids=["in a terminal", "without one"])
@pytest.mark.parametrize("browser", NO_BROWSERS)
def test_where_no_browser_comes_the_address_is_there_and_the_answer_can_be_pasted(
    environment: dict[str, str], simulator: Simulator, port: int, tmp_path: Path, browser: str, terminal: bool
) -> None:
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\n{NO_BROWSERS[browser]}\n")
    if NO_BROWSERS[browser] is None:
        program.unlink()
    ours, theirs = pty.openpty() if terminal else socket.socketpair()
    ours, theirs = (end if isinstance(end, int) else end.detach() for end in (ours, theirs))
    command = subprocess.Popen(
        command_line("authorize", "--port", str(port)),
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if terminal else None,
    )
    os.close(theirs)
    shown = ""
    while "press Enter." not in shown:
        shown += os.read(ours, 4096).decode()
    url = next(line for line in shown.splitlines() if line.startswith("http")).strip()
    os.write(ours, b"what?\n")
    while "Copy all of it." not in shown:
        shown += os.read(ours, 4096).decode()
    os.write(ours, f"  <{redirect_of(url, 'agree')}>\n".encode())
    while "The account is" not in shown:
        shown += os.read(ours, 4096).decode()
    assert command.wait(30) == 0
    os.close(ours)
    assert json.loads((tmp_path / "home" / "credentials.json").read_text()) == simulator.credentials
    assert "GRABBED" not in shown


def test_a_closed_standard_input_does_not_end_the_wait_for_the_browser(
    environment: dict[str, str], simulator: Simulator, port: int, tmp_path: Path
) -> None:
    with started(environment, "--port", str(port)) as command:
        assert command.stdin
        command.stdin.close()
        command.stdin = None
        assert requests.get(redirect_of(opened(tmp_path), "agree"), timeout=10).status_code == 200
        command.communicate(timeout=30)
    assert command.returncode == 0
    assert json.loads((tmp_path / "home" / "credentials.json").read_text()) == simulator.credentials


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_a_usage_error(environment: dict[str, str], port: str) -> None:
    done = typed(environment, "authorize", f"--port={port}")
    assert done.returncode == 2
    assert f"{port} is not a port from 1 to 65535" in done.stderr


def test_a_secret_is_not_taken_from_the_command_line(environment: dict[str, str]) -> None:
    assert typed(environment, "authorize", "--client-secret", "hush").returncode == 2
