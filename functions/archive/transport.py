"""One HTTP exchange with Spotify: sent once, with a time limit, and its failures turned into our errors."""

import math
import random
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from archive.errors import MalformedAnswer, QuotaExceeded, RateLimited, SpotifyUnavailable

TIMEOUT = (3.05, 20.0)
"""Seconds to connect, and to wait for the next bytes of an answer."""

UNNAMED_WAIT = (15, 45)
"""Seconds, drawn at random, where a 429 names none; Spotify counts over a rolling 30 seconds."""

PARALLEL_REQUESTS = 4


class Transport:
    """A connection pool that counts what it has `sent`, answered or not.

    Retries are the state machine's, redirects are not followed (a token stays with the host it was meant for)
    and no exception carries a header.
    """

    def __init__(self) -> None:
        self.sent = 0
        self._lock = threading.Lock()
        self._session = requests.Session()
        pool = HTTPAdapter(pool_connections=1, pool_maxsize=PARALLEL_REQUESTS)
        self._session.mount("https://", pool)
        self._session.mount("http://", pool)

    def send(self, method: str, url: str, *, doing: str, **arguments: Any) -> requests.Response:
        """The answer to one request. `doing` names it in messages, as in "reading playlist X".

        Raises SpotifyUnavailable (no answer, 5xx), RateLimited or QuotaExceeded (429).
        """
        with self._lock:
            self.sent += 1
        try:
            answer = self._session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **arguments)
        except requests.RequestException as error:
            raise SpotifyUnavailable(
                f"Spotify did not answer while {doing} ({type(error).__name__}). "
                "It is tried again; if it goes on, look at https://developer.spotify.com/status."
            ) from None
        if answer.status_code >= 500:
            raise SpotifyUnavailable(f"Spotify answered {answer.status_code} while {doing}. It is tried again.")
        if answer.status_code == 429:
            raise _limit(answer, doing)
        return answer


def json_of(answer: requests.Response, doing: str) -> dict[str, Any]:
    """The JSON object in `answer`. Raises MalformedAnswer."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise MalformedAnswer(
            f"Spotify's answer ({answer.status_code}) while {doing} is not a JSON object. It is tried again."
        )
    return body


def error_body(answer: requests.Response) -> dict[str, Any]:
    """`{"message", "reason"}` of a Web API error, or `{"error", "error_description"}` of a token error; else {}."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    if not isinstance(body, dict):
        return {}
    inner = body.get("error")
    return inner if isinstance(inner, dict) else body


def _limit(answer: requests.Response, doing: str) -> RateLimited | QuotaExceeded:
    header = answer.headers.get("Retry-After", "")
    try:
        seconds = max(1, math.ceil(float(header)))
    except (ValueError, OverflowError):
        seconds = random.randint(*UNNAMED_WAIT)  # noqa: S311 (jitter, not a secret)
    if error_body(answer).get("reason") == "QUOTA_EXCEEDED":
        message = f"Spotify's quota of this developer account is used up ({doing}); it asks to wait {seconds} s."
        return QuotaExceeded(message, seconds)
    return RateLimited(f"Too many requests to Spotify ({doing}); it asks to wait {seconds} s.", seconds)
