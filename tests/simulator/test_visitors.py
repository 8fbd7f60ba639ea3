"""The simulated Spotify is for the programs of its user; only its consent page is for a browser."""

from urllib.parse import urlencode, urlsplit

import pytest

from rediscover.simulator import Simulator
from tests.support.others import as_another_user, as_root, ask

ENDPOINTS = (
    ("GET", "/control/credentials"),
    ("POST", "/control/reset"),
    ("GET", "/v1/me"),
    ("POST", "/api/token"),
    ("GET", "/authorize"),
)


def port_of(simulator: Simulator) -> int:
    port = urlsplit(simulator.url).port
    assert port
    return port


@as_root
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_another_user_is_refused(simulator: Simulator, method: str, path: str) -> None:
    port = port_of(simulator)
    assert as_another_user(lambda: ask(port, path, method)) == [403, "This server is for the user who started it."]


@pytest.mark.parametrize("host", ["attacker.example:{}", "localhost:{}", "127.0.0.1", "[::1]:{}"])
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_another_name_for_its_address_is_refused(simulator: Simulator, method: str, path: str, host: str) -> None:
    port = port_of(simulator)
    assert ask(port, path, method, {"Host": host.format(port)})[0] == 403


@pytest.mark.parametrize("header", [{"Origin": "https://attacker.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize(("method", "path"), ENDPOINTS[:-1])
def test_a_page_cannot_ask_it(simulator: Simulator, method: str, path: str, header: dict[str, str]) -> None:
    assert ask(port_of(simulator), path, method, header)[0] == 403


def test_a_page_can_lead_to_the_consent_but_not_give_it(simulator: Simulator) -> None:
    port = port_of(simulator)
    asked = {"client_id": simulator.credentials["spotify_client_id"], "response_type": "code", "show_dialog": "true"}
    simulator.register("http://127.0.0.1:8080/callback")
    path = f"/authorize?{urlencode({**asked, 'redirect_uri': 'http://127.0.0.1:8080/callback'})}"
    assert ask(port, path, headers={"Sec-Fetch-Site": "cross-site"})[0] == 200
    agreed = urlencode({**asked, "redirect_uri": "http://127.0.0.1:8080/callback", "answer": "agree"})
    for origin, status in (("https://attacker.example", 403), ("null", 403), (simulator.url, 303)):
        assert ask(port, "/authorize", "POST", {"Origin": origin, "Sec-Fetch-Site": "same-origin"}, agreed)[0] == status
