"""How much a playlist holds."""

CAP = 10_000
"""Items at which Spotify was seen to refuse more (older documentation; not documented today)."""

NEARLY_FULL = 9_500
"""Items from which a run tells that a new target will be needed."""
