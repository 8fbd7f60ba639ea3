"""`rediscover run`: one execution of the state machine, on the embedded engine or on AWS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.text import Text

from rediscover.commands.busy import WAIT
from rediscover.commands.executing import on_aws, on_this_machine
from rediscover.commands.results import briefly, lines, without_report
from rediscover.errors import EXPLAINED, Busy
from rediscover.executions.finished import Ended
from rediscover.places.home import Home
from rediscover.words import reason
from rediscover_archive.authorization.consent import today
from rediscover_archive.authorization.reminder import ends_soon
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

    `source` has what each --source gave. `input` is the execution's input, where the whole of it is. Only a stack has
    a pair of its own, for which it, `source` and `target` are None. `wait` is how many seconds to wait for another run.
    """

    source: list[str] | None
    target: str | None
    dry_run: bool
    as_json: bool
    stack: str | None = None
    input: dict[str, Any] | None = None
    wait: float = WAIT

    @property
    def execution_input(self) -> dict[str, Any]:
        """What the state machine is started with."""
        source = self.source[0] if self.source and len(self.source) == 1 else self.source
        pairs = {"pairs": [{"source": source, "target": self.target}]} if source else {}
        asked = pairs if self.input is None else self.input
        return {**asked, "dry_run": True} if self.dry_run else asked


def run(arguments: RunArguments, environment: Mapping[str, str], out: Console, err: Console) -> int:
    """Run once and print the result; the exit code: 0 only when the run succeeded.

    Raises one of EXPLAINED when no execution was started, after printing the result for `--json`.
    """
    try:
        ended = _execute(arguments, environment, err)
    except EXPLAINED as error:
        if arguments.as_json:
            output = dict(BUSY) if isinstance(error, Busy) else None
            _print_json(out, None, "FAILED", output, type(error).__name__, str(error))
        raise
    code = _print_result(arguments, ended, out, err)
    if ended.reauthorize_by and (told := ends_soon(today(), ended.reauthorize_by)):
        of_stack = f" --aws --stack {arguments.stack}" if arguments.stack else ""
        err.print(Text(f"{told} Run `rediscover authorize{of_stack}`.", style="yellow"), soft_wrap=True)
    return code


def parameters(environment: Mapping[str, str]) -> dict[str, str]:
    """The template's parameters that the environment sets: where Spotify is. Raises InvalidInput, by the variable."""
    set_ones = {variable: one for variable, one in ADDRESSES.items() if environment.get(variable)}
    return {parameter: read(environment) for parameter, read in set_ones.values()}


def _execute(arguments: RunArguments, environment: Mapping[str, str], err: Console) -> Ended:
    given, wait = arguments.execution_input, arguments.wait
    if arguments.stack:
        return on_aws(given, arguments.stack, wait, err)
    home = Home.of(environment)
    account = home.account(environment)
    ended = on_this_machine(given, home, account.stored, parameters(environment), wait, err)
    return replace(ended, reauthorize_by=account.reauthorize_by)


def _print_result(arguments: RunArguments, ended: Ended, out: Console, err: Console) -> int:
    execution = ended.execution
    error, cause = execution.get("error"), cause_in_words(execution.get("cause")) or None
    if arguments.as_json:
        report = briefly(ended.report, ended.report_at) if ended.report else None
        _print_json(out, execution["executionArn"], execution["status"], ended.output, error, cause, report)
    elif ended.report:
        for line in lines(ended.report):
            out.print(Text(line), soft_wrap=True)
    elif ended.output:
        for line in without_report(ended.output):
            out.print(Text(line), soft_wrap=True)
    if not ended.succeeded:
        how = execution["status"].lower().replace("_", " ")
        why = f": {reason(error, cause)}" if error else "."
        err.print(Text(f"The run {how}{why}", style="red"), soft_wrap=True)
    return 0 if ended.succeeded else 1


def _print_json(
    out: Console,
    execution: str | None,
    status: str,
    output: object,
    error: str | None,
    cause: str | None,
    report: object = None,
) -> None:
    result = {"execution": execution, "status": status, "output": output, "error": error, "cause": cause}
    out.print(Text(json.dumps({**result, "report": report})), soft_wrap=True)
