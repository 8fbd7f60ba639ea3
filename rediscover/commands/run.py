"""`rediscover run`: one execution of the state machine, on the embedded engine or on AWS."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.text import Text

from rediscover.commands.arguments.addresses import parameters
from rediscover.commands.arguments.input_check import check_input, check_scopes
from rediscover.commands.busy import WAIT
from rediscover.commands.executing import on_aws, on_this_machine
from rediscover.commands.pairs.kept import KeptPairs
from rediscover.commands.results import briefly, lines, warnings, without_report
from rediscover.commands.telling.runs import Telling
from rediscover.errors import EXPLAINED, Busy
from rediscover.executions.finished import Ended
from rediscover.executions.view import Shown
from rediscover.machine.terminal import say
from rediscover.places.home import Home
from rediscover.words import clean, reason
from rediscover_archive.authorization.consent import today
from rediscover_archive.authorization.reminder import ends_soon
from rediscover_archive.runs.state import BUSY
from rediscover_archive.text import cause_in_words


@dataclass(frozen=True)
class RunArguments:
    """What is asked for on the command line; `stack` is the one to run on, None the embedded engine.

    `input` is the execution's, and `from_flags` whether they made it; where the pairs are those that are `remembered`,
    or a stack's own, it has only what flags say of them. `quiet` is to print nothing of a run that succeeds, but its
    warnings. `wait` is how many seconds to wait for another run.
    """

    input: dict[str, Any]
    as_json: bool = False
    stack: str | None = None
    from_flags: bool = False
    remembered: bool = False
    quiet: bool = False
    wait: float = WAIT

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
        ended = _execute(arguments, environment, err)
    except EXPLAINED as error:
        if arguments.as_json:
            output = dict(BUSY) if isinstance(error, Busy) else None
            _print_json(out, None, "FAILED", output, type(error).__name__, str(error))
        raise
    code = _print_result(arguments, ended, out, err)
    of_stack = f" --aws --stack {arguments.stack}" if arguments.stack else ""
    if arguments.shown_on(err) == "waits" and not ended.is_busy:
        say(err, f"`rediscover history{of_stack} {clean(ended.execution['name'])}` shows its states.")
    if ended.reauthorize_by and (told := ends_soon(today(), ended.reauthorize_by)):
        say(err, f"{told} Run `rediscover authorize{of_stack}`.", "yellow")
    return code


def _execute(arguments: RunArguments, environment: Mapping[str, str], err: Console) -> Ended:
    given, wait, shown = arguments.input, arguments.wait, arguments.shown_on(err)
    if not arguments.remembered:  # before a home is made
        check_input(given, on_stack=arguments.stack is not None, from_flags=arguments.from_flags)
    if arguments.stack:
        return on_aws(given, arguments.stack, wait, err, shown)
    home = Home.of(environment)
    telling = Telling(home, err, is_dry=bool(given.get("dry_run")))
    with telling.of_what_starts_nothing():
        if arguments.remembered:
            given = KeptPairs(home).for_run(given)
        pairs = check_input(given, on_stack=False, from_flags=arguments.from_flags)
        account = home.account(environment)
        check_scopes(pairs, account)
        set_up = {**parameters(environment), **telling.parameters}
        ended = on_this_machine(given, home, account.stored, set_up, wait, err, shown)
    telling.of(ended)
    return replace(ended, reauthorize_by=account.reauthorize_by)


def _print_result(arguments: RunArguments, ended: Ended, out: Console, err: Console) -> int:
    execution = ended.execution
    error, cause = execution.get("error"), cause_in_words(execution.get("cause")) or None
    how = execution["status"].lower().replace("_", " ")
    failure = f"The run {how}: {reason(error, cause)}" if error else f"The run {how}."
    # Whoever sits at a terminal looks at its last line; whoever gets a mail, at its first.
    if not ended.succeeded and not err.is_terminal:
        say(err, failure, "red")
    if arguments.as_json:
        report = briefly(ended.report, ended.report_at) if ended.report else None
        _print_json(out, execution["executionArn"], execution["status"], ended.output, error, cause, report)
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
