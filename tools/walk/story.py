"""What a new user types, from nothing: one command after the other, each with what it must do."""

import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rediscover.commands.demo import tracks_of
from rediscover.commands.demo_music import KEPT_IN_WEEK_2, NEW_IN_WEEK_2, WEEK_1
from rediscover.simulator import Fault, Simulator
from tests.support.consent import noting_browser
from tools.walk.cloud import Cloud
from tools.walk.listener import answering
from tools.walk.terminal import Terminal, Typed

PORT = 8080
"""Where `authorize` listens unless told otherwise."""

DISCOVER_WEEKLY = "https://open.spotify.com/playlist/37i9dQZEVXcJZyENOWUFo7"
MISTYPED = "https://open.spotify.com/playlist/37i9dQZ"


@dataclass(frozen=True)
class Step:
    """A command that was typed, under which heading, and why."""

    heading: str
    why: str
    typed: Typed


def walk(folder: Path, agree: Callable[[str], None], port: int = PORT) -> list[Step]:
    """Go all the way in `folder`, which is empty; see `Walk`. AssertionError where a command does not do what it must.

    The terminal has a home, a PATH and the addresses of a simulated Spotify, and nothing else.
    """
    home = folder / "home"
    home.mkdir()
    with Simulator() as spotify:
        environment = {
            "HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "BROWSER": noting_browser(folder),
            "SPOTIFY_API_URL": spotify.api_url,
            "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
        }
        shown_as = {
            str(home): "~",
            spotify.url: "https://accounts.spotify.com",
            spotify.credentials["spotify_client_id"]: "YOUR-CLIENT-ID",
        }
        way = Walk(Terminal(environment, home, shown_as), spotify, agree, folder, port)
        way.go()
    return way.steps


class Walk:
    """The way of a listener; `agree` plays their part at the consent page that it is given the address of.

    `folder` is where the terminal's browser notes what to open.
    """

    def __init__(
        self, terminal: Terminal, spotify: Simulator, agree: Callable[[str], None], folder: Path, port: int
    ) -> None:
        self.steps: list[Step] = []
        self._terminal = terminal
        self._spotify = spotify
        self._agree = agree
        self._folder = folder
        self._authorize = "rediscover authorize" + ("" if port == PORT else f" --port {port}")
        self._port = port
        self._heading = ""
        self._week_1 = tracks_of(spotify, WEEK_1)
        self.source = spotify.create_playlist("Inbox", self._week_1)
        self.target = spotify.create_playlist("Rediscovered")
        self._pair = f"--source {_link(self.source)} --target {_link(self.target)}"

    def go(self) -> None:
        """All of it; AssertionError where a command does not do what it must."""
        self.without_an_account()
        self.authorizing()
        self.archiving()
        self.looking_back()
        self.mistakes()
        self.on_aws()

    def without_an_account(self) -> None:
        """What there is, and what it looks like."""
        self._heading = "Without an account"
        self._types("What there is.", "rediscover --help", shows=["authorize", "doctor", "history"])
        self._types(
            "Two weeks, with a failure and a wait in them.",
            "rediscover demo",
            shows=["Week 2 again", "The target holds 56 tracks. Every track once, in order: verified."],
        )

    def authorizing(self) -> None:
        """From no account to one that the doctor is content with."""
        self._heading = "Your account"
        self._types("Nothing is set up, and the next step is told.", "rediscover doctor", 1, ["Run `rediscover auth"])
        account = self._spotify.credentials
        prompts = [("Client id", account["spotify_client_id"]), ("Client secret", account["spotify_client_secret"])]
        with answering(self._folder, self._agree):
            self._types(
                "The app's id and secret are asked for (the secret is not shown), Spotify's page opens, the listener "
                "presses Agree there.",
                self._authorize,
                shows=["Authorized until", "credentials.json."],
                answers=prompts,
            )
        self._types("All is well.", f"rediscover doctor {self._pair}", shows=["“Inbox” is readable, 30 items."])
        self._types(
            "Discover Weekly itself cannot be read, and the way round is told.",
            f"rediscover doctor --source {DISCOVER_WEEKLY}",
            1,
            ["✗ Source", "playlist of your own"],
        )

    def archiving(self) -> None:
        """Two weeks, and the same week twice."""
        self._heading = "Archiving"
        run = f"rediscover run {self._pair}"
        self._types("What would be added; nothing is.", f"{run} --dry-run", shows=["Would add 30 tracks"])
        assert self._spotify.uris(self.target) == []
        self._types("The first week.", run, shows=["Added 30 tracks", "The target holds 30 tracks, verified."])
        self._types("The same week again: nothing twice.", run, shows=["Nothing new in “Inbox”"])
        kept = [track for track in self._week_1 if track["name"] in KEPT_IN_WEEK_2]
        self._spotify.replace(self.source, kept + tracks_of(self._spotify, NEW_IN_WEEK_2))
        self._spotify.faults.add(Fault("unavailable", "GET", f"/playlists/{self.source}"))
        self._spotify.faults.add(Fault("rate_limited", "POST", f"/playlists/{self.target}/", retry_after=2))
        self._types(
            "A week later, for a program to read; Spotify fails once, and once asks to wait.",
            f"{run} --json",
            shows=["SpotifyUnavailable", "WaitToAdd", '"added": 26', '"target_total": 56'],
        )

    def looking_back(self) -> None:
        """What the runs did."""
        self._heading = "Looking back"
        listed = self._types("Every run of the last 90 days.", "rediscover history", shows=["dry run", "nothing new"])
        latest = listed.typed.plain[1].split()[0]
        self._types(
            "One of them, state by state, with its retry and its wait.",
            f"rediscover history {latest}",
            shows=["SpotifyUnavailable", "WaitToAdd"],
        )
        self._types(
            "The same with what each state was given and gave; no secret is among it.",
            f"rediscover history {latest} --io",
            shows=['"spotify_requests"'],
        )

    def mistakes(self) -> None:
        """What is said of them."""
        self._heading = "Mistakes"
        target = f"--target {_link(self.target)}"
        self._types("A link that was cut off.", f"rediscover run --source {MISTYPED} {target}", 1, ["no playlist id"])
        self._types("No source.", f"rediscover run {target}", 2, ["give --source and --target"])
        self._types(
            "Discover Weekly as the source.", f"rediscover run --source {DISCOVER_WEEKLY} {target}", 1, ["PlaylistNot"]
        )
        self._types("A run that never was.", "rediscover history monday", 1, ["There is no execution monday."])
        with socket.create_server(("127.0.0.1", self._port)):
            self._types(
                "A port that is in use.", self._authorize, 1, [f"Another program listens on port {self._port}."]
            )

    def on_aws(self) -> None:
        """The same commands with `--aws`, the embedded engine's endpoint in AWS's place."""
        self._heading = "On AWS"
        archive = self._spotify.create_playlist("Rediscovered on AWS")
        with Cloud(self._spotify, self._folder / "cloud", _link(self.source), _link(archive)) as cloud:
            self._terminal.environment.update(cloud.environment)
            with answering(self._folder, self._agree):
                self._types(
                    "The same consent; it is stored in the stack's secret.",
                    f"{self._authorize} --aws",
                    shows=["secret"],
                )
            self._types("The stack is looked at too.", "rediscover doctor --aws", shows=["Stack", "Schedule"])
            self._types(
                "The stack's own pair.", "rediscover run --aws", shows=["console.aws.amazon.com", "Added 30 tr"]
            )
            listed = self._types("Its executions.", "rediscover history --aws", shows=["added"])
            latest = listed.typed.plain[1].split()[0]
            self._types("One of them.", f"rediscover history --aws {latest}", shows=["AddTracks", "console.aws.amazon"])
            for name in cloud.environment:
                del self._terminal.environment[name]

    def _types(
        self,
        why: str,
        command: str,
        code: int = 0,
        shows: Sequence[str] = (),
        answers: Sequence[tuple[str, str]] = (),
    ) -> Step:
        typed = self._terminal.type(command, answers)
        seen = " ".join(" ".join(typed.plain).split())
        missing = [words for words in shows if words not in seen]
        assert (typed.code, missing) == (code, []), f"{command}\n" + "\n".join(typed.plain)
        leaked = [secret for secret in self._spotify.secrets() if secret in seen.replace(" ", "")]
        assert leaked == [], f"{command} shows a secret"
        self.steps.append(Step(self._heading, why, typed))
        return self.steps[-1]


def _link(playlist: str) -> str:
    return f"https://open.spotify.com/playlist/{playlist}"
