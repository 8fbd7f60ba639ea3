"""Trouble on the way: that each kind arrives as it should, and whether the write took effect."""

import http.client
import threading
import time
from types import SimpleNamespace

import pytest
import requests

from rediscover.simulator import Fault, Simulator
from tests.simulator.client import Client, error


@pytest.fixture
def mine(spotify: Simulator) -> str:
    return spotify.create_playlist("Mine", spotify.tracks(3))


@pytest.fixture
def song(spotify: Simulator) -> str:
    return str(spotify.track("Song")["uri"])


def test_a_rate_limit_asks_for_seconds_or_says_nothing(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("rate_limited", retry_after=7))
    spotify.faults.add(Fault("rate_limited"))
    with_header, without = client.items(mine), client.items(mine)
    assert error(with_header) == error(without) == (429, "API rate limit exceeded")
    assert with_header.headers["Retry-After"] == "7"
    assert "Retry-After" not in without.headers
    assert client.items(mine).status_code == 200


def test_a_spent_quota_names_its_reason(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("quota", retry_after=48_925))
    response = client.items(mine)
    assert response.json()["error"] == {
        "status": 429,
        "message": "Too many requests",
        "reason": "QUOTA_EXCEEDED",
    }
    assert response.headers["Retry-After"] == "48925"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_unavailable_service_answers_json_or_html(
    spotify: Simulator, client: Client, mine: str, status: int
) -> None:
    spotify.faults.add(Fault("unavailable", status=status))
    spotify.faults.add(Fault("unavailable", status=status, html=True))
    assert error(client.items(mine))[0] == status
    page = client.items(mine)
    assert page.status_code == status
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.text.startswith("<html>")


def test_any_status_body_and_headers_can_be_scripted(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("status", status=418, body={"tea": True}, headers={"X-Pot": "short"}))
    response = client.items(mine)
    assert (response.status_code, response.json(), response.headers["X-Pot"]) == (
        418,
        {"tea": True},
        "short",
    )


def test_a_good_token_can_be_refused_once(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("unauthorized"))
    refused = client.items(mine)
    assert error(refused) == (401, "Invalid access token")
    assert "invalid_token" in refused.headers["www-authenticate"]
    assert client.items(mine).status_code == 200


def test_a_reset_loses_the_write(spotify: Simulator, client: Client, mine: str, song: str) -> None:
    spotify.faults.add(Fault("reset", method="POST"))
    with pytest.raises(requests.ConnectionError):
        client.add(mine, [song])
    assert song not in spotify.uris(mine)


def test_a_lost_response_hides_a_write_that_was_done(spotify: Simulator, client: Client, mine: str, song: str) -> None:
    spotify.faults.add(Fault("lost_response", method="POST"))
    with pytest.raises(requests.ConnectionError):
        client.add(mine, [song])
    assert spotify.uris(mine)[-1] == song
    assert client.items(mine).json()["total"] == 4, "the next request finds a new connection"


@pytest.mark.parametrize(
    ("fault", "done"),
    [(Fault("delay_before", seconds=0.4), False), (Fault("delay_after", seconds=0.4), True)],
    ids=["before", "after"],
)
def test_a_delay_comes_before_or_after_the_effect(
    spotify: Simulator, client: Client, mine: str, song: str, fault: Fault, done: bool
) -> None:
    spotify.faults.add(fault)
    url = f"{spotify.api_url}/playlists/{mine}/items"
    with pytest.raises(requests.ReadTimeout):
        client.http.post(url, json={"uris": [song]}, timeout=0.2)
    assert (song in spotify.uris(mine)) is done
    time.sleep(0.4)
    assert song in spotify.uris(mine)


def test_a_malformed_answer_is_not_json_and_the_write_was_done(
    spotify: Simulator, client: Client, mine: str, song: str
) -> None:
    spotify.faults.add(Fault("malformed", method="POST"))
    response = client.add(mine, [song])
    assert response.status_code == 201
    with pytest.raises(requests.JSONDecodeError):
        response.json()
    assert spotify.uris(mine)[-1] == song


def test_a_truncated_answer_ends_before_its_announced_length(
    spotify: Simulator, client: Client, mine: str, song: str
) -> None:
    spotify.faults.add(Fault("truncated", method="POST"))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.add(mine, [song])
    assert spotify.uris(mine)[-1] == song
    assert client.items(mine).status_code == 200


def test_a_fault_strikes_only_the_method_and_path_it_names(
    spotify: Simulator, client: Client, mine: str, song: str
) -> None:
    fault = spotify.faults.add(Fault("unavailable", method="GET", path=f"/playlists/{mine}"))
    assert client.add(mine, [song]).status_code == 201
    assert client.get("/me").status_code == 200
    assert fault.struck == 0
    assert client.get(f"/playlists/{mine}").status_code == 503
    assert fault.struck == 1


def test_a_fault_can_wait_for_the_nth_request_and_strike_several(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("unavailable", nth=2, count=2))
    assert [client.items(mine).status_code for _ in range(5)] == [200, 503, 503, 200, 200]


def test_a_fault_can_strike_for_ever(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("unavailable", nth=2, count=-1))
    assert [client.items(mine).status_code for _ in range(4)] == [200, 503, 503, 503]
    spotify.faults.clear()
    assert client.items(mine).status_code == 200


def test_faults_for_the_same_requests_strike_one_after_the_other(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.faults.add(Fault("rate_limited", retry_after=1))
    spotify.faults.add(Fault("unavailable"))
    assert [client.items(mine).status_code for _ in range(3)] == [429, 503, 200]


def test_the_log_tells_what_was_asked_and_answered_and_no_token(spotify: Simulator, client: Client, mine: str) -> None:
    spotify.forget_requests()
    spotify.faults.add(Fault("reset", nth=2))
    client.items(mine, limit=2)
    with pytest.raises(requests.ConnectionError):
        client.get("/me")
    client.refresh()
    log = spotify.requests
    assert [(seen.method, seen.path, seen.status) for seen in log] == [
        ("GET", f"/v1/playlists/{mine}/items", 200),
        ("GET", "/v1/me", None),
        ("POST", "/api/token", 200),
    ]
    assert log[0].query == {"limit": "2"}
    assert (spotify.requests_count(), spotify.requests_count("GET"), spotify.requests_count(path="/me$")) == (
        3,
        2,
        1,
    )
    assert not any(secret in repr(log) for secret in spotify.secrets())


def test_latency_holds_every_request_and_the_log_knows_how_many_ran_at_once(
    spotify: Simulator, client: Client, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.items(mine)
    assert spotify.most_in_flight == 1
    spotify.settings.latency_seconds = 0.3
    all_of_them, held = threading.Barrier(4), []

    def sleep(seconds: float) -> None:
        held.append(seconds)
        all_of_them.wait(60)

    monkeypatch.setattr("rediscover.simulator.routes.time", SimpleNamespace(sleep=sleep))
    threads = [threading.Thread(target=Client(spotify).items, args=(mine,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held == [0.3] * 4
    assert spotify.most_in_flight == 4


def test_a_connection_is_kept_for_the_next_request(spotify: Simulator) -> None:
    connection = http.client.HTTPConnection(spotify.url.removeprefix("http://"), timeout=10)
    sockets = []
    for _ in range(3):
        connection.request("POST", "/api/token", body="grant_type=refresh_token")
        assert connection.getresponse().read()
        sockets.append(connection.sock)
    connection.close()
    assert sockets[0] is not None
    assert len(set(sockets)) == 1


def test_a_stopped_simulator_answers_nobody() -> None:
    with Simulator() as spotify:
        client = Client(spotify)
        client.sign_in()
        spotify.faults.add(Fault("delay_before", seconds=6, path="/me$"))
        waiting = threading.Thread(target=_ignore_errors, args=(client,))
        waiting.start()
        time.sleep(0.1)
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    with pytest.raises(requests.ConnectionError):
        client.http.get(spotify.api_url, timeout=5)


def _ignore_errors(client: Client) -> None:
    try:
        client.get("/me")
    except requests.ConnectionError:
        return
