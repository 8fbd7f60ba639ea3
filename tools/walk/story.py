"""What a new user types, from nothing: one command after the other, each with what it must do."""

import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rediscover.commands.demo import tracks_of
from rediscover.commands.demo_music import KEPT_IN_WEEK_2, NEW_IN_WEEK_2, WEEK_1
from rediscover.simulator import Fault, Simulator
from tests.support.consent import noting_browser, opened
from tests.support.receiver import Receiver, receiver
from tools.walk.cloud import Cloud
from tools.walk.listener import answering
from tools.walk.machine import timers, up
from tools.walk.terminal import Terminal
from tools.walk.walker import Step, Walker, link

PORT = 8080
"""Where `authorize` listens unless told otherwise."""

DISCOVER_WEEKLY = "https://open.spotify.com/playlist/37i9dQZEVXcJZyENOWUFo7"
MISTYPED = "https://open.spotify.com/playlist/37i9dQZ"


def walk(folder: Path, agree: Callable[[str], None], port: int = PORT) -> list[Step]:
    """Go all the way in `folder`, which is empty; see `Walk`. AssertionError where a command does not do what it must.

    The terminal has a home, a PATH and the addresses of a simulated Spotify, and nothing else.
    """
    home = folder / "home"
    home.mkdir()
    with Simulator() as spotify, receiver() as service:
        environment = {
            "HOME": str(home),
            "PATH": f"{timers(folder / 'timers')}:{Path(sys.executable).parent}:/usr/bin:/bin",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "BROWSER": noting_browser(folder),
            "SPOTIFY_API_URL": spotify.api_url,
            "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
        }
        shown_as = {
            str(home): "~",
            sys.prefix: "/…/.venv",
            spotify.api_url: "https://api.spotify.com/v1",
            spotify.url: "https://accounts.spotify.com",
            spotify.credentials["spotify_client_id"]: "YOUR-CLIENT-ID",
        }
        way = Walk(Terminal(environment, home, shown_as), spotify, service, agree, folder, port)
        way.go()
    return way.steps


class Walk(Walker):
    """The way of a listener; `agree` plays their part at the consent page that it is given the address of.

    `folder` is where the terminal's browser notes what to open; `service` is who is told.
    """

    def __init__(
        self,
        terminal: Terminal,
        spotify: Simulator,
        service: Receiver,
        agree: Callable[[str], None],
        folder: Path,
        port: int,
    ) -> None:
        super().__init__(terminal, spotify)
        self._service = service
        self._agree = agree
        self._folder = folder
        self._at_port = "" if port == PORT else f" --port {port}"
        self._port = port
        self._week_1 = tracks_of(spotify, WEEK_1)
        self.source = spotify.create_playlist("Inbox", self._week_1)
        self.target = spotify.create_playlist("Rediscovered")

    def go(self) -> None:
        """All of it; AssertionError where a command does not do what it must."""
        self.without_an_account()
        self.sitting()
        self.archiving()
        self.every_week()
        self.looking_back()
        self.keeping()
        self.mistakes()
        self.forgetting()
        self.on_aws()

    def without_an_account(self) -> None:
        """What there is, and what it looks like."""
        self.heading = "Without an account"
        self.types("What there is.", "rediscover --help", shows=["setup", "doctor", "history"])
        self.types(
            "Two weeks, with a failure and a wait in them.",
            "rediscover demo",
            shows=["Week 2 again", "The target holds 56 tracks. Every track once, in order: verified."],
        )

    def sitting(self) -> None:
        """From no account to a pair that is remembered, and that the doctor is content with."""
        self.heading = "In one sitting"
        self.types("Nothing is set up, and the next step is told.", "rediscover doctor", 1, ["Run `rediscover auth"])
        account = self.spotify.credentials
        with answering(self._folder, self._agree):
            self.types(
                "The app's id and secret are asked for, Spotify's page opens, the listener presses Agree there, and "
                "chooses playlists by their numbers; the timer and the messages are left for later.",
                f"rediscover setup{self._at_port}",
                shows=["Authorized until", "Would add 30 tracks", "Remembered: `rediscover run` archives it"],
                answers=[
                    ("Client id", account["spotify_client_id"]),
                    ("Client secret", account["spotify_client_secret"]),
                    ("All that you play", "2"),  # the newest playlist comes first
                    ("A new playlist, made by", "2"),
                    ("first run would add?", "y"),
                    ("timer?", "n"),
                    ("problems?", "n"),
                ],
            )
        assert self.spotify.uris(self.target) == []
        self.types("What is remembered.", "rediscover pairs", shows=["1. “Inbox” (", self.source, self.target])
        self.types(
            "Who is told: a service's URL, which is not shown, as of a server of one's own.",
            "rediscover notify -",
            shows=["for you only", "by JSON"],
            answers=[("URL of the service", self._service.url)],
        )
        self.types("It takes a test.", "rediscover notify --test", shows=["Sent."])
        pair = f"--source {link(self.source)} --target {link(self.target)}"
        self.types("All is well.", f"rediscover doctor {pair}", shows=["“Inbox” is readable, 30 items."])
        self.types(
            "Discover Weekly itself cannot be read, and the way round is told.",
            f"rediscover doctor --source {DISCOVER_WEEKLY}",
            1,
            ["✗ Source", "playlist of your own"],
        )
        with answering(self._folder, self._agree):
            self.types(
                "The consent lasts six months; a new one, at any time, asks for nothing but Agree.",
                f"rediscover authorize{self._at_port}",
                shows=["Authorized until", "credentials.json."],
            )

    def archiving(self) -> None:
        """Two weeks, and the same week twice."""
        self.heading = "Archiving"
        self.types("The first week.", "rediscover run", shows=["Added 30 tracks", "holds 30 tracks, verified."])
        assert "Lanterns on the Canal" in self._service.told[-1][1]
        self.types("The same week again: nothing twice.", "rediscover run", shows=["Nothing new in “Inbox”"])
        kept = [track for track in self._week_1 if track["name"] in KEPT_IN_WEEK_2]
        self.spotify.replace(self.source, kept + tracks_of(self.spotify, NEW_IN_WEEK_2))
        self.spotify.faults.add(Fault("unavailable", "GET", f"/playlists/{self.source}"))
        self.spotify.faults.add(Fault("rate_limited", "POST", f"/playlists/{self.target}/", retry_after=2))
        self.types(
            "A week later, for a program to read; Spotify fails once, and once asks to wait.",
            "rediscover run --json",
            shows=["SpotifyUnavailable", "WaitToAdd", '"added": 26', '"target_total": 56'],
        )

    def every_week(self) -> None:
        """By a timer, and by `up`."""
        self.heading = "Every week"
        self.types(
            "By the timer of this machine, which has cron here: the walk's own crontab, that starts nothing.",
            "rediscover schedule",
            shows=["in your crontab: 0 20 * * 1"],
        )
        with up(self.terminal.environment):
            self.types(
                "Or by `rediscover up`, which is at work in another terminal.",
                "rediscover up --show",
                shows=["is at work in", "rediscover-weekly", "rediscover-daily"],
            )

    def looking_back(self) -> None:
        """What the runs did."""
        self.heading = "Looking back"
        listed = self.types("Every run of the last 90 days.", "rediscover history", shows=["dry run", "nothing new"])
        latest = listed.typed.plain[1].split()[0]
        self.types(
            "One of them, state by state, with its retry and its wait.",
            f"rediscover history {latest}",
            shows=["SpotifyUnavailable", "WaitToAdd"],
        )
        self.types(
            "The same with what each state was given and gave; no secret is among it.",
            f"rediscover history {latest} --io",
            shows=['"spotify_requests"'],
        )
        self.pictures(
            "The same as a picture.",
            f"rediscover history {latest} --svg",
            "run.svg",
            "The states of the run in a flow from Prepare to Done; ReadSource was retried once, AddTracks waited once",
        )

    def keeping(self) -> None:
        """What was kept, for eyes and for other programs, and whether it is still there."""
        self.heading = "What is kept"
        week = f"{datetime.now(UTC):%G-W%V}"
        self.types("Week by week; both of this walk's are the same one here.", "rediscover weeks", shows=["kept"])
        self.types("The tracks of one.", f"rediscover weeks {week}", shows=["1. “Lanterns on the Canal"])
        (self._folder / "opened").unlink(missing_ok=True)
        self.types(
            "A page [to look at](page.md) and search, which opens in the browser.",
            "rediscover page",
            shows=["page.html"],
        )
        assert opened(self._folder).endswith("/page.html")
        self.types(
            "Links for other programs, the last three of them.",
            "rediscover export --format links | tail -n 3",
            shows=["/track/"],
        )
        another = self.spotify.create_playlist("The last three")
        self.types(
            "The same, pasted into another playlist.",
            f"rediscover export --format links | tail -n 3 | rediscover run --source - --target {link(another)}",
            shows=["Added 3 tracks", "“The last three”"],
        )
        self.another = link(another)
        self.types(
            "Whether all of it is still there.",
            f"rediscover check --target {link(self.target)}",
            shows=["“Rediscovered” holds 56 items"],
        )

    def mistakes(self) -> None:
        """What is said of them."""
        self.heading = "Mistakes"
        target = f"--target {link(self.target)}"
        self.types("A link that was cut off.", f"rediscover run --source {MISTYPED} {target}", 2, ["no playlist id"])
        self.types("No source.", f"rediscover run {target}", 2, ["give --source and --target"])
        self.types(
            "Discover Weekly as the source.", f"rediscover run --source {DISCOVER_WEEKLY} {target}", 1, ["PlaylistNot"]
        )
        self.types("A run that never was.", "rediscover history monday", 1, ["There is no execution monday."])
        self.types("A week that no year has.", "rediscover weeks 2026-W60", 2, ["2026-W60"])
        self.types("A pair that is not remembered.", "rediscover pairs remove 7", 1, ["7"])
        with socket.create_server(("127.0.0.1", self._port)):
            self.types(
                "A port that is in use.",
                f"rediscover authorize{self._at_port}",
                1,
                [f"Another program listens on port {self._port}."],
            )

    def forgetting(self) -> None:
        """What is remembered of a playlist."""
        self.heading = "Forgetting"
        self.types(
            "What this machine remembers of a playlist; the playlist stays.",
            f"rediscover forget --target {self.another} --yes",
            shows=["Deleted. Nothing at Spotify was touched."],
        )

    def on_aws(self) -> None:
        """The same commands with `--aws`, the embedded engine's endpoint in AWS's place."""
        self.heading = "On AWS"
        archive = self.spotify.create_playlist("Rediscovered on AWS")
        with Cloud(self.spotify, self._folder / "cloud", link(self.source), link(archive)) as cloud:
            self.terminal.environment.update(cloud.environment)
            with answering(self._folder, self._agree):
                self.types(
                    "The same consent; it is stored in the stack's secret.",
                    f"rediscover authorize{self._at_port} --aws",
                    shows=["secret"],
                )
            self.types("The stack is looked at too.", "rediscover doctor --aws", shows=["Stack", "Schedule"])
            self.types("The stack's own pair.", "rediscover run --aws", shows=["console.aws.amazon.com", "Added 30 tr"])
            listed = self.types("Its executions.", "rediscover history --aws", shows=["added"])
            latest = listed.typed.plain[1].split()[0]
            self.types("One of them.", f"rediscover history --aws {latest}", shows=["AddTracks", "console.aws.amazon"])
            for name in cloud.environment:
                del self.terminal.environment[name]
