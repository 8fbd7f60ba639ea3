"""How much a playlist holds."""

CAP = 10_000
"""Items at which Spotify was seen to refuse more (older documentation; not documented today)."""

NEARLY_FULL = 9_500
"""Items from which a run tells that a new target will be needed."""

MOST = 100_000
"""Items of the largest playlist or library that is read; a total above it is taken for a mistake."""
