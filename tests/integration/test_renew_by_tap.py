"""The reminder's link in a real browser: the deployed function behind its address, and a run with what it stored."""

import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from rediscover.engine import Engine
from rediscover.simulator import Simulator
from tests.conftest import WAIT_SCALE
from tests.support.chromium import CHROMIUM, chromium
from tests.support.stack import Stack

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")


class Address:
    """Stands in for Lambda's function URL: requests over TLS become events, and the function's answers responses."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self._wsgi, threaded=True, ssl_context="adhoc")
        self.host = f"127.0.0.1:{self._server.port}"
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> "Address":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _wsgi(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        event = {
            "version": "2.0",
            "rawPath": request.path,
            "rawQueryString": request.query_string.decode(),
            "cookies": [f"{name}={value}" for name, value in request.cookies.items()],
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "requestContext": {
                "domainName": self.host,
                "http": {"method": request.method, "path": request.path, "protocol": "HTTP/1.1"},
            },
            "isBase64Encoded": False,
        }
        self.events.append(event)
        invoked = self._stack.engine.client("lambda").invoke(
            FunctionName=self._stack.engine.resources["RenewFunction"], Payload=json.dumps(event)
        )
        answer = json.loads(invoked["Payload"].read())
        assert "FunctionError" not in invoked, answer
        response = Response(answer["body"], answer["statusCode"], answer["headers"])
        for cookie in answer.get("cookies", []):
            response.headers.add("Set-Cookie", cookie)
        return response


@pytest.fixture(scope="module")
def shared_renewable(shared_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("home")
    parameters = {
        **shared_simulator.parameters,
        "SettleSeconds": "0",
        "RenewByTap": "ENABLED",
        "RenewConcurrency": "2",
    }
    with Engine(home, parameters, wait_scale=WAIT_SCALE) as engine:
        yield Stack(engine, home)


@pytest.fixture
def renewable(shared_renewable: Stack, simulator: Simulator) -> Stack:
    """A stack with RenewByTap switched on, whose authorization has ended."""
    shared_renewable.renew(simulator)
    simulator.revoke_authorization()
    return shared_renewable


def test_a_tap_renews_an_authorization_that_ended_and_the_next_run_uses_it(
    renewable: Stack, simulator: Simulator, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pair = simulator.create_playlist("Inbox", simulator.tracks(3)), simulator.create_playlist("Archive")
    assert renewable.run(*pair).error == "AuthorizationExpired"
    with Address(renewable) as address, chromium(tmp_path / "profile", "--ignore-certificate-errors") as tab:
        simulator.register(f"https://{address.host}/callback")
        tab.open(f"https://{address.host}/")
        tab.click("#agree")
        tab.wait_for("document.title == 'Renewed'")
        tab.screenshot(tmp_path / "renewed.png")
        assert "Spotify's authorization lasts until" in tab.text()
        assert tab.evaluate("getComputedStyle(document.body).maxWidth") != "none", "the page's policy forbids its style"
        tab.open(f"https://{address.host}/callback?code=c&state=s")
        tab.wait_for("document.title == 'Not renewed'")
    archived = renewable.run(*pair)
    assert (archived.status, archived.output["pairs"][0]["added"]) == ("SUCCEEDED", 3)
    _assert_nothing_leaked(renewable, simulator, address, capfd)


def _assert_nothing_leaked(
    stack: Stack, simulator: Simulator, address: Address, capfd: pytest.CaptureFixture[str]
) -> None:
    """The logs hold no secret, no code, and nothing of a cookie; no address but Spotify's answer held a secret."""
    printed = capfd.readouterr()
    files = [path for path in stack.home.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    written = printed.out + printed.err + "".join(path.read_text(errors="replace") for path in files)
    written += json.dumps(stack.documents())
    assert "renewal started" in written
    cookies = {cookie.partition("=")[2] for event in address.events for cookie in event["cookies"]}
    assert len(cookies - {""}) == 1
    assert [one for one in {*simulator.secrets(), *cookies} - {""} if one in written] == []


def test_the_reminder_names_the_link_and_the_stack_what_to_register(renewable: Stack) -> None:
    client = renewable.engine.client("lambda")
    reminding = client.get_function_configuration(FunctionName=renewable.engine.resources["RemindFunction"])
    url = renewable.engine.outputs["RenewUrl"]
    assert reminding["Environment"]["Variables"]["HOW_TO_RENEW"] == f"Renew it in any browser: {url}"
    assert renewable.engine.outputs["RenewRedirectUri"] == f"{url}callback"


def test_a_flood_of_the_link_has_the_bound_that_was_asked_for(renewable: Stack) -> None:
    client = renewable.engine.client("lambda")
    bound = client.get_function_concurrency(FunctionName=renewable.engine.resources["RenewFunction"])
    assert bound["ReservedConcurrentExecutions"] == 2
