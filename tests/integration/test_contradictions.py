"""What Spotify refuses for good ends in words, and what it takes back a moment later is not given up."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rediscover.engine import Engine
from rediscover.simulator import Fault, Simulator
from tests.simulation.quick import QuickStack
from tests.support.stack import Execution, Stack

pytestmark = pytest.mark.quick

A_DOZEN = 12
PREMIUM = {"error": {"status": 403, "message": "Active premium subscription required for the owner of the app."}}
NOT_FOUND = {"error": {"status": 404, "message": "Not found."}}
NOT_OURS = {"error": {"status": 403, "message": "Forbidden"}}


@pytest.fixture(scope="module")
def stack_without_waits(shared_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    home = tmp_path_factory.mktemp("impatient")
    with Engine(home, {**shared_simulator.parameters, "SettleSeconds": "0"}, wait_scale=0) as engine:
        yield Stack(engine, home)


@pytest.fixture
def impatient(request: pytest.FixtureRequest, quick: QuickStack | None) -> Any:
    """A stack in which no time goes by in a Wait."""
    return quick or request.getfixturevalue("stack_without_waits")


@pytest.fixture
def pair(impatient: Stack, simulator: Simulator) -> tuple[str, str]:
    """Thirty pages to read, and three tracks to add."""
    impatient.renew(simulator)
    source = simulator.create_playlist("Inbox", simulator.tracks(1_500) + simulator.tracks(3, "New"))
    return source, simulator.create_playlist("Archive", simulator.tracks(1_500))


def waits(execution: Execution) -> list[int]:
    """The seconds of the waits of one state, in order: ReadSource's."""
    entered = [one["stateEnteredEventDetails"] for one in execution.history if "stateEnteredEventDetails" in one]
    return [_seconds(one["input"]) for one in entered if one["name"] == "WaitToReadSource"]


def _seconds(state: str) -> int:
    return int(json.loads(state)["wait_seconds"])


@pytest.mark.parametrize(
    ("fault", "at_least"),
    [
        ({"kind": "rate_limited", "retry_after": 0}, [1, 20, 120, 720, 4_320]),
        ({"kind": "rate_limited", "retry_after": 1}, [1, 20, 120, 720, 4_320]),
        ({"kind": "rate_limited"}, [15, 20, 120, 720, 4_320]),
        ({"kind": "rate_limited", "retry_after": 900}, [900, 900, 900, 900, 4_320]),
        ({"kind": "quota"}, [3_600, 3_600, 14_400, 43_200]),
        ({"kind": "quota", "retry_after": 0}, [1, 3_600, 14_400, 43_200]),
    ],
    ids=str,
)
def test_a_limit_that_is_never_lifted_is_waited_for_longer_each_time_and_then_told(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str], fault: dict[str, Any], at_least: list[int]
) -> None:
    refusing = simulator.faults.add(Fault(path="/v1/playlists/", count=-1, **fault))
    execution = impatient.run(*pair)
    assert (execution.status, execution.error) == ("FAILED", "LimitNotLifted")
    assert f"refused {len(at_least) + 1} times in a row" in str(execution.cause)
    assert refusing.struck <= A_DOZEN
    waited = waits(execution)
    assert len(waited) == len(at_least)
    assert all(seconds >= least for seconds, least in zip(waited, at_least, strict=True))
    assert sum(waited) < 172_800, "the execution itself ends after two days"


def test_a_limit_of_the_accounts_service_that_is_never_lifted_is_told_too(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str]
) -> None:
    refusing = simulator.faults.add(Fault("rate_limited", path="/api/token", count=-1, retry_after=0))
    execution = impatient.run(*pair)
    assert (execution.status, execution.error) == ("FAILED", "LimitNotLifted")
    assert refusing.struck <= A_DOZEN


def test_while_pages_are_read_a_limit_is_tried_by_one_request_at_a_time(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str]
) -> None:
    refusing = simulator.faults.add(Fault("rate_limited", path=f"{pair[0]}/items", count=-1, retry_after=0))
    execution = impatient.run(*pair)
    assert execution.error == "LimitNotLifted"
    assert refusing.struck <= A_DOZEN


def test_limits_that_are_lifted_in_between_end_nothing(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str]
) -> None:
    for nth in range(2, 40, 5):
        simulator.faults.add(Fault("rate_limited", path="/items", nth=nth, retry_after=1))
    execution = impatient.run(*pair)
    assert execution.status == "SUCCEEDED", execution.cause
    assert execution.output["pairs"][0]["added"] == 3


@pytest.mark.parametrize("places", [(3,), (3, 20), (3, 9, 15, 21), (3, 4)])
def test_tokens_that_are_rejected_between_good_answers_are_renewed(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str], places: tuple[int, ...]
) -> None:
    for place in places:
        simulator.faults.add(Fault("unauthorized", path=f"{pair[0]}/items", nth=place))
    execution = impatient.run(*pair)
    assert execution.status == "SUCCEEDED", execution.cause
    assert execution.output["pairs"][0]["added"] == 3


@pytest.mark.parametrize("place", ["", "/items"])
def test_tokens_that_are_rejected_for_good_are_told(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str], place: str
) -> None:
    rejecting = simulator.faults.add(Fault("unauthorized", path=f"{pair[0]}{place}$", count=-1))
    execution = impatient.run(*pair)
    assert (execution.status, execution.error) == ("FAILED", "AuthorizationRejected")
    assert rejecting.struck <= 2 * A_DOZEN


@pytest.mark.parametrize("times", [1, 4])
def test_a_playlist_that_was_made_a_moment_ago_is_looked_for_again(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str], times: int
) -> None:
    others = rf"/v1/playlists/(?!{pair[0]})"
    simulator.faults.add(Fault("status", "GET", others, status=404, count=times, body=NOT_FOUND))
    before = set(simulator.playlists)
    given = {"pairs": [{"source": pair[0], "target": {"create": "Made"}}], "max_new": 2_000}
    execution = impatient.ended(impatient.start(given))
    assert execution.status == "SUCCEEDED", execution.cause
    assert len(set(simulator.playlists) - before) == 1


@pytest.mark.parametrize(
    ("method", "path", "nth", "body"),
    [
        ("GET", "{target}$", 1, PREMIUM),
        ("GET", "{source}$", 1, PREMIUM),
        ("GET", "{source}/items", 7, NOT_FOUND),
        ("GET", "{target}/items", 2, NOT_FOUND),
        ("GET", "{target}/items", 31, NOT_FOUND),
        ("GET", "{target}/items", 3, NOT_OURS),
        ("POST", "{target}/items", 1, PREMIUM),
        ("POST", "{target}/items", 1, NOT_FOUND),
    ],
)
def test_what_was_just_shown_to_work_is_not_given_up_at_the_first_contradiction(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str], method: str, path: str, nth: int, body: Any
) -> None:
    source, target = pair
    fault = Fault(
        "status",
        method,
        path.format(source=source, target=target),
        nth=nth,
        status=body["error"]["status"],
        body=body,
    )
    simulator.faults.add(fault)
    execution = impatient.run(source, target)
    assert fault.struck == 1
    assert execution.status == "SUCCEEDED", execution.cause
    assert execution.output["pairs"][0]["added"] == 3
    assert len(set(simulator.uris(target))) == len(simulator.uris(target)) == 1_503


@pytest.mark.parametrize(
    ("path", "body", "error", "requests"),
    [
        ("{source}$", NOT_FOUND, "PlaylistNotFound", 1),
        ("{target}$", NOT_FOUND, "PlaylistNotFound", 1),
        ("{source}$", NOT_OURS, "PlaylistNotReadable", 1),
        ("{source}$", PREMIUM, "PremiumRequired", 2),
        ("{target}/items", NOT_FOUND, "PlaylistNotFound", 6),
    ],
)
def test_what_stays_refused_is_told_for_what_it_is(
    impatient: Stack, simulator: Simulator, pair: tuple[str, str], path: str, body: Any, error: str, requests: int
) -> None:
    where = path.format(source=pair[0], target=pair[1])
    fault = Fault("status", "GET", where, count=-1, status=body["error"]["status"], body=body)
    simulator.faults.add(fault)
    execution = impatient.run(*pair)
    assert (execution.status, execution.error) == ("FAILED", error)
    assert requests <= fault.struck <= A_DOZEN
