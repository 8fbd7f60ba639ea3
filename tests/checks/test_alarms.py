"""No alarm goes off, or stays silent, because its metric has not come yet; and the dashboard shows a weekly one."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from rediscover_archive.settings import Settings
from remind_listener import remind
from tests.checks.test_delivery import as_deployed

ALARMS = {
    f"{template} {name}": alarm
    for template in ("template.yaml", "schedule.yaml")
    for name, alarm in as_deployed(template).of("AWS::CloudWatch::Alarm").items()
}
OWN = "RediscoverWeekly"


@pytest.fixture
def sent_daily(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the daily function measures in a stack that has never had a run."""
    sent: set[str] = set()
    monkeypatch.setattr("remind_listener.count", lambda name, _: sent.add(name))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="archive")
        secret = boto3.client("secretsmanager").create_secret(Name="credentials")["ARN"]
        remind(datetime.now(UTC), Settings.from_environment({"BUCKET": "archive", "CREDENTIALS_SECRET": secret}))
    return sent


@pytest.mark.parametrize("name", ALARMS)
def test_no_alarm_takes_for_a_failure_what_was_not_measured_yet(name: str, sent_daily: set[str]) -> None:
    """A service measures what happens only, so nothing is well. What we measure daily is told once it ends."""
    alarm = ALARMS[name]
    if alarm["Namespace"] != OWN:
        assert alarm["TreatMissingData"] == "notBreaching"
        return
    assert alarm["MetricName"] in sent_daily
    assert alarm["Period"] >= 86400
    assert alarm["EvaluationPeriods"] >= 2
    assert (alarm["TreatMissingData"], alarm["InsufficientDataActions"]) == ("missing", alarm["AlarmActions"])


@pytest.mark.parametrize("name", [name for name in ALARMS if ALARMS[name]["Namespace"] == "AWS/SQS"])
def test_an_alarm_of_the_queue_ends_by_itself_so_that_the_next_failure_is_told(name: str) -> None:
    alarm = ALARMS[name]
    assert (alarm["MetricName"], alarm["Statistic"]) == ("NumberOfMessagesSent", "Sum")
    assert alarm["Period"] * alarm["EvaluationPeriods"] > 2 * 900
    assert alarm["DatapointsToAlarm"] == 1


def test_the_dashboard_shows_whole_days_of_months() -> None:
    (dashboard,) = as_deployed("template.yaml").of("AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(dashboard["DashboardBody"])
    assert (body["start"], body["periodOverride"]) == ("-P3M", "inherit")
    assert {one["properties"]["period"] for one in body["widgets"]} == {86400}
