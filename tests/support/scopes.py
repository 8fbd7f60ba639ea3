"""What a listener agrees to who archives everything."""

from rediscover_archive.spotify.scopes import SCOPES
from rediscover_archive.spotify.sources import AT_SPOTIFY

SCOPES_ALL = (*SCOPES, *(kind.scope for kind in AT_SPOTIFY.values()))
