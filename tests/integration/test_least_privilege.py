"""Every role of the template may do what it needs to, and nothing else: tried with IAM enforced."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rediscover.engine import Engine
from rediscover.engine.access.policies import statements
from rediscover.engine.eventbridge import RuleNotFired
from rediscover.simulator import Simulator
from rediscover_archive.authorization.secret import ROTATED
from tests.conftest import WAIT_SCALE
from tests.integration.by_hand import Failed, World
from tests.integration.scenarios import SCENARIOS, an_execution
from tests.support.rights import (
    BEYOND_THE_ENGINE,
    EVERYTHING,
    RESOURCE_POLICIES,
    Right,
    managed_policies,
    resources,
    rights,
    roles,
)

TRIED = [right for right in rights() if not right.beyond_the_engine]
WITH_A_SCENARIO = [right for right in TRIED if right.sid in SCENARIOS.get(right.role, {})]
FUNCTION_ROLES = [name for name in roles() if name.endswith("FunctionRole")]
WRITERS = {
    "claims/run.json": "Prepare",
    "plans/run/0.json": "ReadPlaylist SelectTracks AddTracks VerifyTarget ClearSource",
    "plans/run/pasted/0.a.json": "Prepare ReadPlaylist SelectTracks AddTracks VerifyTarget ClearSource",
    "plans/run/failed/attempt.json": (
        "ReadPlaylist SelectTracks AddTracks RefreshToken FindTarget VerifyTarget ClearSource"
    ),
    "playlists/a.target.json": "ReadPlaylist AddTracks VerifyTarget ClearSource",
    "targets/a.json": "FindTarget AddTracks",
    "runs/run.json": "Summarize",
    "archives/weeks/a.json": "Summarize",
    "archives/tracks/a.json": "Summarize",
    "archives/page.json": "Summarize",
    "latest/run.json": "Summarize",
    "renewals/requests/hour.json": "Renew",
    "results/a.json": "",
    "pairs/all.json": "",
}
"""The functions that may write a document."""


@pytest.fixture(scope="module")
def shared_world(shared_simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home: Path = tmp_path_factory.mktemp("home")
    parameters = {
        **shared_simulator.parameters,
        "SettleSeconds": "0",
        **EVERYTHING,
    }
    with Engine(home, parameters, wait_scale=WAIT_SCALE) as engine:
        world = World(engine, home, shared_simulator)
        world.subscribe()
        yield world


@pytest.fixture
def world(shared_world: World, simulator: Simulator) -> World:
    """A stack with every role, in which nothing has happened yet."""
    shared_world.renew(simulator)
    shared_world.told()
    shared_world.engine.denials.clear()
    return shared_world


def test_the_whole_workflow_succeeds_under_the_templates_own_roles(world: World) -> None:
    an_execution(world)
    assert world.engine.denials == []


def test_what_the_rights_are_for_succeeds_with_them_and_without_those_that_the_engine_cannot_try(
    world: World, simulator: Simulator
) -> None:
    """Each once, also where it is what rights of several roles are for."""
    scenarios = dict.fromkeys(one for of_role in SCENARIOS.values() for one in of_role.values())
    with world.without([right for right in rights() if right.beyond_the_engine]):
        for scenario in scenarios:
            simulator.reset()
            world.renew(simulator)
            world.told()
            scenario(world)
            assert world.engine.denials == [], scenario


@pytest.mark.parametrize("right", WITH_A_SCENARIO, ids=str)
def test_without_any_one_right_what_it_is_for_fails_visibly(world: World, right: Right) -> None:
    scenario = SCENARIOS[right.role][right.sid]
    role = world.engine.resources[right.role]
    statement = statements(json.dumps(world.policy(right)))[right.statement]
    with world.without([right]), pytest.raises((Failed, RuleNotFired, AssertionError)):
        scenario(world)
    denied = [one for one in world.engine.denials if one.role == role and one.action == right.action]
    assert denied
    assert all(statement.is_about(one.action, one.resource) for one in denied)


def test_every_statement_has_something_that_it_is_for_and_nothing_else_has() -> None:
    named = {(role, sid) for role, scenarios in SCENARIOS.items() for sid in scenarios}
    assert {(right.role, right.sid) for right in TRIED} == named, (
        "Say in SCENARIOS of tests/integration/scenarios.py what each right is for, as something that fails without it."
    )


def test_what_the_engine_cannot_try_is_in_the_template_and_is_listed_with_a_reason() -> None:
    listed = {right.beyond_the_engine for right in rights()} - {None}
    by_resource = {name for name, one in resources().items() if one["Type"] in RESOURCE_POLICIES}
    assert listed | managed_policies() | by_resource == BEYOND_THE_ENGINE.keys()
    print(f"rights: {len(list(rights()))}, of which the engine tries {len(TRIED)}")


def _refused(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except ClientError as error:
        told = error.response["Error"]
        assert told["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError"), told
        assert "is not authorized to perform" in told["Message"]
        return True
    return False


def _refused_of(world: World, service: str, attempt: Callable[[Any], Any]) -> set[str]:
    """Let every role try; those that were refused."""
    clients = {role: world.engine.client(service, world.engine.resources[role]) for role in roles()}
    refused = {role for role, client in clients.items() if _refused(partial(attempt, client))}
    assert len(world.engine.denials) == len(refused)
    return refused


def _all_but(*functions: str) -> set[str]:
    return roles().keys() - {f"{name}FunctionRole" for name in functions}


def test_nobody_else_reads_what_the_user_stored(world: World) -> None:
    secret = world.engine.outputs["CredentialsSecretArn"]
    refused = _refused_of(world, "secretsmanager", lambda client: client.get_secret_value(SecretId=secret))
    assert refused == _all_but("RefreshToken", "Renew")


def test_nobody_else_replaces_what_the_user_stored(world: World) -> None:
    secret = world.engine.outputs["CredentialsSecretArn"]
    refused = _refused_of(
        world, "secretsmanager", lambda client: client.put_secret_value(SecretId=secret, SecretString="{}")
    )
    assert refused == _all_but("Renew")


@pytest.mark.parametrize("asked", [{"VersionStage": ROTATED}, {"VersionId": "its"}, {}], ids=["label", "id", "neither"])
def test_only_refresh_token_reads_a_refresh_token_that_spotify_gave_in_place_of_the_stored_one(
    world: World, asked: dict[str, str]
) -> None:
    """Others have to name the label of the access token's version."""
    secret = world.engine.outputs["AccessTokenSecretArn"]
    owner = world.engine.client("secretsmanager")
    put = owner.put_secret_value(SecretId=secret, SecretString='{"refresh_token": "x"}', VersionStages=[ROTATED])
    given = {"VersionId": put["VersionId"]} if "VersionId" in asked else asked
    refused = _refused_of(world, "secretsmanager", lambda client: client.get_secret_value(SecretId=secret, **given))
    assert refused == _all_but("RefreshToken")


@pytest.mark.parametrize("key", WRITERS)
def test_nobody_writes_another_functions_documents(world: World, key: str) -> None:
    bucket = world.engine.outputs["BucketName"]
    refused = _refused_of(world, "s3", lambda client: client.put_object(Bucket=bucket, Key=key, Body=b"{}"))
    machine = {"ManyPairsStateMachineRole"} if key.startswith("results/") else set()
    assert refused == _all_but(*WRITERS[key].split()) - machine, "Say in WRITERS which functions may write it."


def test_only_what_tells_the_listener_publishes_and_to_nowhere_else(world: World) -> None:
    topic = world.engine.outputs["TopicArn"]
    refused = _refused_of(world, "sns", lambda client: client.publish(TopicArn=topic, Message="m"))
    assert refused == _all_but("Remind") - {"StateMachineRole", "ManyPairsStateMachineRole"}
    world.engine.denials.clear()
    elsewhere = world.engine.client("sns").create_topic(Name="elsewhere")["TopicArn"]
    assert _refused_of(world, "sns", lambda client: client.publish(TopicArn=elsewhere, Message="m")) == roles().keys()


def test_no_function_starts_an_execution(world: World) -> None:
    machines = [world.engine.outputs[name] for name in ("StateMachineArn", "ManyPairsStateMachineArn")]
    for role, machine in product(FUNCTION_ROLES, machines):
        client = world.engine.client("stepfunctions", world.engine.resources[role])
        assert _refused(partial(client.start_execution, stateMachineArn=machine, input="{}"))
    assert len(world.engine.denials) == 2 * len(FUNCTION_ROLES)


def test_no_function_invokes_a_function(world: World) -> None:
    for role, function in product(FUNCTION_ROLES, FUNCTION_ROLES):
        client = world.engine.client("lambda", world.engine.resources[role])
        name = world.engine.resources[function.removesuffix("Role")]
        assert _refused(partial(client.invoke, FunctionName=name, Payload=b"{}"))
    assert len(world.engine.denials) == len(FUNCTION_ROLES) ** 2


def test_the_state_machine_invokes_its_own_functions_only(world: World) -> None:
    client = world.engine.client("lambda", world.engine.resources["StateMachineRole"])
    for function in ("RemindFunction", "RenewFunction"):
        assert _refused(partial(client.invoke, FunctionName=world.engine.resources[function], Payload=b"{}"))
    assert [one.action for one in world.engine.denials] == ["lambda:InvokeFunction"] * 2
