"""The `rediscover` command as it is typed, in a process of its own or in this one, and what its environment says."""

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any
from unittest.mock import patch

from rediscover.cli import main
from rediscover.simulator import Simulator


def command_line(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "rediscover", *arguments]


def rediscover(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(command_line(*arguments), env=environment, capture_output=True, text=True, timeout=120)


def typed(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end in this process, where neither loading nor ending it is what is looked at."""
    out, err = io.StringIO(), io.StringIO()
    code: Any
    with patch.dict(os.environ, environment, clear=True), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def spotify_at(simulator: Simulator) -> dict[str, str]:
    """The variables that say where Spotify is."""
    return {"SPOTIFY_API_URL": simulator.api_url, "SPOTIFY_ACCOUNTS_URL": simulator.accounts_url}


def app_of(simulator: Simulator) -> dict[str, str]:
    """The variables that name the listener's app."""
    account = simulator.credentials
    return {
        "SPOTIFY_CLIENT_ID": account["spotify_client_id"],
        "SPOTIFY_CLIENT_SECRET": account["spotify_client_secret"],
    }


def account_of(simulator: Simulator) -> dict[str, str]:
    """The variables that name the listener's app, and let it act for the listener."""
    return {**app_of(simulator), "SPOTIFY_REFRESH_TOKEN": simulator.credentials["refresh_token"]}
