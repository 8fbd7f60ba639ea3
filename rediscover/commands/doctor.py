"""`rediscover doctor`: whether everything is as a run needs it, and what to do where it is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from rich.console import Console

from rediscover.commands.arguments.input_check import check_input
from rediscover.commands.checks.findings import Finding, bad, good
from rediscover.commands.checks.samconfig import check_samconfig
from rediscover.commands.checks.spotify import Question, Wanted, check_spotify
from rediscover.commands.pairs.kept import KeptPairs
from rediscover.errors import EXPLAINED, FileDamaged
from rediscover.places.home import ACCOUNT, Home
from rediscover_archive.authorization.consent import today
from rediscover_archive.authorization.credentials import Credentials, Vault
from rediscover_archive.authorization.secret import CURRENT, ROTATED
from rediscover_archive.inbox.pasted import is_pasted
from rediscover_archive.runs.state import Pair


@dataclass(frozen=True)
class DoctorArguments:
    """What is asked for on the command line. `stack` is None to check this machine."""

    source: str | list[str] | None
    target: str | None
    stack: str | None


def doctor(arguments: DoctorArguments, environment: Mapping[str, str], out: Console) -> int:
    """Print a line for every check; 0 only if none failed. Raises UserError where this machine's home is unusable.

    Changes nothing, but for a refresh token that Spotify replaces: that is kept where the machine keeps it.
    """
    if arguments.stack:
        return _print(_on_aws(arguments, arguments.stack, environment), out)
    home = Home.of(environment)
    wanted, damaged = _wanted(arguments, home)
    from_environment = all(environment.get(variable) for variable in ACCOUNT)
    question = Question(
        credentials=lambda: home.account(environment),
        origin="the environment" if from_environment else str(home.credentials),
        vault=home.vault,
        authorize="rediscover authorize",
        wanted=wanted,
        today=today(),
    )
    with home.locked():  # a run beside this one would lose a replaced refresh token
        return _print(chain(check_spotify(question, environment), damaged), out)


def _wanted(arguments: DoctorArguments, home: Home) -> tuple[list[Wanted], list[Finding]]:
    """What is asked for, else what the home remembers, and what is to be said of that."""
    given = [Wanted(arguments.source, arguments.target)]
    if arguments.source or arguments.target:
        return given, []
    try:
        kept = KeptPairs(home).read()
    except FileDamaged as error:
        return given, [bad("Pairs", error)]
    return [*map(_of_pair, check_input(kept, on_stack=False, from_flags=False))] if kept["pairs"] else given, []


def _of_pair(pair: Pair) -> Wanted:
    sources = [source for source in pair["source_ids"] if not is_pasted(source)]  # which takes no request
    return Wanted(sources or None, pair.get("target_id"), pair.get("create", ""))


def _on_aws(arguments: DoctorArguments, name: str, environment: Mapping[str, str]) -> Iterator[Finding]:
    from rediscover.commands.checks.stack import check_stack
    from rediscover.places.aws import StackSecret, session, stack_outputs, stack_parameters

    try:
        aws = session()
        outputs = stack_outputs(aws, name)
        parameters = stack_parameters(aws, name)
    except EXPLAINED as error:
        yield bad("Stack", error)
        return
    yield good("Stack", f"{name} is deployed in {aws.region_name}.")
    credentials = StackSecret(aws, outputs["CredentialsSecretArn"])
    question = Question(
        credentials=lambda: Credentials.read(credentials),
        origin=credentials.where,
        vault=Vault(*(StackSecret(aws, outputs["AccessTokenSecretArn"], stage) for stage in (CURRENT, ROTATED))),
        authorize=f"rediscover authorize --aws --stack {name}",
        wanted=[
            Wanted(
                arguments.source or parameters.get("SourcePlaylist") or None,
                arguments.target or parameters.get("TargetPlaylist") or None,
            )
        ],
        today=today(),
    )
    yield from check_spotify(question, environment)
    yield from check_stack(aws, outputs)
    yield from check_samconfig(Path.cwd(), name, parameters)


def _print(findings: Iterator[Finding], out: Console) -> int:
    failed = False
    for finding in findings:
        finding.show(out)
        failed = failed or finding.ok is False
    return 1 if failed else 0
