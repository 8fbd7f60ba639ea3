"""Documents in the bucket, and the claim that rests on their conditional writes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from rediscover_archive.authorization.managed_secret import ManagedSecret
from rediscover_archive.documents import Documents
from rediscover_archive.runs.claim import KEY, YOUNG, Claim, claim, holds

A, B = ("arn:aws:states:us-east-1:1:execution:m:a", "arn:aws:states:us-east-1:1:execution:m:b")


def test_a_document_comes_back_as_it_was_written(documents: Documents) -> None:
    documents.put("plans/x.json", {"name": "Sigur Rós", "n": [1, None]})
    assert documents.get("plans/x.json") == {"name": "Sigur Rós", "n": [1, None]}
    documents.delete("plans/x.json")
    assert documents.get("plans/x.json") is None


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_what_is_no_json_object_counts_as_missing(documents: Documents, body: bytes) -> None:
    boto3.client("s3").put_object(Bucket="archive", Key="k", Body=body)
    assert documents.get("k") is None


def test_invocations_share_a_client_with_its_connection(aws: None) -> None:  # noqa: ARG001 (an account)
    assert Documents("archive")._s3 is Documents("archive")._s3
    assert ManagedSecret("a")._client is ManagedSecret("b")._client


def test_a_replacement_needs_what_was_read(documents: Documents) -> None:
    assert documents.replace("k", {"n": 1}, None)
    assert not documents.replace("k", {"n": 2}, None)
    _, etag = documents.get_with_etag("k")
    assert documents.replace("k", {"n": 3}, etag)
    assert not documents.replace("k", {"n": 4}, etag)
    assert documents.get("k") == {"n": 3}


def test_a_claim_holds_while_its_execution_runs(documents: Documents) -> None:
    assert claim(documents, A, lambda _: True) == Claim(A, "")
    assert claim(documents, B, lambda _: True) == Claim(A, "")
    assert holds(documents, A)
    assert claim(documents, A, lambda _: True) == Claim(A, "")


def test_a_claim_of_an_execution_that_ended_is_void(documents: Documents) -> None:
    assert claim(documents, A, lambda _: True) == Claim(A, "")
    assert claim(documents, B, lambda _: False) == Claim(B, A)
    assert holds(documents, B)
    assert not holds(documents, A)
    assert claim(documents, B, lambda _: False) == Claim(B, A), "a retry hears of the displaced one too"


def test_a_corrupt_claim_is_replaced(documents: Documents) -> None:
    boto3.client("s3").put_object(Bucket="archive", Key=KEY, Body=b"nonsense")
    assert claim(documents, A, lambda _: True) == Claim(A, "")
    assert holds(documents, A)


def test_of_ten_claims_at_once_one_wins(documents: Documents) -> None:
    executions = [f"{A}{n}" for n in range(10)]
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda one: claim(documents, one, lambda _: True), executions))
    holders = {one.holder for one in made}
    assert len(holders) == 1
    assert holds(documents, holders.pop())


class Passing:
    """A clock that goes on only by being waited for; it stands in for `time` and for `datetime`."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 6, tzinfo=UTC)
        self.slept = 0.0

    def now(self, _: object) -> datetime:
        return self.time

    def fromisoformat(self, text: str) -> datetime:
        return datetime.fromisoformat(text)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Passing:
    clock = Passing()
    monkeypatch.setattr("rediscover_archive.runs.claim.time", clock)
    monkeypatch.setattr("rediscover_archive.runs.claim.datetime", clock)
    return clock


def test_an_execution_that_is_not_known_yet_keeps_its_young_claim(documents: Documents, clock: Passing) -> None:
    claim(documents, A, lambda _: True)
    answers = iter([None, None, True])
    assert claim(documents, B, lambda _: next(answers)) == Claim(A, "")
    assert clock.slept == 2
    assert holds(documents, A)


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(minutes=-1)])
def test_an_execution_that_nobody_knows_loses_a_claim_that_is_not_young(
    documents: Documents, clock: Passing, later: timedelta
) -> None:
    claim(documents, A, lambda _: True)
    clock.time += later
    assert claim(documents, B, lambda _: None) == Claim(B, A)
    assert clock.slept == 0


def test_an_execution_that_stays_unknown_is_not_waited_for_without_end(documents: Documents, clock: Passing) -> None:
    claim(documents, A, lambda _: True)
    assert claim(documents, B, lambda _: None) == Claim(B, A)
    assert clock.slept == YOUNG.total_seconds()


@pytest.mark.parametrize("made_at", [None, "yesterday", "2026-11-23T06:00:00"])
def test_a_claim_that_does_not_say_when_it_was_made_counts_as_old(
    documents: Documents, clock: Passing, made_at: str | None
) -> None:
    documents.put(KEY, {"execution": A, "displaced": "", **({"made_at": made_at} if made_at else {})})
    assert claim(documents, B, lambda _: None) == Claim(B, A)
    assert clock.slept == 0
