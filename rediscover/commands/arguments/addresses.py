"""Where Spotify is, as the shell says."""

from collections.abc import Mapping

from rediscover_archive.settings import accounts_url, api_url

ADDRESSES = {
    "SPOTIFY_API_URL": ("SpotifyApiUrl", api_url),
    "SPOTIFY_ACCOUNTS_URL": ("SpotifyAccountsUrl", accounts_url),
}


def parameters(environment: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters that the environment sets: where Spotify is. Raises InvalidInput, by the variable."""
    set_ones = {variable: one for variable, one in ADDRESSES.items() if environment.get(variable)}
    return {parameter: read(environment) for parameter, read in set_ones.values()}
