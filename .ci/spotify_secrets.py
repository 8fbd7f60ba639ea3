"""A plugin for detect-secrets: a Spotify app's client secret, and what the accounts service gives out."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class SpotifySecrets(RegexBasedDetector):
    """32 hexadecimal digits that are not all alike, and tokens as Spotify writes them."""

    secret_type = "Spotify secret"  # noqa: S105 (a kind of secret)
    denylist = (
        re.compile(r"(?<![0-9A-Za-z_-])(?!(.)\1{31})[0-9a-f]{32}(?![0-9A-Za-z_-])"),
        re.compile(r"(?<![0-9A-Za-z_-])(?:AQ|BQ)[0-9A-Za-z_-]{80,}"),
    )
