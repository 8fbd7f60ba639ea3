"""What a run does, from its input to its output."""

import json
import re
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover_archive.runs.waiting import RENEWALS
from tests.support.few import SOAK
from tests.support.stack import Stack

pytestmark = pytest.mark.quick


def _pair(simulator: Simulator, offered: int = 30, kept: int = 5) -> tuple[str, str]:
    source = simulator.create_playlist("Discover Weekly copy", simulator.tracks(offered, "New"))
    return source, simulator.create_playlist("Archive", simulator.tracks(kept, "Old"))


@pytest.mark.engine
def test_what_is_new_goes_to_the_end_of_the_target_in_order(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    before = simulator.uris(target)
    execution = stack.run(f"https://open.spotify.com/playlist/{source}?si=x", f"spotify:playlist:{target}")
    assert execution.status == "SUCCEEDED"
    assert simulator.uris(target) == before + simulator.uris(source)
    assert execution.output == {
        "outcome": "added",
        "pairs": [
            {
                "source": f"https://open.spotify.com/playlist/{source}?si=x",
                "target": f"spotify:playlist:{target}",
                "outcome": "added",
                "offered": 30,
                "already_there": 0,
                "skipped": 0,
                "added": 30,
                "target_total": 35,
                "verified": True,
                "error": None,
            }
        ],
        "spotify_requests": simulator.requests_count(),
        "reauthorize_by": execution.output["reauthorize_by"],
    }


def test_a_second_run_adds_nothing(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    stack.run(source, target)
    archive = simulator.uris(target)
    execution = stack.run(source, target)
    assert execution.output["outcome"] == "nothing_new"
    assert execution.output["pairs"][0]["already_there"] == 30
    assert simulator.uris(target) == archive


@pytest.mark.parametrize("kept", [0, 100, 1_000, *([9_900] if SOAK else [])])
def test_requests_do_not_grow_with_a_remembered_target(stack: Stack, simulator: Simulator, kept: int) -> None:
    source, target = _pair(simulator, kept=kept)
    stack.run(source, target)
    simulator.replace(source, simulator.tracks(30, "Week two"))
    simulator.forget_requests()
    execution = stack.run(source, target)
    print(f"requests for 30 new tracks into {kept + 30}: {simulator.requests_count()}")
    assert execution.output["pairs"][0]["added"] == 30
    assert simulator.requests_count() == execution.output["spotify_requests"] == 5
    simulator.forget_requests()
    assert stack.run(source, target).output["spotify_requests"] == 3


def test_a_dry_run_says_what_it_would_add_and_changes_nothing(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    before = simulator.uris(target)
    execution = stack.run(source, target, dry_run=True)
    assert execution.output["outcome"] == "dry_run"
    assert len(stack.report(execution)["pairs"][0]["added_tracks"]) == 30
    assert simulator.uris(target) == before
    assert simulator.requests_count("POST", "/items") == 0
    assert stack.documents("playlists/") == {}


@pytest.mark.engine
def test_the_schedule_runs_the_stacks_own_pair_once_it_has_one(stack: Stack) -> None:
    (arn,) = stack.engine.fire_rule(stack.engine.outputs["ScheduleRuleName"], even_if_disabled=True)
    execution = stack.ended(arn)
    assert (execution.status, execution.error) == ("FAILED", "InvalidInput")
    assert "SourcePlaylist and TargetPlaylist are not set" in str(execution.cause)


def test_what_is_skipped_is_reported_with_its_reason(stack: Stack, simulator: Simulator) -> None:
    one = simulator.track("One")
    gone = simulator.track("Gone")
    source = simulator.create_playlist("Mixed", [one, None, simulator.episode("News"), one, gone])
    target = simulator.create_playlist("Archive")
    simulator.withdraw(gone["uri"])
    execution = stack.run(source, target)
    pair = execution.output["pairs"][0]
    assert (pair["offered"], pair["skipped"], pair["added"], pair["verified"]) == (5, 4, 1, True)
    reasons = [left["reason"] for left in stack.report(execution)["pairs"][0]["left_out"]]
    assert "podcast episode" in reasons
    assert any(reason.startswith("Spotify refuses it: ") for reason in reasons)
    assert simulator.uris(target) == [one["uri"]]


def test_a_failed_pair_does_not_stop_the_others_and_the_run_looks_failed(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    other = simulator.create_playlist("Second", simulator.tracks(3, "Second"))
    pairs = [
        {"source": "37i9dQZEVXcJZyENOWUFo7", "target": target},
        {"source": source, "target": target},
        {"source": other, "target": simulator.create_playlist("Archive two")},
    ]
    execution = stack.ended(stack.start({"pairs": pairs}))
    assert (execution.status, execution.error) == ("FAILED", "PlaylistNotFound")
    assert str(execution.cause).startswith("1 of 3 pairs failed. ReadSource: Spotify finds no playlist 37i9dQ")
    assert "Notify" in execution.states
    report = stack.report(execution)
    assert [pair["outcome"] for pair in report["pairs"]] == ["failed", "added", "added"]
    assert len(simulator.uris(target)) == 35


def test_two_sources_of_one_target_run_one_after_the_other(stack: Stack, simulator: Simulator) -> None:
    shared = simulator.tracks(20, "Shared")
    first = simulator.create_playlist("First", shared)
    second = simulator.create_playlist("Second", [*shared, simulator.track("Only second")])
    target = simulator.create_playlist("Archive")
    pairs = [{"source": first, "target": target}, {"source": second, "target": target}]
    execution = stack.ended(stack.start({"pairs": pairs}))
    assert [pair["added"] for pair in execution.output["pairs"]] == [20, 1]
    assert simulator.uris(target) == simulator.uris(second)


@pytest.mark.engine
def test_a_second_start_while_one_runs_ends_as_busy(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.faults.add(Fault("delay_before", path=f"/playlists/{source}", seconds=1.5))
    given = {"pairs": [{"source": source, "target": target}]}
    first = stack.start(given)
    while not simulator.requests_count("POST", "token"):
        pass
    busy = stack.ended(stack.start(given))
    assert busy.status == "SUCCEEDED"
    assert busy.output == {"outcome": "busy", "pairs": [], "spotify_requests": 0, "reauthorize_by": None}
    assert stack.ended(first).output["outcome"] == "added"


def test_a_long_rate_limit_is_waited_out_by_the_state_machine(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.faults.add(Fault("rate_limited", path="/token", retry_after=40))
    simulator.faults.add(Fault("rate_limited", method="GET", path=source, retry_after=30))
    simulator.faults.add(Fault("quota", method="GET", path=target, retry_after=50))
    simulator.faults.add(Fault("rate_limited", method="POST", path="/items", retry_after=20))
    execution = stack.run(source, target)
    assert execution.output["pairs"][0]["added"] == 30
    waits = [name for name in execution.states if name.startswith("Wait")]
    assert sorted(waits) == ["WaitToAdd", "WaitToReadSource", "WaitToReadTarget", "WaitToRefreshToken"]
    assert execution.output["spotify_requests"] == simulator.requests_count()


@pytest.mark.engine
def test_an_unavailable_spotify_is_retried_and_seen_in_the_history(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.faults.add(Fault("unavailable", method="GET", path=source, count=2))
    execution = stack.run(source, target)
    assert execution.output["outcome"] == "added"
    assert execution.failed_attempts == ["SpotifyUnavailable", "SpotifyUnavailable"]
    assert execution.output["spotify_requests"] == simulator.requests_count()


def test_a_spotify_that_stays_away_fails_the_run_in_words(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.faults.add(Fault("unavailable", method="GET", path="/playlists", count=-1))
    execution = stack.run(source, target)
    assert (execution.status, execution.error) == ("FAILED", "SpotifyUnavailable")
    assert "ReadSource: Spotify answered 503 while reading playlist" in str(execution.cause)
    assert stack.report(execution)["spotify_requests"] == simulator.requests_count()
    assert simulator.requests_count("POST", "/items") == 0


def test_a_token_that_ends_meanwhile_is_renewed(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.faults.add(Fault("unauthorized", method="POST", path="/items"))
    execution = stack.run(source, target)
    assert execution.output["pairs"][0]["added"] == 30
    assert "RefreshTokenToAdd" in execution.states


def test_a_new_token_that_is_rejected_as_well_ends_the_run(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.faults.add(Fault("unauthorized", method="POST", path="/items", count=-1))
    execution = stack.run(source, target)
    assert (execution.status, execution.error) == ("FAILED", "AuthorizationRejected")
    assert simulator.requests_count("POST", "/items") == 1 + RENEWALS
    assert stack.report(execution)["spotify_requests"] == simulator.requests_count()


@pytest.mark.parametrize("kind", ["lost_response", "reset", "malformed", "truncated"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_add_of_unknown_outcome_adds_nothing_twice(stack: Stack, simulator: Simulator, kind: Any, nth: int) -> None:
    source, target = _pair(simulator, offered=230)
    simulator.faults.add(Fault(kind, method="POST", path="/items", nth=nth))
    execution = stack.run(source, target)
    assert execution.output["pairs"][0]["added"] == 230
    assert execution.output["pairs"][0]["verified"]
    assert execution.output["spotify_requests"] == simulator.requests_count()
    assert simulator.uris(target)[5:] == simulator.uris(source)


@pytest.mark.engine
def test_a_refresh_token_that_spotify_replaces_is_kept_and_the_users_own_stays(
    stack: Stack, simulator: Simulator
) -> None:
    source, target = _pair(simulator)
    stored = json.dumps(simulator.credentials)
    simulator.settings.update(rotate_refresh_token=True)
    assert stack.run(source, target).status == "SUCCEEDED"
    assert stack.run(source, target).status == "SUCCEEDED"
    arn = stack.engine.outputs["CredentialsSecretArn"]
    assert stack.engine.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == stored


def test_tracks_that_spotify_never_shows_are_reported_as_not_verified(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator)
    simulator.settings.update(items_lag_seconds=3600)
    execution = stack.run(source, target)
    pair = execution.output["pairs"][0]
    assert (pair["outcome"], pair["added"], pair["verified"]) == ("added", 30, False)
    simulator.settings.update(items_lag_seconds=0)


def test_what_was_added_is_told_by_name(stack: Stack, simulator: Simulator) -> None:
    source, target = _pair(simulator, offered=35)
    message = stack.report(stack.run(source, target))["message"]
    told, week, first = message.splitlines()[:3]
    assert told == "“Discover Weekly copy” → “Archive”: 35 tracks added."
    assert re.fullmatch(r"  20\d\d-W\d\d: kept\.", week)
    link = f"https://open.spotify.com/track/{str(simulator.uris(source)[0]).rpartition(':')[2]}"
    assert first == f"  “New 1 – The Simulated” {link}"
    assert "… and 5 more" in message
    assert "Spotify's authorization lasts until" in message


@pytest.mark.engine
@pytest.mark.parametrize(
    ("notify_on", "told_of_additions", "told_of_failures"),
    [("additions", True, True), ("problems", False, True), ("nothing", False, False)],
)
def test_who_is_told_of_what_is_the_listeners_choice(
    stack: Stack, simulator: Simulator, notify_on: str, told_of_additions: bool, told_of_failures: bool
) -> None:
    source, target = _pair(simulator)
    with stack.environment_of("SummarizeFunction", NOTIFY_ON=notify_on):
        assert ("Notify" in stack.run(source, target).states) == told_of_additions
        assert ("Notify" in stack.run("A" * 22, target).states) == told_of_failures
        assert "Notify" not in stack.run(source, target).states


@pytest.mark.engine
def test_a_summary_that_fails_leaves_its_execution_to_the_rule_for_untold_failures(
    stack: Stack, simulator: Simulator
) -> None:
    source, target = _pair(simulator)
    with stack.environment_of("SummarizeFunction", BUCKET="no-such-bucket"):
        execution = stack.run(source, target)
    assert (execution.status, execution.error) == ("FAILED", "SummarizeFailed")
    assert "NoSuchBucket" in str(execution.cause)
