"""Targets that a run makes itself, by name."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rediscover.simulator import Fault, Simulator
from rediscover.simulator.faults import Kind
from rediscover_archive.spotify.limits import NEARLY_FULL
from rediscover_archive.targets.volumes import target_key
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

NAME = "(re)Discover"


def _source(simulator: Simulator, prefix: str = "New", offered: int = 30) -> str:
    return simulator.create_playlist(f"{prefix} copy", simulator.tracks(offered, prefix))


def _pair(source: str, name: str = NAME) -> dict[str, Any]:
    return {"source": source, "target": {"create": name}}


def _run(stack: Stack, *pairs: dict[str, Any], **given: Any) -> Execution:
    return stack.ended(stack.start({"pairs": list(pairs), **given}))


def _made(simulator: Simulator, name: str = NAME) -> str:
    """The id of the only playlist of that name."""
    (made,) = [playlist.id for playlist in simulator.playlists.values() if playlist.name == name]
    return made


def _remember_as_full(stack: Stack, playlist_id: str) -> None:
    """As if NEARLY_FULL items stood in it."""
    ((where, document),) = stack.documents(f"playlists/{playlist_id}.target").items()
    more = [f"spotify:track:{number:022}" for number in range(NEARLY_FULL - document["total"])]
    document |= {"total": NEARLY_FULL, "items": [*document["items"], *more], "added_at": []}
    stack.keep(where, json.dumps(document).encode())


def test_the_first_run_makes_the_target_and_fills_it(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    execution = _run(stack, _pair(source))
    assert execution.status == "SUCCEEDED", execution.cause
    made = _made(simulator)
    assert simulator.uris(made) == simulator.uris(source)
    pair = execution.output["pairs"][0]
    assert (pair["target"], pair["added"], pair["verified"]) == ({"create": NAME}, 30, True)
    assert execution.output["spotify_requests"] == simulator.requests_count()
    report = stack.report(execution)
    assert (report["pairs"][0]["target_id"], report["pairs"][0]["target_name"]) == (made, NAME)
    assert report["message"].startswith(f"New: “{NAME}”, https://open.spotify.com/playlist/{made}\n")
    assert "choose Make private" in report["message"]


def test_later_runs_find_it_without_a_further_request(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    _run(stack, _pair(source))
    simulator.replace(source, simulator.tracks(30, "Week two"))
    simulator.forget_requests()
    execution = _run(stack, _pair(source))
    assert simulator.requests_count() == execution.output["spotify_requests"] == 5
    assert "New:" not in stack.report(execution)["message"]
    simulator.forget_requests()
    assert _run(stack, _pair(source)).output["spotify_requests"] == 3
    assert len(simulator.uris(_made(simulator))) == 60


def test_another_name_is_another_playlist(stack: Stack, simulator: Simulator) -> None:
    source, year = _source(simulator), datetime.now(UTC).year
    _run(stack, _pair(source, f"Kept {year - 1}"))
    execution = _run(stack, _pair(source, "Kept {year}"))
    assert execution.output["pairs"][0]["added"] == 30
    assert simulator.uris(_made(simulator, f"Kept {year}")) == simulator.uris(source)
    assert simulator.uris(_made(simulator, f"Kept {year - 1}")) == simulator.uris(source)


def test_a_nearly_full_target_is_followed_by_another_that_repeats_nothing(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    _run(stack, _pair(source))
    first = _made(simulator)
    old = simulator.uris(first)
    _remember_as_full(stack, first)
    simulator.add(source, simulator.tracks(3, "Later"))
    dry = _run(stack, _pair(source), dry_run=True)
    assert stack.report(dry)["pairs"][0]["target_name"] == f"{NAME} (2)"
    execution = _run(stack, _pair(source))
    assert execution.output["spotify_requests"] == 7
    assert simulator.uris(_made(simulator, f"{NAME} (2)")) == simulator.uris(source)[30:]
    assert simulator.uris(first) == old
    assert execution.output["pairs"][0]["already_there"] == 30
    assert _run(stack, _pair(source)).output["outcome"] == "nothing_new"


def test_a_target_that_spotify_finds_full_is_followed_by_another_in_the_next_run(
    stack: Stack, simulator: Simulator
) -> None:
    source = _source(simulator, offered=15)
    _run(stack, _pair(source))
    simulator.settings.update(playlist_cap=20)
    simulator.add(source, simulator.tracks(10, "Later"))
    execution = _run(stack, _pair(source))
    assert execution.error == "PlaylistFull"
    assert "10 tracks still to add. The tracks that fitted stay, and the next run makes a new playlist" in str(
        execution.cause
    )
    assert _run(stack, _pair(source)).status == "SUCCEEDED"
    first, second = (simulator.uris(_made(simulator, name)) for name in (NAME, f"{NAME} (2)"))
    assert first + second == simulator.uris(source)


@pytest.mark.parametrize("kind", ["lost_response", "reset", "malformed", "truncated"])
def test_a_target_whose_making_has_no_known_outcome_is_made_once(
    stack: Stack, simulator: Simulator, kind: Kind
) -> None:
    source = _source(simulator)
    simulator.settings.update(listing_lag_seconds=0.5)
    simulator.faults.add(Fault(kind, method="POST", path="/me/playlists"))
    execution = _run(stack, _pair(source))
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(_made(simulator)) == simulator.uris(source)
    assert "WaitToFind" in execution.states
    assert execution.output["spotify_requests"] == simulator.requests_count()
    assert stack.report(execution)["pairs"][0]["made"]


def test_pairs_with_the_same_name_share_one_playlist(stack: Stack, simulator: Simulator) -> None:
    shared = simulator.tracks(5, "Shared")
    first, second = (simulator.create_playlist(name, shared) for name in ("First", "Second"))
    simulator.add(second, simulator.tracks(2, "Only second"))
    execution = _run(stack, _pair(first), _pair(second))
    assert [pair["added"] for pair in execution.output["pairs"]] == [5, 2]
    assert simulator.uris(_made(simulator)) == simulator.uris(second)
    assert stack.report(execution)["message"].count("New: ") == 1
    assert execution.output["spotify_requests"] == simulator.requests_count()


def test_a_pair_that_gives_the_link_of_what_was_made_runs_after_the_one_that_gives_its_name(
    stack: Stack, simulator: Simulator
) -> None:
    source = _source(simulator, offered=5)
    _run(stack, _pair(source))
    made = _made(simulator)
    simulator.add(source, simulator.tracks(5, "Later"))
    copy = simulator.create_playlist("Copy", [str(uri) for uri in simulator.uris(source)])
    execution = _run(stack, _pair(source), {"source": copy, "target": made})
    assert [pair["added"] for pair in execution.output["pairs"]] == [5, 0]
    assert execution.states.count("ArchivePairs") == 1
    assert simulator.uris(made) == simulator.uris(source)


def test_a_dry_run_makes_nothing(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    execution = _run(stack, _pair(source), dry_run=True)
    assert execution.output["outcome"] == "dry_run", execution.cause
    pair = stack.report(execution)["pairs"][0]
    assert (len(pair["added_tracks"]), pair["target_name"], pair["target_id"]) == (30, NAME, "")
    assert simulator.playlists.keys() == {source}
    assert simulator.requests_count("POST", "/v1/") == 0
    assert stack.documents("targets/") == {}


def test_a_target_that_is_gone_says_how_to_have_a_new_one(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    _run(stack, _pair(source))
    del simulator.playlists[_made(simulator)]
    execution = _run(stack, _pair(source))
    assert execution.error == "PlaylistNotFound"
    assert f"give the target another name, or remove {target_key(NAME)} from the stack's bucket" in str(execution.cause)
    stack.keep(target_key(NAME), None)
    simulator.create_playlist("Another one, since the simulator's ids go by their number")
    assert _run(stack, _pair(source)).status == "SUCCEEDED"
    assert simulator.uris(_made(simulator)) == simulator.uris(source)


def test_a_target_is_not_filled_from_itself(stack: Stack, simulator: Simulator) -> None:
    _run(stack, _pair(_source(simulator)))
    execution = _run(stack, _pair(_made(simulator)))
    assert execution.error == "InvalidInput"
    assert "source and target are the same playlist" in str(execution.cause)


def test_the_stack_may_have_a_target_to_make(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    with stack.environment_of("PrepareFunction", SOURCE_PLAYLIST=source, CREATE_TARGET="Kept"):
        execution = stack.ended(stack.start({}))
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(_made(simulator, "Kept")) == simulator.uris(source)


def test_a_missing_scope_is_told(stack: Stack, simulator: Simulator) -> None:
    source = _source(simulator)
    stack.store_credentials(json.dumps(simulator.authorize(scopes=["playlist-read-private"])))
    execution = _run(stack, _pair(source))
    assert execution.error == "MissingScope"
    assert "does not cover a new playlist (“" in str(execution.cause)
    assert stack.report(execution)["spotify_requests"] == simulator.requests_count()


@pytest.mark.parametrize("body", [None, b"", b'{"name": "', b"[]", b"\xff\x00"])
def test_a_target_whose_document_is_lost_is_found_again_and_that_is_told(
    stack: Stack, simulator: Simulator, body: bytes | None
) -> None:
    source = _source(simulator)
    _run(stack, _pair(source))
    made = _made(simulator)
    stack.keep(target_key(NAME), body)
    simulator.add(source, simulator.tracks(5, "Later"))
    execution = _run(stack, _pair(source))
    assert execution.status == "SUCCEEDED", execution.cause
    assert simulator.uris(made) == simulator.uris(source)
    assert simulator.playlists.keys() == {source, made}
    pair = stack.report(execution)["pairs"][0]
    assert pair["warnings"] == [
        f"What was remembered of the target “{NAME}” was lost. An earlier run made a playlist of that name, and this "
        f"one goes on in it: https://open.spotify.com/playlist/{made}"
    ]
    assert "was lost" in stack.report(execution)["message"]
