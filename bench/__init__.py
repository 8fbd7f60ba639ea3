"""What a run costs, measured on this machine against the simulated Spotify. `make bench` runs all of it."""

from pathlib import Path

ROOT = Path(__file__).parents[1]

LATENCY = 0.08
"""Seconds that the simulated Spotify takes to answer a request."""

NEW = 30
"""Tracks of a week's source, as many as Discover Weekly has."""

LARGE = 10_000
"""Tracks of a large archive; at this size Spotify was seen to refuse more."""
