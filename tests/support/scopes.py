"""What a listener agrees to who archives everything."""

from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.sources import KINDS

SCOPES_ALL = (*SCOPES, *(kind.scope for kind in KINDS.values()))
