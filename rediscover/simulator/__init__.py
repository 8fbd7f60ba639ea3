"""A simulated Spotify: accounts service and Web API as an app in development mode sees them.

with Simulator() as spotify:
    source = spotify.create_playlist("Discover Weekly", spotify.tracks(30))
    spotify.faults.add(Fault("lost_response", method="POST", path="/items$"))
"""

from rediscover.simulator.faults import Fault
from rediscover.simulator.server import Simulator

__all__ = ["Fault", "Simulator"]
