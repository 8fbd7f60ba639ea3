"""The function URL behind the reminder's link: `GET /` asks the listener, `GET /callback` takes the answer.

Not a state of the state machine. Its events hold cookies and Spotify's code, so neither an event nor an error's text
is logged.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from rediscover_archive.authorization.page import HEADERS, html_page
from rediscover_archive.authorization.renewal import LASTS, Renewal
from rediscover_archive.errors import ArchiveError, InvalidCredentials, NoAnswer, TooManyRenewals, TryAgain, Wait
from rediscover_archive.runs.log import logger
from rediscover_archive.settings import Settings

COOKIE = "__Host-renewal"
"""Browsers take a cookie of this prefix from its own host only, over TLS only (RFC 6265bis, Cookie Name Prefixes)."""

ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"
"""Lax, since the answer comes by a redirect from Spotify's site."""

Response = dict[str, Any]


def renew(event: Mapping[str, Any], settings: Settings, now: datetime) -> Response:
    """The answer to one request; both in the payload format 2.0 (Lambda, Function URLs)."""
    http = event["requestContext"]["http"]
    if http["path"] not in ("/", "/callback"):
        return _shown(404, "Nothing is here", "The link to renew ends in a single slash.")
    if http["method"] != "GET":
        return _shown(405, "Not possible", "Open the link in a browser.", {"Allow": "GET"})
    try:
        renewal = Renewal(settings, f"https://{event['requestContext']['domainName']}/callback")
        return _start(renewal, now) if http["path"] == "/" else _finish(renewal, event, now)
    except Wait as error:
        status = 429 if isinstance(error, TooManyRenewals) else 503
        return _refused(status, error, {"Retry-After": str(error.seconds)})
    except TryAgain as error:
        return _refused(502, error)
    except InvalidCredentials:
        # Its text says where they are, which is nobody's business here.
        return _shown(400, "Not renewed", "What is stored cannot be used. `rediscover doctor --aws` says why.")
    except ArchiveError as error:
        return _refused(400, error)
    except Exception as error:
        logger.error("renewal failed", extra={"error": type(error).__name__})
        return _shown(500, "Not renewed", "Something went wrong here, and nothing was changed. Try again in a while.")


def _start(renewal: Renewal, now: datetime) -> Response:
    started = renewal.start(now)
    logger.info("renewal started")
    cookie = f"{COOKIE}={started.browser}; Max-Age={int(LASTS.total_seconds())}; {ATTRIBUTES}"
    return _answer(302, "", {"Location": started.url}, cookie)


def _finish(renewal: Renewal, event: Mapping[str, Any], now: datetime) -> Response:
    answer = dict(parse_qsl(event.get("rawQueryString", "")))
    cookies = dict(one.partition("=")[::2] for one in event.get("cookies", []))
    if COOKIE not in cookies or "state" not in answer:
        raise NoAnswer(
            "This page takes the answer of Spotify's page, in the browser that opened the link. Open the link again."
        )
    until = renewal.finish(answer, cookies[COOKIE], now)
    logger.info("renewed")
    told = f"Spotify's authorization lasts until {until} now. You can close this page."
    return _shown(200, "Renewed", told, cookie=f"{COOKIE}=; Max-Age=0; {ATTRIBUTES}")


def _refused(status: int, error: ArchiveError, headers: Mapping[str, str] | None = None) -> Response:
    logger.warning("renewal refused", extra={"error": type(error).__name__})
    return _shown(status, "Not renewed", str(error), headers)


def _shown(
    status: int, title: str, text: str, headers: Mapping[str, str] | None = None, cookie: str | None = None
) -> Response:
    return _answer(status, html_page(title, text), headers, cookie)


def _answer(status: int, body: str, headers: Mapping[str, str] | None, cookie: str | None) -> Response:
    cookies = {"cookies": [cookie]} if cookie else {}
    return {"statusCode": status, "headers": {**HEADERS, **(headers or {})}, "body": body, **cookies}


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> Response:
    """Invoked by the function URL."""
    return renew(event, Settings.from_environment(), datetime.now(UTC))
