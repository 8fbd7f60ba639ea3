"""A token goes to the configured hosts only, and never over plain HTTP but on this machine."""

import re
from pathlib import Path

import pytest

from rediscover_archive.errors import InvalidInput
from rediscover_archive.settings import Settings, base_url

ROOT = Path(__file__).parents[2]

GOOD = [
    "https://api.spotify.com/v1",
    "https://localhost:8443",
    "http://127.0.0.1:8123/v1",
    "http://127.8.8.8",
    "http://[::1]:8123/v1",
    "http://localhost:8123/v1/",
]
BAD = [
    "http://api.spotify.com/v1",
    "http://127.0.0.1.example.com/v1",
    "http://127.0.0.1@example.com/v1",
    "http://localhost.example.com",
    "http://10.0.0.1/v1",
    "http://0.0.0.0/v1",
    "http://[::2]/v1",
    "https://user:word@example.com",
    "https://",
    "https://example.com:port",
    "https://example.com/v1?to=",
    "https://exa mple.com",
    "https://example.com\\@evil.com",
    "https://example.com/\r\nX: y",
    "https://[::1",
    "ftp://127.0.0.1/v1",
    "api.spotify.com",
    "//api.spotify.com",
]


@pytest.mark.parametrize("url", GOOD)
def test_https_and_this_machine_are_taken(url: str) -> None:
    assert base_url("SPOTIFY_API_URL", url) == url.rstrip("/")


@pytest.mark.parametrize("name", ["SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL"])
@pytest.mark.parametrize("url", BAD)
def test_what_could_give_a_token_away_is_refused_by_name(name: str, url: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        Settings.from_environment({name: url})
    assert str(raised.value).startswith(f"{name}: ")


def test_plain_http_is_said_to_be_the_reason() -> None:
    with pytest.raises(InvalidInput, match="plain HTTP"):
        base_url("SPOTIFY_API_URL", "http://api.spotify.com/v1")


@pytest.mark.parametrize("parameter", ["SpotifyApiUrl", "SpotifyAccountsUrl"])
def test_the_template_takes_what_the_functions_take(parameter: str) -> None:
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    pattern = re.search(rf"^  {parameter}:\n(?:    .*\n)*?    AllowedPattern: (.*)\n", template, re.MULTILINE)
    assert pattern
    allowed = [url for url in (*GOOD, *BAD) if re.fullmatch(pattern[1], url)]
    assert [url for url in GOOD if url not in allowed] == []
    assert [url for url in allowed if url in BAD and url.startswith("http:")] == []
