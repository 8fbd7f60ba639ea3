"""The authorization's end, told in good time."""

from datetime import UTC, date, datetime, timedelta

import boto3
import pytest

from rediscover_archive.authorization.reminder import ends_soon, lasts, reminder
from rediscover_archive.documents import Documents
from rediscover_archive.runs.latest import BEFORE, Latest, read_latest, write_latest
from rediscover_archive.settings import Settings
from remind_listener import remind

HOW = "Renew it with: rediscover authorize --aws --stack mine"


def test_over_half_a_year_it_tells_four_times() -> None:
    given = date(2026, 8, 31)
    ends = date(2027, 2, 28)
    told = {
        day: text
        for day in (given + timedelta(days=n) for n in range(200))
        if (text := reminder(day, ends, HOW)) is not None
    }
    assert list(told) == [date(2027, 1, 29), date(2027, 2, 21), date(2027, 2, 27), ends]
    assert told[date(2027, 2, 21)] == f"Spotify's authorization ends in 7 days, on 2027-02-28. {HOW}"
    assert "ends tomorrow" in told[date(2027, 2, 27)]
    assert "nothing is archived" in told[ends]


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (30, "ends in 30 days, on 2027-02-28. Renew it, or nothing is archived from then on."),
        (2, "ends in 2 days, on 2027-02-28. Renew it, or nothing is archived from then on."),
        (1, "ends tomorrow, on 2027-02-28. Renew it, or nothing is archived from then on."),
        (0, "ends today, on 2027-02-28. Renew it, or nothing is archived from then on."),
        (-1, "ended on 2027-02-28."),
    ],
)
def test_every_run_of_the_last_thirty_days_tells_of_the_end(left: int, told: str) -> None:
    ends = date(2027, 2, 28)
    today = ends - timedelta(days=left)
    assert ends_soon(today, ends) == lasts(today, ends) == f"Spotify's authorization {told}"


def test_before_the_last_thirty_days_a_run_only_says_how_long_the_authorization_lasts() -> None:
    ends = date(2027, 2, 28)
    assert ends_soon(ends - timedelta(days=31), ends) is None
    assert lasts(ends - timedelta(days=31), ends) == "Spotify's authorization lasts until 2027-02-28."


class Deployed:
    """The remind function's surroundings, in memory."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        secret = boto3.client("secretsmanager").create_secret(Name="credentials", SecretString="{}")["ARN"]
        topic = boto3.client("sns").create_topic(Name="topic")["TopicArn"]
        queue = boto3.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
        boto3.client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:inbox"
        )
        self.queue = queue
        self.settings = Settings.from_environment(
            {"BUCKET": "archive", "CREDENTIALS_SECRET": secret, "TOPIC": topic, "HOW_TO_RENEW": HOW}
        )

    def mails(self) -> int:
        return len(boto3.client("sqs").receive_message(QueueUrl=self.queue).get("Messages", []))


@pytest.fixture
def deployed(documents: Documents) -> Deployed:
    return Deployed(documents)


def _at(days_from_now: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days_from_now)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The metrics that are sent."""
    sent: dict[str, int] = {}
    monkeypatch.setattr("remind_listener.count", sent.__setitem__)
    return sent


def test_before_the_first_run_nothing_is_told_and_the_days_since_the_consent_are_counted(
    deployed: Deployed, measured: dict[str, int]
) -> None:
    assert remind(_at(3), deployed.settings) == {"reminded": False, "reauthorize_by": None, "days_since_success": 3}
    assert measured == {"DaysSinceSuccess": 3}
    assert deployed.mails() == 0


def test_how_long_the_authorization_lasts_is_measured_every_day(deployed: Deployed, measured: dict[str, int]) -> None:
    ends = (_at(100)).date()
    write_latest(deployed.documents, _at(1), succeeded=True, reauthorize_by=ends.isoformat())
    remind(_at(10), deployed.settings)
    assert measured == {"DaysSinceSuccess": 9, "AuthorizationDaysLeft": (ends - _at(10).date()).days}
    remind(_at(11), deployed.settings)
    assert measured["AuthorizationDaysLeft"] == (ends - _at(11).date()).days


def test_a_listener_is_reminded_and_the_days_are_counted(deployed: Deployed) -> None:
    ends = (_at(10) + timedelta(days=7)).date().isoformat()
    write_latest(deployed.documents, _at(1), succeeded=True, reauthorize_by=ends)
    assert remind(_at(10), deployed.settings) == {
        "reminded": True,
        "reauthorize_by": ends,
        "days_since_success": 9,
    }
    assert deployed.mails() == 1


def test_a_listener_who_renewed_since_is_left_in_peace(deployed: Deployed, measured: dict[str, int]) -> None:
    ends = (_at(10) + timedelta(days=7)).date().isoformat()
    write_latest(deployed.documents, _at(-1), succeeded=True, reauthorize_by=ends)
    assert remind(_at(10), deployed.settings)["reminded"] is False
    assert "AuthorizationDaysLeft" not in measured


def test_a_failed_run_does_not_pass_for_a_success_and_forgets_nothing(documents: Documents) -> None:
    monday, tuesday = datetime(2026, 11, 16, 6, tzinfo=UTC), datetime(2026, 11, 17, 6, tzinfo=UTC)
    write_latest(documents, monday, succeeded=True, reauthorize_by="2027-05-21")
    write_latest(documents, tuesday, succeeded=False, reauthorize_by=None)
    latest = read_latest(documents)
    assert latest.succeeded_at == latest.authorization_seen_at == monday
    assert latest.reauthorize_by == date(2027, 5, 21)


def test_what_was_known_at_its_first_place_is_not_forgotten(documents: Documents) -> None:
    monday, tuesday = datetime(2026, 11, 16, 6, tzinfo=UTC), datetime(2026, 11, 17, 6, tzinfo=UTC)
    documents.put(BEFORE, {"succeeded_at": monday.isoformat()})
    assert read_latest(documents).succeeded_at == monday
    write_latest(documents, tuesday, succeeded=False, reauthorize_by="2027-05-21")
    documents.put(BEFORE, REPORT)
    assert read_latest(documents) == Latest(monday, date(2027, 5, 21), tuesday)


def test_the_report_of_an_execution_called_latest_is_no_knowledge(documents: Documents) -> None:
    documents.put(BEFORE, REPORT)
    assert read_latest(documents) == Latest()


REPORT = {"outcome": "added", "pairs": [], "reauthorize_by": "2026-12-01"}
