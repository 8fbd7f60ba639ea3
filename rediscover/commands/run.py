"""`rediscover run`: one execution of the state machine, on the embedded engine or on AWS."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from rediscover.commands.input_check import check_input, check_scopes
from rediscover.commands.results import lines, warnings, without_report
from rediscover.errors import EXPLAINED, Busy
from rediscover.executions.finished import Ended, new_name
from rediscover.executions.view import Shown
from rediscover.machine.terminal import say
from rediscover.places.home import TOKEN_SECRET, Home
from rediscover.places.stack import AwsStack
from rediscover.words import clean, reason
from rediscover_archive.runs import claim
from rediscover_archive.runs.state import BUSY
from rediscover_archive.settings import accounts_url, api_url
from rediscover_archive.text import cause_in_words

ADDRESSES = {
    "SPOTIFY_API_URL": ("SpotifyApiUrl", api_url),
    "SPOTIFY_ACCOUNTS_URL": ("SpotifyAccountsUrl", accounts_url),
}


@dataclass(frozen=True)
class RunArguments:
    """What is asked for on the command line; `stack` is the one to run on, None the embedded engine.

    `input` is the execution's, and `from_flags` whether they made it. Only a stack has a pair of its own. `quiet` is to
    print nothing of a run that succeeds, but its warnings.
    """

    input: dict[str, Any]
    as_json: bool = False
    stack: str | None = None
    from_flags: bool = False
    quiet: bool = False

    def shown_on(self, err: Console) -> Shown:
        """How much of the running execution is shown. A log, or a mail by cron, is to begin with the result."""
        if self.quiet:
            return "nothing"
        return "states" if err.is_terminal else "waits"


def run(arguments: RunArguments, environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Run once and print the result; the exit code: 0 only when the run succeeded.

    Raises one of EXPLAINED when no execution was started, after printing the result for `--json`.
    """
    try:
        pairs = check_input(arguments.input, on_stack=arguments.stack is not None, from_flags=arguments.from_flags)
        if arguments.stack:
            ended = _execute_on_aws(arguments, arguments.stack, err)
        else:
            home = Home.of(environment)
            account = home.account(environment)
            check_scopes(pairs, account)
            try:
                with home.locked():
                    ended = _execute(arguments, home, account.stored, environment, err)
            except Busy:
                return _busy(arguments, home, out)
    except EXPLAINED as error:
        if arguments.as_json:
            _print_json(out, None, "FAILED", None, type(error).__name__, str(error))
        raise
    code = _print_result(arguments, ended, out, err)
    if arguments.shown_on(err) == "waits":
        where = f"--aws --stack {arguments.stack} " if arguments.stack else ""
        say(err, f"`rediscover history {where}{clean(ended.execution['name'])}` shows its states.")
    return code


def parameters(environment: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters that the environment sets: where Spotify is. Raises InvalidInput, by the variable."""
    set_ones = {variable: one for variable, one in ADDRESSES.items() if environment.get(variable)}
    return {parameter: read(environment) for parameter, read in set_ones.values()}


def _execute(
    arguments: RunArguments, home: Home, account: Mapping[str, str], environment: Mapping[str, str], err: Console
) -> Ended:
    # Loading the engine takes seconds, and AWS needs none.
    from rediscover.engine import Engine
    from rediscover.places.local import attend

    shown = arguments.shown_on(err)
    if shown == "states":
        say(err, "Starting the embedded engine …", "dim")
    with Engine(home.path, parameters(environment), keep_secrets=(TOKEN_SECRET,)) as engine:
        engine.client("secretsmanager").put_secret_value(
            SecretId=engine.outputs["CredentialsSecretArn"], SecretString=json.dumps(account)
        )
        # Who made it ended with an engine before this one, which does not know it; Prepare would wait for it.
        engine.client("s3").delete_object(Bucket=engine.outputs["BucketName"], Key=claim.KEY)
        started = engine.client("stepfunctions").start_execution(
            stateMachineArn=engine.outputs["StateMachineArn"],
            name=new_name(),
            input=json.dumps(arguments.input),
        )
        return attend(engine, started["executionArn"], home.executions, err, shown)


def _execute_on_aws(arguments: RunArguments, name: str, err: Console) -> Ended:
    stack = AwsStack(name)
    return stack.attend(stack.start(arguments.input), err, arguments.shown_on(err))


def _busy(arguments: RunArguments, home: Home, out: Console) -> int:
    if arguments.as_json:
        _print_json(out, None, "SUCCEEDED", BUSY, None, None)
    else:
        say(out, f"Another run is working in {home.path}; this one did nothing.")
    return 0


def _print_result(arguments: RunArguments, ended: Ended, out: Console, err: Console) -> int:
    execution = ended.execution
    error, cause = execution.get("error"), cause_in_words(execution.get("cause")) or None
    how = execution["status"].lower().replace("_", " ")
    failure = f"The run {how}: {reason(error, cause)}" if error else f"The run {how}."
    # Whoever sits at a terminal looks at its last line; whoever gets a mail, at its first.
    if not ended.succeeded and not err.is_terminal:
        say(err, failure, "red")
    if arguments.as_json:
        _print_json(out, execution["executionArn"], execution["status"], ended.output, error, cause)
    else:
        for line in _told(arguments, ended):
            say(out, line)
    if not ended.succeeded and err.is_terminal:
        say(err, failure, "red")
    return 0 if ended.succeeded else 1


def _told(arguments: RunArguments, ended: Ended) -> Iterable[str]:
    if arguments.quiet and ended.succeeded:
        return warnings(ended.report) if ended.report else ()
    if ended.report:
        return lines(ended.report)
    return without_report(ended.output) if ended.output else ()


def _print_json(
    out: Console, execution: str | None, status: str, output: object, error: str | None, cause: str | None
) -> None:
    result = {"execution": execution, "status": status, "output": output, "error": error, "cause": cause}
    out.print(Text(json.dumps(result)), soft_wrap=True)
