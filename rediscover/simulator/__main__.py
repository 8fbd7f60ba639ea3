"""`python -m rediscover.simulator --port N`: the simulated Spotify in the foreground."""

import argparse
import signal
import threading
from contextlib import suppress

from rediscover.simulator.server import Simulator


def main() -> None:
    """Serve until interrupted or terminated."""
    parser = argparse.ArgumentParser(prog="python -m rediscover.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with Simulator(parser.parse_args().port) as spotify, suppress(KeyboardInterrupt):
        print(f"SPOTIFY_API_URL={spotify.api_url}")
        print(f"SPOTIFY_ACCOUNTS_URL={spotify.accounts_url}")
        print(f"Credentials of its listener: GET {spotify.url}/control/credentials", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
