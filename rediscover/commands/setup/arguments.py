"""How `rediscover setup` is typed."""

import argparse
from typing import TYPE_CHECKING

from rediscover.commands.arguments.flags import add_aws, add_create, add_pair
from rediscover.commands.arguments.parsing import Once, given, port
from rediscover.commands.timers.arguments import add_every, when

if TYPE_CHECKING:
    from rediscover.commands.arguments.parsing import Parser
    from rediscover.commands.setup.sitting import SetupArguments


def add_setup(commands: "argparse._SubParsersAction[Parser]") -> argparse.ArgumentParser:
    """The command; without arguments it asks for everything."""
    setup = commands.add_parser(
        "setup",
        help="from nothing to an archive in one sitting",
        description="Ask for all that an archive needs: the app, your consent, what goes where, and who is told. What "
        "stands already stays, and every step is stored at once.",
        epilog="Each answer can be given by a flag or by a line of standard input. The app comes from "
        "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET where they are set.",
    )
    add_pair(setup)
    add_create(setup)
    add_every(setup)
    setup.add_argument(
        "--notify",
        metavar="URL",
        action=Once,
        type=given,
        help="service by which you are told (`rediscover notify`); every user of this machine can read it here",
    )
    setup.add_argument("--email", metavar="ADDRESS", action=Once, type=given, help="with --aws: who is told")
    setup.add_argument("--no-input", dest="ask", action="store_false", help="ask nothing: take flags and what stands")
    setup.add_argument(
        "--port", type=port, default=8080, help="of the redirect URI http://127.0.0.1:PORT/callback (default: 8080)"
    )
    setup.add_argument(
        "--no-browser", dest="browser", action="store_false", help="print the page's address; paste the answer's"
    )
    add_aws(setup, "set up the deployed stack: its secret, and the command that sets its parameters")
    return setup


def setup_arguments(asked: argparse.Namespace, stack: str | None) -> "SetupArguments":
    """What was typed; where it contradicts itself, `asked.refuse` ends the command."""
    from rediscover.commands.setup.sitting import SetupArguments

    if asked.target is not None and asked.create is not None:
        asked.refuse("give --target, or --create for one that is made")
    if (asked.every or asked.at) and stack:
        asked.refuse("--every and --at are for this machine's timer; a stack has its own schedule")
    if asked.notify is not None and stack:
        asked.refuse("--notify is for this machine; a stack tells by --email")
    if asked.email is not None and not stack:
        asked.refuse("--email needs --aws; on this machine, give --notify")
    source = asked.source[0] if asked.source and len(asked.source) == 1 else asked.source
    return SetupArguments(
        source=source,
        target=asked.target if asked.create is None else {"create": asked.create},
        when=when(asked) if asked.every or asked.at else None,
        notify=asked.notify,
        email=asked.email,
        stack=stack,
        ask=asked.ask,
        port=asked.port,
        browser=asked.browser,
    )
