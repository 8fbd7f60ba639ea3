"""What each right of the template's roles is for, as something that is done and fails without it."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from rediscover.simulator import Fault
from tests.integration.by_hand import Failed, RunByHand, State, World
from tests.support.consent import redirect_of, sent_back


def three_runs(world: World) -> None:
    """A first run, a later one, and a dry one; each has what the others remembered."""
    source = world.source()
    for given in ({}, {}, {"dry_run": True}):
        world.simulator.add(source, world.simulator.tracks(2, f"More {uuid4()}"))
        assert not RunByHand(world).archive(source, **given)["failed"]


def pasted_links(world: World) -> None:
    """Links in place of a playlist."""
    links = [track["uri"] for track in world.simulator.tracks(3, f"Pasted {uuid4()}")]
    assert not RunByHand(world).archive({"tracks": links})["failed"]


def a_cleared_source(world: World) -> None:
    """What was added leaves the source."""
    source = world.source()
    assert not RunByHand(world).archive(source, clear_source=True)["failed"]
    assert world.simulator.uris(source) == []


def a_restored_archive(world: World) -> None:
    """What was kept is offered again."""
    assert not RunByHand(world).archive(world.source())["failed"]
    (key,) = world.documents("archives/tracks/")
    archive = key.rpartition("/")[2].removesuffix(".json")
    assert not RunByHand(world).archive(f"archive:{archive}")["failed"]


def an_interrupted_reading(world: World) -> None:
    """What was read before Spotify failed is used by the next attempt, and removed."""
    source = world.source(250)
    run = RunByHand(world)
    given = run.call("Prepare", {"pairs": [{"source": source, "target": world.source(1)}]})
    state = run.call("RefreshToken", given)
    one = {"pair": state["targets"][0]["pairs"][0], "run": state["run"], "spotify_requests": 0, "again": False}
    world.simulator.faults.add(Fault("unavailable", path=f"/playlists/{source}/items", nth=3, count=-1))
    with pytest.raises(Failed, match=r"^SpotifyUnavailable: "):
        run.call("ReadSource", one)
    assert len(world.documents(f"plans/{run.name}/0.source.0.unfinished")) == 1
    world.simulator.faults.clear()
    run.call("ReadSource", one)
    assert not world.documents(f"plans/{run.name}/0.source.0.unfinished")


def a_lost_attempt(state: str, path: str) -> Callable[[World], None]:
    """The requests of an attempt that fails in `state` are noted, or the summary would not count them."""

    def scenario(world: World) -> None:
        fault = Fault("unavailable", path=path, count=-1)
        run = RunByHand(world, before={state: lambda: world.simulator.faults.add(fault)})
        with pytest.raises(Failed, match=r"^SpotifyUnavailable: "):
            run.archive(world.source())
        assert [one["state"] for one in world.documents(f"plans/{run.name}/failed/").values()] == [state]

    return scenario


def a_full_target(world: World) -> None:
    """That the made playlist is full is noted for the next run."""
    world.simulator.settings.update(playlist_cap=2)
    with pytest.raises(Failed, match=r"^PlaylistFull: "):
        RunByHand(world).archive(world.source())


def missing_documents(state: str, prefix: str, **given: Any) -> Callable[[World], None]:
    """Documents that somebody removed before `state` are said to be missing, and not that they may not be read."""

    def scenario(world: World) -> None:
        run = RunByHand(world, before={state: lambda: world.remove(prefix)})
        with pytest.raises(Failed, match=r"^DocumentMissing: "):
            run.archive(world.source(), **given)

    return scenario


def two_reminders(world: World) -> None:
    """One day before the first run, and one with a week to go."""
    assert world.invoke("RemindFunction", {}) == {
        "reminded": False,
        "reauthorize_by": None,
        "days_since_success": 0,
    }
    now = datetime.now(UTC)
    seen = (now + timedelta(minutes=1)).isoformat()
    latest = {"reauthorize_by": f"{now + timedelta(days=7):%Y-%m-%d}", "authorization_seen_at": seen}
    bucket = world.engine.outputs["BucketName"]
    world.engine.client("s3").put_object(Bucket=bucket, Key="latest/run.json", Body=json.dumps(latest))
    assert world.invoke("RemindFunction", {})["reminded"]


HOST = "renew.example"


def _asked(world: World, path: str, query: str = "", cookies: Sequence[str] = ()) -> State:
    """What the function URL answers."""
    http = {"method": "GET", "path": path}
    event = {"rawQueryString": query, "cookies": cookies, "requestContext": {"domainName": HOST, "http": http}}
    answer: State = world.invoke("RenewFunction", event)
    return answer


def _cookie(answer: State) -> str:
    cookie: str = answer["cookies"][0]
    return cookie.partition(";")[0]


def a_renewal(world: World) -> None:
    """The link of the reminder, and the answer of Spotify's page."""
    world.simulator.register(f"https://{HOST}/callback")
    started = _asked(world, "/")
    assert started["statusCode"] == 302, started["body"]
    back = redirect_of(started["headers"]["Location"], "agree")
    answered = _asked(world, "/callback", back.partition("?")[2], [_cookie(started)])
    assert answered["statusCode"] == 200, answered["body"]


def a_visit(world: World) -> None:
    """A run makes the archive's page, and the listener looks at it."""
    an_execution(world)
    world.simulator.register(f"https://{HOST}/callback")
    started = _asked(world, "/page")
    assert started["statusCode"] == 302, started["body"]
    back = sent_back(started["headers"]["Location"])
    entered = _asked(world, "/callback", back.partition("?")[2], [_cookie(started)])
    assert entered["statusCode"] == 302, entered["body"]
    shown = _asked(world, "/page", cookies=[_cookie(entered)])
    assert shown["statusCode"] == 200, shown["body"]


def an_execution(world: World) -> None:
    """A run by the state machine, with a target to make and a source to clear."""
    pair = {"source": world.source(), "target": {"create": "Kept"}, "clear_source": True}
    execution = world.ended(world.start({"pairs": [pair]}))
    assert execution.status == "SUCCEEDED", execution.cause


def a_told_execution(world: World) -> None:
    """A run that adds something is told."""
    an_execution(world)
    assert world.told() == ["(re)Discover Weekly: 3 tracks added"]


def a_list(world: World) -> None:
    """A list of one pair."""
    execution = world.run_list([{"source": world.source(), "target": world.source(1)}])
    assert execution.status == "SUCCEEDED", execution.cause


def a_missing_list(world: World) -> None:
    """That there is no list is told, and said as it is."""
    execution = world.ended(world.start_list())
    assert "NoSuchKey" in str(execution.cause), execution.cause
    assert world.told() == ["(re)Discover Weekly: the list of pairs failed"]


def by_rule(name: str) -> Callable[[World], None]:
    """The rule of this name starts what it is for."""

    def scenario(world: World) -> None:
        world.put_list([])
        for arn in world.engine.fire_rule(name, even_if_disabled=True):
            world.ended(arn)

    return scenario


SCENARIOS: dict[str, dict[str, Callable[[World], None]]] = {
    "PrepareFunctionRole": {
        "ClaimTheRun": three_runs,
        "KeepWhatWasPasted": pasted_links,
        "SeeWhichPlaylistWasMadeForAName": three_runs,
        "SeeThatADocumentIsMissing": three_runs,
        "SeeWhetherAClaimStillHolds": three_runs,
    },
    "RefreshTokenFunctionRole": {
        "ReadTheCredentials": three_runs,
        "KeepTheAccessToken": three_runs,
        "NoteFailedAttempts": a_lost_attempt("RefreshToken", "/token"),
    },
    "FindTargetFunctionRole": {
        "ReadTheAccessToken": three_runs,
        "RememberWhatWasMade": three_runs,
        "SeeHowFullItIs": three_runs,
        "NoteFailedAttempts": a_lost_attempt("FindTarget", "/me/playlists"),
        "SeeThatADocumentIsMissing": three_runs,
    },
    "ReadPlaylistFunctionRole": {
        "ReadTheAccessToken": three_runs,
        "RememberPlaylists": three_runs,
        "RestoreArchives": a_restored_archive,
        "RemoveUnfinishedReadings": an_interrupted_reading,
        "SeeThatADocumentIsMissing": three_runs,
    },
    "SelectTracksFunctionRole": {
        "ReadPlaylists": three_runs,
        "WriteThePlan": three_runs,
        "SeeThatADocumentIsMissing": missing_documents("SelectNewTracks", "playlists/"),
    },
    "AddTracksFunctionRole": {
        "ReadTheAccessToken": three_runs,
        "CheckTheClaim": three_runs,
        "FollowThePlan": three_runs,
        "RememberWhatWasSent": three_runs,
        "NoteThatATargetIsFull": a_full_target,
        "SeeThatADocumentIsMissing": three_runs,
    },
    "VerifyTargetFunctionRole": {
        "ReadTheAccessToken": three_runs,
        "FollowThePlan": pasted_links,
        "RememberTheTarget": three_runs,
        "SeeThatADocumentIsMissing": missing_documents("VerifyTarget", "plans/"),
    },
    "ClearSourceFunctionRole": {
        "ReadTheAccessToken": a_cleared_source,
        "CheckTheClaim": a_cleared_source,
        "FollowThePlan": a_cleared_source,
        "RememberWhatIsLeft": a_cleared_source,
        "SeeThatADocumentIsMissing": missing_documents("ClearSource", "playlists/", clear_source=True),
    },
    "SummarizeFunctionRole": {
        "ReadThePlans": three_runs,
        "WriteTheReport": three_runs,
        "KeepTheLedger": three_runs,
        "SeeWhatIsRemembered": three_runs,
        "SeeThatADocumentIsMissing": three_runs,
    },
    "RemindFunctionRole": {
        "ReadWhatTheLatestRunWrote": two_reminders,
        "SeeThatADocumentIsMissing": two_reminders,
        "SeeWhenTheCredentialsChanged": two_reminders,
        "Tell": two_reminders,
    },
    "RenewFunctionRole": {
        "ReplaceTheCredentials": a_renewal,
        "CountRequestsAndAnswers": a_renewal,
        "ReadThePage": a_visit,
    },
    "StateMachineRole": {"RunTheStates": an_execution, "Tell": a_told_execution},
    "StateMachineWeeklyRole": {"StartExecution": by_rule("rediscover-weekly")},
    "ManyPairsStateMachineRole": {
        "ReadTheList": a_list,
        "SeeThatTheListIsMissing": a_missing_list,
        "WriteTheResults": a_list,
        "CountBatches": a_list,
        "StartRuns": a_list,
        "FollowRuns": a_list,
        "Tell": a_missing_list,
    },
    "ManyPairsStateMachineWeeklyRole": {"StartExecution": by_rule("rediscover-many-pairs")},
}
"""What each statement is for, by role and Sid."""
