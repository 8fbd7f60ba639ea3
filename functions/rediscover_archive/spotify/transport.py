"""One HTTP exchange with Spotify: sent once, with a time limit, and its failures turned into our errors."""

import math
import random
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NameResolutionError, NewConnectionError

from rediscover_archive.errors import MalformedAnswer, QuotaExceeded, RateLimited, SpotifyUnavailable
from rediscover_archive.spotify.http import Answer, Unbounded, request
from rediscover_archive.text import clean

UNNAMED_WAIT = (15, 45)
"""Seconds, drawn at random, where a 429 names none; Spotify counts over a rolling 30 seconds."""

LONGEST_WAIT = 99_999_999
"""Most seconds of a Wait state (Step Functions, Wait)."""

LONGEST_MESSAGE = 1_000
"""Characters kept of what Spotify says of an error."""

PARALLEL_REQUESTS = 4

REFUSALS = (401, 403, 404, 429)
"""What the next page would be answered too."""

IF_IT_GOES_ON = "If it goes on, look at https://developer.spotify.com/status."


class Transport:
    """A connection pool that counts what it has `sent`, answered or not.

    Retries are the state machine's, redirects are not followed (a token stays with the host it was meant for)
    and no exception carries a header.
    """

    def __init__(self, *, careful: bool = False) -> None:
        """A `careful` one has one request under way at a time; after a refusal whatever is to be read is refused alike.

        It is for what was refused a moment ago: of the pages of a playlist one is asked for then, not four.
        """
        self.sent = 0
        self._lock = threading.Lock()
        self._careful = careful
        self._places = threading.Semaphore(1 if careful else PARALLEL_REQUESTS)
        self._refusal: Answer | None = None
        self._session = requests.Session()
        pool = HTTPAdapter(pool_connections=1, pool_maxsize=PARALLEL_REQUESTS)
        self._session.mount("https://", pool)
        self._session.mount("http://", pool)

    def send(self, method: str, url: str, *, doing: str, **arguments: Any) -> Answer:
        """The answer to one request. `doing` names it in messages, as in "reading playlist X".

        Raises SpotifyUnavailable (no answer, 5xx), MalformedAnswer (one without end), RateLimited or QuotaExceeded
        (429).
        """
        with self._places:
            reads = self._careful and method == "GET"
            answer = self._refusal if reads and self._refusal else self._sent(method, url, doing, arguments)
            if reads and answer.status_code in REFUSALS:
                self._refusal = answer
        if answer.status_code >= 500:
            raise SpotifyUnavailable(f"Spotify answered {answer.status_code} while {doing}. {IF_IT_GOES_ON}")
        if answer.status_code == 429:
            raise _limit(answer, doing)
        return answer

    def _sent(self, method: str, url: str, doing: str, arguments: dict[str, Any]) -> Answer:
        with self._lock:
            self.sent += 1
        try:
            return request(self._session, method, url, **arguments)
        except Unbounded:
            raise MalformedAnswer(f"Spotify's answer while {doing} has no end. {IF_IT_GOES_ON}") from None
        except requests.RequestException as error:
            raise SpotifyUnavailable(f"Spotify did not answer while {doing} ({_why(error)}). {IF_IT_GOES_ON}") from None


def _why(error: requests.RequestException) -> str:
    """Why there was no answer; urllib3's reason stands inside of requests' error."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NameResolutionError):
        return "its name cannot be looked up: is there a network?"
    if isinstance(reason, NewConnectionError):
        return "it cannot be connected to: is there a network?"
    return type(error).__name__


def json_of(answer: Answer, doing: str) -> dict[str, Any]:
    """The JSON object in `answer`. Raises MalformedAnswer."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise MalformedAnswer(
            f"Spotify's answer ({answer.status_code}) while {doing} is not a JSON object. {IF_IT_GOES_ON}"
        )
    return body


def error_body(answer: Answer) -> dict[str, str]:
    """`{"message", "reason"}` of a Web API error, or `{"error", "error_description"}` of a token error; else {}.

    What Spotify says ends in messages to people, so it is made fit for them.
    """
    try:
        body = answer.json()
    except ValueError:
        return {}
    if not isinstance(body, dict):
        return {}
    inner = body.get("error")
    told = inner if isinstance(inner, dict) else body
    return {
        name: clean(told[name], LONGEST_MESSAGE)
        for name in ("message", "reason", "error", "error_description")
        if isinstance(told.get(name), str)
    }


def _limit(answer: Answer, doing: str) -> RateLimited | QuotaExceeded:
    seconds = _seconds(answer.headers.get("Retry-After", ""))
    asks = f"it asks to wait {seconds} s" if seconds else "it does not say how long to wait"
    wait, is_named = seconds or random.randint(*UNNAMED_WAIT), seconds is not None  # noqa: S311 (jitter, not a secret)
    if error_body(answer).get("reason") == "QUOTA_EXCEEDED":
        message = f"Spotify's quota of this developer account is used up ({doing}); {asks}."
        return QuotaExceeded(message, wait, is_named=is_named)
    return RateLimited(f"Too many requests to Spotify ({doing}); {asks}.", wait, is_named=is_named)


def _seconds(header: str) -> int | None:
    """What Retry-After asks for, at least 1; None where it names no number of seconds."""
    try:
        return min(max(1, math.ceil(float(header))), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None
