"""Whatever Spotify answers, and whatever a listener starts a run with: a result, or an error of ours that reads well.

FUZZ is how many inputs each test tries: 100, and 20,000 in `make soak`.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rediscover_archive.errors import ArchiveError, InvalidInput, Stop, TryAgain, Wait
from rediscover_archive.pairs.listening import plays
from rediscover_archive.runs.run_input import by_target, pairs_of
from rediscover_archive.settings import Settings
from rediscover_archive.spotify import transport
from rediscover_archive.spotify.accounts import refresh
from rediscover_archive.spotify.client import PAGE, Spotify
from rediscover_archive.spotify.http import Answer
from rediscover_archive.text import clean
from tests.unit.shapes import JSON, almost

FUZZ = int(os.environ.get("FUZZ", "100"))
ID = "A" * 22
MEDIA = {
    "uri": f"spotify:track:{ID}",
    "type": "track",
    "name": "One",
    "is_local": False,
    "is_playable": True,
    "explicit": False,
    "external_ids": {"isrc": "GB-ABC-26-00001"},
    "artists": [{"name": "Somebody"}],
    "show": {"name": "News"},
}
ENTRIES = [{"is_local": False, "item": MEDIA}, {"is_local": False, "track": MEDIA}, None]
HEAD = {
    "snapshot_id": "AAAA",
    "name": "Inbox",
    "owner": {"id": "me", "display_name": "Me"},
    "items": {"total": 2, "items": ENTRIES[:2]},
    "tracks": {"total": 2, "items": ENTRIES[:2]},
}
PLAYED = {
    "items": [
        {"track": MEDIA, "played_at": "2026-11-22T06:00:00.000Z", "context": {"uri": f"spotify:playlist:{ID}"}},
        {"track": MEDIA, "played_at": "2026-11-22T06:04:00.000Z", "context": None},
    ]
}
GRANT = {"access_token": "abc", "expires_in": 3600, "refresh_token": "def", "scope": "playlist-read-private"}
REFUSAL = {"error": {"status": 403, "message": "Insufficient client scope", "reason": "QUOTA_EXCEEDED"}}
TOKEN_REFUSAL = {"error": "invalid_client", "error_description": "Invalid client secret"}
INPUT = {
    "pairs": [
        {"source": ID, "target": "B" * 22, "match": "uri", "position": "top", "max_new": 5},
        {"source": [f"spotify:playlist:{ID}", "liked"], "target": {"create": "Archive {year}"}},
    ],
    "dry_run": False,
}

STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 999])
WAITS = st.one_of(st.text(max_size=8), st.sampled_from(["7", "-1", "1e400", "nan", "inf", "1e308", "0x10", "١٢"]))

pytestmark = pytest.mark.timeout(3600)

inputs = settings(
    max_examples=FUZZ,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)


def answers(valid: Any) -> st.SearchStrategy[Answer]:
    """Answers with almost `valid` bodies, and refusals, any JSON and any bytes."""
    headers = st.fixed_dictionaries({"Retry-After": WAITS})
    taken = st.builds(Answer, st.sampled_from([200, 201]), headers, almost(valid).map(_encoded))
    others = (almost(REFUSAL) | JSON).map(_encoded) | st.binary(max_size=40)
    return st.one_of(taken, taken, taken, st.builds(Answer, STATUSES, headers, others))


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


Call = Callable[[], Any]


def outcome(answer: Answer, call: Call) -> Any:
    """What comes of a call that is answered so; any exception but ArchiveError passes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport, "request", lambda *_, **__: answer)
        try:
            return call()
        except ArchiveError as error:
            came = error
    reads_well(str(came))
    assert not isinstance(came, Wait) or 1 <= came.seconds <= 99_999_999
    return came


def reads_well(message: str) -> None:
    """A message goes into a mail, a terminal, a log and a state of 256 KiB."""
    assert message == clean(message, 40_000)
    assert 10 < len(message) < 2_000


def can_be_kept(value: Any) -> None:
    """Whether `value` can be written as a document, and is fit to be shown."""
    json.dumps(value, ensure_ascii=False).encode()
    for text in _texts(value):
        assert text == clean(text, 3_000)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in _texts(one)]


def spotify() -> Spotify:
    return Spotify("https://api.spotify.com/v1", "token")


@inputs
@given(answers(HEAD))
def test_any_head_is_read_or_refused(answer: Answer) -> None:
    head = outcome(answer, lambda: spotify().head(ID, "uri"))
    if not isinstance(head, ArchiveError):
        can_be_kept(asdict(head))
        assert len(head.first) <= 100


@inputs
@given(answers({"total": 3, "items": ENTRIES}))
def test_any_page_is_read_or_refused(answer: Answer) -> None:
    for call in (lambda: spotify().page(ID, 0, "uri"), lambda: spotify().saved_tracks(0)):
        page = outcome(answer, call)
        if not isinstance(page, ArchiveError):
            can_be_kept([item.document() for item in page.items])
            assert len(page.items) <= PAGE


@inputs
@given(answers(PLAYED))
def test_any_list_of_plays_is_read_or_refused(answer: Answer) -> None:
    found = outcome(answer, lambda: plays(spotify()))
    if not isinstance(found, ArchiveError):
        can_be_kept([asdict(play) for play in found])


@inputs
@given(answers({"id": "me", "account_id": "abc", "display_name": "Me"}))
def test_any_account_is_read_or_refused(answer: Answer) -> None:
    account = outcome(answer, lambda: spotify().me())
    if not isinstance(account, ArchiveError):
        can_be_kept(asdict(account))


@inputs
@given(answers({"snapshot_id": "AAAA"}))
def test_any_answer_to_an_add_is_understood_or_refused(answer: Answer) -> None:
    snapshot_id = outcome(answer, lambda: spotify().add(ID, [f"spotify:track:{ID}"]))
    if not isinstance(snapshot_id, ArchiveError):
        can_be_kept(snapshot_id)


@inputs
@given(st.one_of(answers(GRANT), answers(TOKEN_REFUSAL)))
def test_any_grant_is_taken_or_refused(answer: Answer) -> None:
    grant = outcome(
        answer, lambda: refresh(transport.Transport(), "https://accounts.spotify.com", "id", "secret", "token")
    )
    if not isinstance(grant, ArchiveError):
        assert grant.access_token.isascii()
        assert datetime.now(UTC).timestamp() + grant.expires_in > 0
    else:
        assert isinstance(grant, TryAgain | Wait | Stop)


@pytest.mark.parametrize(
    "source", ["x" * 4_999, "🎵" * 4_999, "e\u0301\u0301\u0301\u0301\u0301\u0301" * 99, "a " * 2_400]
)
@pytest.mark.parametrize("place", ["source", "context", "sources", "target", "create"])
def test_an_input_that_is_long_is_repeated_in_short(source: str, place: str) -> None:
    pair: dict[str, Any] = {"source": ID, "target": "B" * 22}
    changed: dict[str, dict[str, Any]] = {
        "source": {"source": source},
        "context": {"source": f"recently-played:{source[:4_900]}"},
        "sources": {"source": [source[:500], ID]},
        "target": {"target": source[:500]},
        "create": {"target": {"create": "{" + source[:70] + "}"}},
    }
    pair |= changed[place]
    with pytest.raises(InvalidInput) as refused:
        pairs_of({"pairs": [pair]}, Settings.from_environment({}), datetime(2026, 11, 22, tzinfo=UTC))
    reads_well(str(refused.value))


@inputs
@given(st.one_of(almost(INPUT), JSON))
def test_any_input_is_prepared_or_said_to_be_wrong(given_input: Any) -> None:
    stack = Settings.from_environment({"SOURCE_PLAYLIST": ID, "TARGET_PLAYLIST": "C" * 22})
    try:
        pairs = pairs_of(given_input, stack, datetime(2026, 11, 22, tzinfo=UTC))
    except InvalidInput as error:
        reads_well(str(error))
    else:
        json.dumps(by_target(pairs, lambda _: None), ensure_ascii=False).encode()
