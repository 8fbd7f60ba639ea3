"""The `rediscover` command as it is typed, in a process of its own, and what its environment says of Spotify."""

import subprocess
import sys
from collections.abc import Mapping

from rediscover.simulator import Simulator


def command_line(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "rediscover", *arguments]


def rediscover(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(command_line(*arguments), env=environment, capture_output=True, text=True, timeout=120)


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
