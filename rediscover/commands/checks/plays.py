"""The doctor's look at what was played: whether Spotify says for this account what tracks were played from."""

from rediscover.commands.checks.findings import Finding, bad, good, unchecked
from rediscover_archive.spotify.client import Spotify


def check_plays(spotify: Spotify, source: str) -> Finding:
    """A finding of `recently-played[:CONTEXT]` in its one spelling, by one request. Raises what `plays` raises."""
    from rediscover_archive.pairs.listening import plays

    played = plays(spotify)
    wanted = source.partition(":")[2]
    if not played:
        return unchecked("Source", "Spotify shows no plays of this account yet. Play a few tracks, then look again.")
    number = f"Of the last {len(played)} plays" if len(played) > 1 else "Of the one play that Spotify shows"
    if not wanted:
        return good("Source", f"{number}, all can be archived.")
    placed = sum(play.context != "" for play in played)
    hits = sum(play.context == wanted for play in played)
    counted = f"{number}, {placed} came with a word where from, {hits} of them from {wanted}."
    if hits:
        return good("Source", f"{counted} It works for this account.")
    if placed:
        return unchecked("Source", f"{counted} Play that list for a while, then look again: that decides it.")
    return bad("Source", f"{counted} It does not work for this account: copy the list into a playlist of your own.")
