"""Bad input: a clear error, and nothing changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rediscover.simulator import Simulator
from tests.support.stack import Stack

DISCOVER_WEEKLY = "37i9dQZEVXcJZyENOWUFo7"
Arrange = Callable[[Stack, Simulator, str, str], Any]


def _pair_of(source: str, target: str) -> dict[str, Any]:
    return {"pairs": [{"source": source, "target": target}]}


def _stored(**changed: Any) -> Arrange:
    def arrange(stack: Stack, simulator: Simulator, source: str, target: str) -> Any:
        kept = {key: value for key, value in {**simulator.credentials, **changed}.items() if value is not None}
        stack.store_credentials(json.dumps(kept))
        return _pair_of(source, target)

    return arrange


def _text(stored: str) -> Arrange:
    def arrange(stack: Stack, _simulator: Simulator, source: str, target: str) -> Any:
        stack.store_credentials(stored)
        return _pair_of(source, target)

    return arrange


def _given(make: Callable[[Simulator, str, str], Any]) -> Arrange:
    return lambda _stack, simulator, source, target: make(simulator, source, target)


def _expired(_stack: Stack, simulator: Simulator, source: str, target: str) -> Any:
    simulator.expire_authorization()
    return _pair_of(source, target)


def _read_only(stack: Stack, simulator: Simulator, source: str, target: str) -> Any:
    simulator.authorize(scopes=["playlist-read-private", "playlist-read-collaborative"])
    stack.store_credentials(json.dumps(simulator.credentials))
    return _pair_of(source, target)


CASES: dict[str, tuple[Arrange, str, str]] = {
    "no pairs": (_given(lambda *_: {"pairs": []}), "InvalidInput", "Prepare: pairs must not be empty"),
    "no input": (_given(lambda *_: []), "InvalidInput", "Prepare: input must be an object ({…}); it is []"),
    "no playlist": (
        _given(lambda _, __, target: _pair_of("https://open.spotify.com/album/3cEYpjA9oz9GiPac4AsH4n", target)),
        "InvalidInput",
        "is a Spotify album, not a playlist",
    ),
    "same source and target": (
        _given(lambda _, source, __: _pair_of(source, source)),
        "InvalidInput",
        "source and target are the same playlist",
    ),
    "unknown source": (
        _given(lambda _, __, t: _pair_of("A" * 22, t)),
        "PlaylistNotFound",
        "ReadSource: Spotify",
    ),
    "unknown target": (
        _given(lambda _, s, __: _pair_of(s, "A" * 22)),
        "PlaylistNotFound",
        "ReadTarget: Spotify",
    ),
    "Discover Weekly": (
        _given(lambda _, __, target: _pair_of(DISCOVER_WEEKLY, target)),
        "PlaylistNotFound",
        "Copy its songs into a playlist of your own",
    ),
    "unreadable source": (
        _given(lambda sim, _, target: _pair_of(sim.create_playlist("Theirs", owner="someone"), target)),
        "PlaylistNotReadable",
        "contents of playlist",
    ),
    "unreadable target": (
        _given(lambda sim, source, _: _pair_of(source, sim.create_playlist("Theirs", owner="someone"))),
        "PlaylistNotReadable",
        "ReadTarget: ",
    ),
    "unwritable target": (_read_only, "MissingScope", "AddTracks: The authorization does not cover playlist"),
    "malformed secret": (_text("not JSON"), "InvalidCredentials", "are not a JSON object"),
    "missing client secret": (
        _stored(spotify_client_secret=None),
        "InvalidCredentials",
        "spotify_client_secret is missing",
    ),
    "wrong client secret": (_stored(spotify_client_secret="f" * 32), "WrongClient", "client id and client secret"),
    "wrong client id": (_stored(spotify_client_id="f" * 32), "WrongClient", "client id and client secret"),
    "garbage refresh token": (_stored(refresh_token="AQgarbage"), "AuthorizationExpired", "Authorize again"),
    "expired authorization": (_expired, "AuthorizationExpired", "six months"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_told_in_words_and_changes_nothing(stack: Stack, simulator: Simulator, case: str) -> None:
    arrange, error, told = CASES[case]
    source = simulator.create_playlist("Source", simulator.tracks(3, "New"))
    target = simulator.create_playlist("Archive", simulator.tracks(2, "Old"))
    before = simulator.uris(target)
    execution = stack.ended(stack.start(arrange(stack, simulator, source, target)))
    assert (execution.status, execution.error) == ("FAILED", error)
    assert told in str(execution.cause)
    assert simulator.uris(target) == before
    assert stack.report(execution)["spotify_requests"] == simulator.requests_count()
    assert "Notify" in execution.states
    assert execution.failed_attempts == [error]


def test_an_empty_credentials_secret_says_what_to_store(stack: Stack, simulator: Simulator) -> None:
    """As after the first deployment, before the user stored anything."""
    secrets = stack.engine.client("secretsmanager")
    arn = stack.engine.outputs["CredentialsSecretArn"]
    stack.store_credentials(" ")
    execution = stack.run("A" * 22, "B" * 22)
    assert execution.error == "InvalidCredentials"
    assert '"spotify_client_id"' in str(execution.cause)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == " "
    assert simulator.requests_count() == 0
