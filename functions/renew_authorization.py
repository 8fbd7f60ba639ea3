"""The function URL: `GET /` renews the authorization, `GET /page` shows the archive, `GET /callback` takes the answers.

Not a state of the state machine. Its events hold cookies and Spotify's code, so neither an event nor an error's text
is logged.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from botocore.exceptions import ClientError

from rediscover_archive.authorization.asking import LASTS, Purpose, Started
from rediscover_archive.authorization.page import HEADERS, html_page
from rediscover_archive.authorization.renewal import Renewal
from rediscover_archive.authorization.session import DAY, Door
from rediscover_archive.documents import Documents
from rediscover_archive.errors import ArchiveError, InvalidCredentials, NoAnswer, TooManyRenewals, TryAgain, Wait
from rediscover_archive.page import hosting
from rediscover_archive.runs.log import logger
from rediscover_archive.settings import Settings

RENEWAL, VISIT, SESSION = "__Host-renewal", "__Host-visit", "__Host-session"
"""Browsers take a cookie of this prefix from its own host only, over TLS only (RFC 6265bis, Cookie Name Prefixes)."""

ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"
"""Lax, since the answer comes by a redirect from Spotify's site, and the page's link from a mail."""

Response = dict[str, Any]


def renew(event: Mapping[str, Any], settings: Settings, now: datetime) -> Response:
    """The answer to one request; both in the payload format 2.0 (Lambda, Function URLs)."""
    http = event["requestContext"]["http"]
    if http["path"] not in ("/", "/callback", *(["/page"] if settings.page_url else [])):
        return _shown(404, "Nothing is here", "The link to renew ends in a single slash.")
    if http["method"] != "GET":
        return _shown(405, "Not possible", "Open the link in a browser.", {"Allow": "GET"})
    answer = dict(parse_qsl(event.get("rawQueryString", "")))
    is_visit = settings.page_url and (
        http["path"] == "/page" or answer.get("state", "").startswith(Purpose.VISIT.value)
    )
    title = "Not shown" if is_visit else "Not renewed"
    try:
        visited = _visited if is_visit else _renewed
        return visited(answer if http["path"] == "/callback" else None, event, settings, now)
    except Wait as error:
        status = 429 if isinstance(error, TooManyRenewals) else 503
        return _refused(status, title, error, {"Retry-After": str(error.seconds)})
    except TryAgain as error:
        return _refused(502, title, error)
    except InvalidCredentials:
        # Its text says where they are, which is nobody's business here.
        return _shown(400, title, "What is stored cannot be used. `rediscover doctor --aws` says why.")
    except ArchiveError as error:
        return _refused(400, title, error)
    except Exception as error:
        logger.error("renewal failed", extra={"error": type(error).__name__})
        return _shown(500, title, "Something went wrong here, and nothing was changed. Try again in a while.")


def _renewed(answer: Mapping[str, str] | None, event: Mapping[str, Any], settings: Settings, now: datetime) -> Response:
    renewal = Renewal(settings, _redirect_uri(event))
    if answer is None:
        return _to_spotify(RENEWAL, renewal.start(now), "renewal started")
    until = renewal.finish(answer, _brought(RENEWAL, event, answer), now)
    logger.info("renewed")
    told = f"Spotify's authorization lasts until {until} now. You can close this page."
    return _answer(200, html_page("Renewed", told), None, _cookie(RENEWAL))


def _visited(answer: Mapping[str, str] | None, event: Mapping[str, Any], settings: Settings, now: datetime) -> Response:
    door = Door(settings, _redirect_uri(event))
    if answer is None and door.admits(_cookies(event).get(SESSION, ""), now):
        return _page(settings)
    if answer is None:
        return _to_spotify(VISIT, door.start(now), "visit started")
    session = door.enter(answer, _brought(VISIT, event, answer), now)
    logger.info("let in")
    return _answer(302, "", {"Location": "/page"}, _cookie(SESSION, session, DAY), _cookie(VISIT))


def _redirect_uri(event: Mapping[str, Any]) -> str:
    return f"https://{event['requestContext']['domainName']}/callback"


def _cookies(event: Mapping[str, Any]) -> dict[str, str]:
    return dict(one.partition("=")[::2] for one in event.get("cookies", []))


def _brought(cookie: str, event: Mapping[str, Any], answer: Mapping[str, str]) -> str:
    """What the browser that opened the link has to bring back. Raises NoAnswer."""
    cookies = _cookies(event)
    if cookie not in cookies or "state" not in answer:
        raise NoAnswer(
            "This page takes the answer of Spotify's page, in the browser that opened the link. Open the link again."
        )
    return cookies[cookie]


def _to_spotify(cookie: str, started: Started, done: str) -> Response:
    logger.info(done)
    return _answer(302, "", {"Location": started.url}, _cookie(cookie, started.browser, LASTS))


def _page(settings: Settings) -> Response:
    try:
        page = hosting.kept_page(Documents(settings.bucket).get(hosting.KEY))
    except ClientError:  # what is not there may not be seen
        page = None
    if page is None:
        return _shown(404, "No page yet", "The next run makes it.")
    return {"statusCode": 200, "headers": hosting.HEADERS, "body": page, "isBase64Encoded": True}


def _cookie(name: str, value: str = "", lasts: timedelta = timedelta()) -> str:
    return f"{name}={value}; Max-Age={int(lasts.total_seconds())}; {ATTRIBUTES}"


def _refused(status: int, title: str, error: ArchiveError, headers: Mapping[str, str] | None = None) -> Response:
    logger.warning("renewal refused", extra={"error": type(error).__name__})
    return _shown(status, title, str(error), headers)


def _shown(status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return _answer(status, html_page(title, text), headers)


def _answer(status: int, body: str, headers: Mapping[str, str] | None, *cookies: str) -> Response:
    given = {"cookies": [*cookies]} if cookies else {}
    return {"statusCode": status, "headers": {**HEADERS, **(headers or {})}, "body": body, **given}


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: Any) -> Response:
    """Invoked by the function URL."""
    return renew(event, Settings.from_environment(), datetime.now(UTC))
