"""What a listener agrees to who archives everything."""

from archive.spotify.scopes import SCOPES
from archive.spotify.sources import KINDS

SCOPES_ALL = (*SCOPES, *(kind.scope for kind in KINDS.values()))
