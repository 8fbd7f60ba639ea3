"""The `rediscover` command: results on stdout, progress on stderr, exit code 0 only when all went well."""

import argparse
import logging
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import version

from rich.console import Console

from rediscover.commands.archive.arguments import add_check, add_export, add_forget, add_page, add_weeks
from rediscover.commands.arguments.flags import add_aws, add_create, add_pair, stack_of
from rediscover.commands.arguments.pair_options import add_options, input_of
from rediscover.commands.arguments.parsing import Once, Parser, execution_input, port, seconds
from rediscover.commands.busy import WAIT
from rediscover.commands.pairs.arguments import add_pairs, pairs_arguments
from rediscover.commands.setup.arguments import add_setup, setup_arguments
from rediscover.commands.telling.arguments import add_notify, notify_arguments
from rediscover.commands.timers.arguments import add_schedule
from rediscover.commands.up.arguments import add_up
from rediscover.errors import EXPLAINED, exit_code_of
from rediscover.machine.network import check_certificates
from rediscover.machine.signals import Terminated, interrupted_by_signals
from rediscover.machine.surroundings import own, past_proxies, undisturbed
from rediscover.machine.terminal import consoles, say
from rediscover.words import clean
from rediscover_archive.spotify.sources import AT_SPOTIFY

RUN = """\
rediscover run [OPTION ...]
       rediscover run --source S (--target T | --create NAME) [OPTION ...]
       rediscover run --input JSON [OPTION ...]
       rediscover run --aws [OPTION ...]"""
"""How `run` is used; all of its options in one line tell nobody what goes with what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (argparse exits with 2 for a wrong command line)."""
    out, err = consoles()
    # Libraries log what they cannot do; without a handler Python would print that between our lines.
    logging.getLogger().addHandler(logging.NullHandler())
    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
        if asked.command is None:
            parser.print_help()
            return 0
        environment = own(os.environ)
        if asked.aws or asked.command in (_authorize, _check, _doctor, _notify, _run, _setup):
            check_certificates(environment)
        with interrupted_by_signals(), _surroundings(asked):
            return int(asked.command(asked, environment, out, err))
    except EXPLAINED as error:
        told = "\n".join(clean(line) for line in str(error).splitlines())
        say(err, f"rediscover: {told}")
        return exit_code_of(error)
    except KeyboardInterrupt as error:
        say(err, "Interrupted.")
        return 128 + (error.number if isinstance(error, Terminated) else signal.SIGINT)  # as shells have it


def _surroundings(asked: argparse.Namespace) -> AbstractContextManager[object]:
    """For the time of the command: the engine is undisturbed, and no proxy is asked for servers of this machine."""
    return undisturbed() if asked.command in (_demo, _run) and not asked.aws else past_proxies()


# Each command imports its own: `history` needs no engine, a consent no AWS, and help should be instant.


def _demo(_: argparse.Namespace, environment: Mapping[str, str], out: Console, err: Console) -> int:
    from rediscover.commands.demo import demo

    return demo(environment, out, err)


def _run(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, err: Console) -> int:
    from rediscover.commands.run import RunArguments, run

    stack = stack_of(asked)
    asked_for = input_of(asked)
    arguments = RunArguments(
        input=asked_for,
        as_json=asked.json,
        stack=stack,
        from_flags=asked.input is None,
        remembered=stack is None and asked.input is None and "pairs" not in asked_for,
        quiet=asked.quiet,
        wait=asked.wait,
    )
    return run(arguments, environment, out, err)


def _authorize(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, err: Console) -> int:
    from rediscover.commands.authorize import AuthorizeArguments, authorize

    arguments = AuthorizeArguments(asked.port, asked.browser, stack_of(asked), tuple(asked.sources))
    return authorize(arguments, environment, out, err)


def _doctor(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.doctor import DoctorArguments, doctor

    return doctor(DoctorArguments(asked.source, asked.target, stack_of(asked)), environment, out)


def _check(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.archive.check import CheckArguments, check

    return check(CheckArguments(asked.target, asked.json, stack_of(asked)), environment, out)


def _history(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, err: Console) -> int:
    from rediscover.commands.history import history

    if asked.svg and asked.execution is None:
        asked.refuse("--svg draws an execution: name it; `rediscover history` lists them")
    shown = {"io": asked.io, "as_json": asked.json, "as_svg": asked.svg, "out": out}
    if stack := stack_of(asked):
        from rediscover.places.stack import AwsStack, StackHistory

        deployed = AwsStack(stack)
        return history(StackHistory(deployed), deployed.documents, asked.execution, **shown)
    from rediscover.executions.kept import what_to_do
    from rediscover.places.home import Home

    home = Home.of(environment)
    home.settle()
    past = home.executions
    try:
        return history(past, home.documents, asked.execution, **shown)
    finally:
        for path in past.damaged:
            say(err, f"rediscover: {clean(what_to_do(path))}")


def _notify(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.telling.notify import notify

    return notify(notify_arguments(asked), environment, out)


def _pairs(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, _: Console) -> int:
    from rediscover.commands.pairs.changing import pairs

    return pairs(pairs_arguments(asked), environment, out)


def _setup(asked: argparse.Namespace, environment: Mapping[str, str], out: Console, err: Console) -> int:
    from rediscover.commands.setup.steps import setup

    return setup(setup_arguments(asked, stack_of(asked)), environment, out, err)


def _parser() -> Parser:
    parser = Parser(
        prog="rediscover",
        description="Keep the tracks of a playlist that is thrown away every week.",
        epilog="The folder REDISCOVER_HOME keeps what is remembered between runs.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('rediscover-weekly')}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="archive a simulated playlist for two weeks, without an account",
        description="Archive a simulated playlist for two weeks, on the real state machine; needs no account.",
    )
    demo.set_defaults(command=_demo, aws=False)
    add_setup(commands).set_defaults(command=_setup)
    _add_authorize(commands)
    _add_doctor(commands)
    _add_run(commands)
    _add_history(commands)
    add_weeks(commands)
    add_page(commands)
    add_export(commands)
    add_check(commands).set_defaults(command=_check)
    add_pairs(commands).set_defaults(command=_pairs)
    add_notify(commands).set_defaults(command=_notify)
    add_schedule(commands)
    add_up(commands)
    add_forget(commands)
    return parser


def _add_authorize(commands: "argparse._SubParsersAction[Parser]") -> None:
    authorize = commands.add_parser(
        "authorize",
        help="let the archive use your Spotify account, for six months",
        description="Ask for your consent on Spotify's page, and store the authorization in place of an older one.",
        epilog="The app comes from SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, else from what is stored, else it is "
        "asked for.",
    )
    authorize.add_argument(
        "--port", type=port, default=8080, help="of the redirect URI http://127.0.0.1:PORT/callback (default: 8080)"
    )
    authorize.add_argument(
        "--no-browser", dest="browser", action="store_false", help="print the page's address; paste the answer's"
    )
    authorize.add_argument(
        "--with",
        dest="sources",
        action="append",
        default=[],
        choices=tuple(AT_SPOTIFY),
        help="ask also for what this source needs; may be repeated",
    )
    authorize.set_defaults(command=_authorize)
    add_aws(authorize, "store it in the deployed stack")


def _add_doctor(commands: "argparse._SubParsersAction[Parser]") -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check that everything is as a run needs it",
        description="Check the account, the playlists (those of `rediscover pairs`, unless others are given) and, with "
        "--aws, the deployed stack; change nothing.",
    )
    add_pair(doctor)
    doctor.set_defaults(command=_doctor)
    add_aws(doctor, "check the deployed stack, with its own playlists unless others are given")


def _add_run(commands: "argparse._SubParsersAction[Parser]") -> None:
    run = commands.add_parser(
        "run",
        usage=RUN,
        help="archive a playlist now, on this machine or on AWS",
        description="Add what is new in one playlist to the end of another, on this machine or on AWS. Alone, it runs "
        "the pairs that `rediscover setup` or `rediscover pairs` remembered.",
        epilog="On this machine, the account comes from SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and "
        "SPOTIFY_REFRESH_TOKEN, else from what `rediscover authorize` stored.",
    )
    add_pair(run, pasted=True)
    add_create(run)
    run.add_argument(
        "--input",
        action=Once,
        type=execution_input,
        metavar="JSON",
        help="the execution's whole input instead: several pairs, any option; @FILE reads it from a file, - from "
        "standard input",
    )
    run.add_argument("--dry-run", action="store_true", help="say what would be added, add nothing")
    run.add_argument("--json", action="store_true", help="print the result as one JSON object")
    run.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing of a run that succeeds, but its warnings (and --json)"
    )
    add_options(run)
    run.add_argument(
        "--wait",
        type=seconds,
        default=WAIT,
        metavar="SECONDS",
        help=f"how long another run may take before this one begins (default: {WAIT}; 0 to wait for none)",
    )
    run.set_defaults(command=_run)
    add_aws(run, "run the deployed stack, with its own playlists unless others are given")


def _add_history(commands: "argparse._SubParsersAction[Parser]") -> None:
    past = commands.add_parser(
        "history",
        help="show past executions, or what one of them did",
        description="Show past executions, or the states of one of them with durations, retries and errors.",
    )
    past.add_argument("execution", nargs="?", metavar="EXECUTION", help="name, beginning of a name, or ARN")
    past.add_argument("--io", action="store_true", help="show the input and output of each state")
    form = past.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument(
        "--svg", action="store_true", help="print a picture of the state machine, with what EXECUTION did"
    )
    past.set_defaults(command=_history)
    add_aws(past, "executions of the deployed stack")
