"""A phone that opens the link to renew the authorization."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from rediscover_archive.settings import Settings
from renew_authorization import renew
from tests.support.consent import redirect_of

HOST = "renew.example"

NOW = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)


class Phone:
    """A browser at the link, with the cookies that it was given."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = NOW
        self.cookies: list[str] = []
        self.seen: list[dict[str, Any]] = []

    def get(self, address: str, method: str = "GET") -> dict[str, Any]:
        """What the function answers, as Lambda passes it on."""
        url = urlsplit(address)
        http = {"method": method, "path": url.path, "sourceIp": "192.0.2.1"}
        event = {
            "version": "2.0",
            "rawPath": url.path,
            "rawQueryString": url.query,
            "cookies": self.cookies,
            "requestContext": {"domainName": HOST, "http": http},
        }
        answer = renew(event, self.settings, self.now)
        self.cookies = [one.partition(";")[0] for one in answer.get("cookies", self.cookies)]
        self.seen.append(answer)
        return answer

    def tap(self) -> str:
        """Open the link; the address of Spotify's page."""
        answer = self.get("/")
        assert answer["statusCode"] == 302, answer["body"]
        return str(answer["headers"]["Location"])

    def agree(self, button: str = "agree") -> str:
        """Open the link and answer Spotify's page; the address that the browser is sent to."""
        address = redirect_of(self.tap(), button)
        assert address.startswith(f"https://{HOST}/callback?")
        return address


def other(phone: Phone) -> Phone:
    """Someone else's browser."""
    return Phone(phone.settings)


def changed(address: str, **values: str) -> str:
    """The address with other values in its query."""
    url = urlsplit(address)
    return url._replace(query=urlencode({**dict(parse_qsl(url.query)), **values})).geturl()


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """All of what was logged."""
    return " ".join(str(record.__dict__) for record in caplog.records)
