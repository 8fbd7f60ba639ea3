"""`rediscover notify`, and what a run on this machine tells by it. Without an engine."""

import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from samtranslator.yaml_helper import yaml_parse

from rediscover import cli
from rediscover.commands.telling.runs import Telling
from rediscover.executions.finished import Ended, Notification, notification_in
from rediscover.places.home import Home
from rediscover.places.listener import NOTIFY_ON
from rediscover_archive.authorization.consent import today
from rediscover_archive.errors import InvalidInput
from tests.cli.recordings import load
from tests.support.consent import Terminal
from tests.support.receiver import SECRETS, Receiver, receiver

PAIR = ["--source", "I" * 22, "--target", "A" * 22]
PUBLISHED = Notification("(re)Discover Weekly: 2 tracks added", "“Inbox” → “Archive”: 2 tracks added.\n")


class Laptop:
    """A home with an account, where a run ends as a test says."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.kept = home / "notifications.json"
        self.ends: Ended | Exception = Ended(execution(), {"outcome": "added", "pairs": []}, None)
        self.parameters: Any = None
        self._capsys, self._patch = capsys, patch
        home.mkdir(mode=0o700)
        self.account = home / "credentials.json"
        account = {"spotify_client_id": "id", "spotify_client_secret": "x", "refresh_token": "x"}
        self.account.write_text(json.dumps({**account, "authorized_at": str(today())}))
        patch.setenv("REDISCOVER_HOME", str(home))
        patch.setattr("rediscover.commands.executing._execute", self._execute)
        patch.setattr("rediscover.commands.executing.check_network", lambda _: None)

    def types(self, *arguments: str, typed: str = "", stdin: object = None) -> tuple[int, str, str]:
        """Exit code, output and errors of a command; no secret of a URL is among them."""
        self._patch.setattr("sys.stdin", stdin or io.StringIO(typed))
        code = cli.main(arguments)
        printed = self._capsys.readouterr()
        assert not [secret for secret in SECRETS if secret in printed.out + printed.err]
        return code, printed.out, printed.err

    def _execute(self, _given: Any, _home: Any, _account: Any, parameters: Any, *_: Any) -> Ended:
        self.parameters = parameters
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends


def execution(**ended: Any) -> dict[str, Any]:
    return {**load("nested-maps")["execution"], "name": "monday", **ended}


@pytest.fixture
def laptop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Laptop:
    return Laptop(tmp_path / "home", capsys, monkeypatch)


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def test_a_url_is_kept_like_a_secret_and_shown_by_its_services_name_only(laptop: Laptop, service: Receiver) -> None:
    assert laptop.types("notify", service.url)[0] == 0
    assert json.loads(laptop.kept.read_text()) == {"urls": [service.url], "on": "additions"}
    assert laptop.kept.stat().st_mode & 0o777 == 0o600
    assert laptop.types("notify")[1] == "You are told of additions and of problems, by JSON (json://).\n"


def test_the_topic_of_ntfy_is_its_secret_and_never_shown(laptop: Laptop) -> None:
    _, out, err = laptop.types("notify", "ntfys://topic-0815")
    assert "ntfy (ntfys://)" in out
    assert "topic-0815" not in out + err


def test_urls_are_read_from_standard_input_where_nobody_else_can_read_them(laptop: Laptop, service: Receiver) -> None:
    typed = f"\n {service.url} \nntfys://topic-0815\n"
    assert laptop.types("notify", "-", "--on", "problems", typed=typed)[0] == 0
    assert json.loads(laptop.kept.read_text()) == {"urls": [service.url, "ntfys://topic-0815"], "on": "problems"}


def test_a_url_that_is_typed_at_a_terminal_is_not_shown(
    laptop: Laptop, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: service.url)
    assert laptop.types("notify", "-", stdin=Terminal())[0] == 0
    assert json.loads(laptop.kept.read_text())["urls"] == [service.url]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("nowhere://secret-0815/x", "nowhere://"),
        ("json://", "json://"),
        ("secret-0815", "a URL without a scheme"),
        (f"{'secret0815' * 3}://x", "a URL without a scheme"),
        ("file:///etc/secret-0815", "file://"),
    ],
)
def test_a_url_that_is_no_services_is_refused_by_its_scheme_and_what_was_kept_stays(
    url: str, named: str, laptop: Laptop, service: Receiver
) -> None:
    laptop.types("notify", service.url)
    code, out, err = laptop.types("notify", url)
    assert code == 2
    assert err.startswith(f"rediscover: There is no service by {named}, or the rest")
    assert "secret" not in out + err
    assert json.loads(laptop.kept.read_text())["urls"] == [service.url]


@pytest.mark.parametrize(
    "typed", [["--test", "--remove"], ["json://h", "--test"], ["json://h", "--remove"], ["--on", "nothing", "--test"]]
)
def test_what_contradicts_itself_is_refused(typed: list[str], laptop: Laptop) -> None:
    with pytest.raises(SystemExit):
        laptop.types("notify", *typed)
    assert not laptop.kept.exists()


def test_a_test_is_sent_and_a_service_that_does_not_take_it_is_named(laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url)
    assert laptop.types("notify", "--test")[:2] == (0, "Sent. Look whether it arrived.\n")
    assert [subject for subject, _ in service.told] == ["(re)Discover Weekly: a test"]
    service.status = 500
    code, _, err = laptop.types("notify", "--test")
    assert code == 1
    assert err.startswith("rediscover: JSON (json://) did not take the test.")


def test_what_is_removed_is_gone_and_nobody_is_told_any_more(laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url)
    assert laptop.types("notify", "--remove")[:2] == (0, "Nobody is told any more.\n")
    assert not laptop.kept.exists()
    assert laptop.types("notify", "--remove")[:2] == (0, "Nobody was to be told.\n")
    code, _, err = laptop.types("notify", "--test")
    assert code == 1
    assert err.startswith("rediscover: Nobody is told. `rediscover notify -` asks for the URL")


def test_what_is_told_can_be_changed_without_the_url(laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url)
    assert laptop.types("notify", "--on", "problems")[0] == 0
    assert json.loads(laptop.kept.read_text()) == {"urls": [service.url], "on": "problems"}
    laptop.types("notify", service.url)
    assert json.loads(laptop.kept.read_text())["on"] == "problems", "what was chosen stays with a new URL"
    laptop.kept.unlink()
    assert laptop.types("notify", "--on", "problems")[0] == 1


def test_what_can_be_told_is_what_the_stack_can_tell() -> None:
    template = yaml_parse((Path(__file__).parents[2] / "template.yaml").read_text())
    parameter = template["Parameters"]["NotifyOn"]
    assert (list(NOTIFY_ON), NOTIFY_ON[0]) == (parameter["AllowedValues"], parameter["Default"])


@pytest.mark.parametrize("damage", ["", "[]", '{"urls": 7, "on": "additions"}', '{"urls": [], "on": "x"}', "{\0"])
def test_what_is_kept_and_damaged_is_said_and_hinders_no_run(damage: str, laptop: Laptop) -> None:
    laptop.kept.write_text(damage)
    code, _, err = laptop.types("notify", "--test")
    assert code == 1
    assert f"{laptop.kept} cannot be understood, so nobody is told." in err
    code, _, err = laptop.types("run", *PAIR)
    assert code == 0
    assert f"{laptop.kept} cannot be understood, so nobody is told." in err
    assert laptop.kept.read_text() == damage


@pytest.mark.parametrize("on", NOTIFY_ON)
def test_a_run_publishes_by_what_was_chosen_and_tells_what_it_publishes(
    on: str, laptop: Laptop, service: Receiver
) -> None:
    laptop.types("notify", service.url, "--on", on)
    assert isinstance(laptop.ends, Ended)
    laptop.ends = replace(laptop.ends, notification=PUBLISHED if on == "additions" else None)
    assert laptop.types("run", *PAIR)[0] == 0
    assert laptop.parameters["NotifyOn"] == on
    expected = [(PUBLISHED.subject, PUBLISHED.message.strip())] if on == "additions" else []
    assert [(subject, message.strip()) for subject, message in service.told] == expected


def test_a_run_of_whom_nobody_is_told_is_the_templates(laptop: Laptop) -> None:
    assert laptop.types("run", *PAIR)[0] == 0
    assert "NotifyOn" not in laptop.parameters


@pytest.mark.parametrize("gone", [True, False])
def test_a_run_whose_telling_fails_is_a_success_with_a_warning_that_names_the_service(
    gone: bool, laptop: Laptop, service: Receiver
) -> None:
    if gone:  # as after an update of Apprise that left the service out
        laptop.kept.write_text(json.dumps({"urls": ["nowhere://secret-0815"], "on": "additions"}))
    else:
        laptop.types("notify", service.url)
        service.status = 500
    assert isinstance(laptop.ends, Ended)
    laptop.ends = replace(laptop.ends, notification=PUBLISHED)
    code, _, err = laptop.types("run", *PAIR)
    assert code == 0
    name = "nowhere://" if gone else "JSON (json://)"
    assert err.splitlines()[0] == f"{name} could not be told. `rediscover notify --test` tries it."


@pytest.mark.parametrize("on", ["problems", "nothing"])
def test_a_run_that_cannot_start_is_told_as_one_that_failed(on: str, laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url, "--on", on)
    laptop.account.unlink()
    code, _, err = laptop.types("run", *PAIR)
    assert code == 1
    assert "SPOTIFY_CLIENT_ID" in err
    cause = "SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and SPOTIFY_REFRESH_TOKEN are not set."
    told = ("(re)Discover Weekly: the run failed", f"The run failed. {cause}")
    assert [(subject, message.strip()) for subject, message in service.told] == [told] * (on == "problems")


def test_pairs_that_cannot_be_read_are_told_too(laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url)
    (laptop.home / "pairs.json").write_text("{}")
    assert laptop.types("run")[0] == 1
    ((_, message),) = service.told
    assert message.startswith(f"The run failed. {laptop.home / 'pairs.json'}: The input names no pairs")


@pytest.mark.parametrize(
    ("error", "is_told"), [("States.Runtime", True), ("SummarizeFailed", True), ("PlaylistFull", False)]
)
def test_a_run_that_failed_before_it_could_tell_is_told_by_who_ran_it(
    error: str, is_told: bool, laptop: Laptop, service: Receiver
) -> None:
    laptop.types("notify", service.url)
    laptop.ends = Ended(execution(status="FAILED", error=error), None, None)
    assert laptop.types("run", *PAIR)[0] == 1
    assert [message.splitlines()[0] for _, message in service.told] == [
        "The run monday ended as FAILED before it could say why. Nothing is lost."
    ] * is_told


def test_a_run_that_another_one_keeps_from_starting_tells_nobody(laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url)
    with Home(laptop.home).locked():
        assert laptop.types("run", *PAIR, "--wait", "0")[0] == os.EX_TEMPFAIL
    assert service.told == []


def test_a_dry_run_tells_nobody_whatever_comes_of_it(laptop: Laptop, service: Receiver) -> None:
    laptop.types("notify", service.url)
    laptop.ends = Ended(execution(status="FAILED", error="States.Runtime"), None, None)
    assert laptop.types("run", *PAIR, "--dry-run")[0] == 1
    assert "NotifyOn" not in laptop.parameters
    laptop.account.unlink()
    assert laptop.types("run", *PAIR, "--dry-run")[0] == 1
    assert service.told == []


def test_what_cannot_start_at_a_terminal_is_read_there_and_told_nobody(laptop: Laptop, service: Receiver) -> None:
    home, err = Home(laptop.home), Console(file=io.StringIO(), force_terminal=True)
    laptop.types("notify", service.url)
    with pytest.raises(InvalidInput), Telling(home, err).of_what_starts_nothing():
        raise InvalidInput("--source: 'nonsense' is not a playlist's URL.")
    assert service.told == []
    with pytest.raises(InvalidInput), Telling(home, Console(file=io.StringIO())).of_what_starts_nothing():
        raise InvalidInput("pairs.json: 'nonsense' is not a playlist's URL.")
    assert len(service.told) == 1, "a timer has no reader"


def test_what_was_published_stands_in_the_history() -> None:
    sent = json.dumps({"TopicArn": "arn", "Subject": PUBLISHED.subject, "Message": PUBLISHED.message})
    of_lambda = {"resourceType": "lambda", "resource": "invoke", "parameters": "{}"}
    of_sns = {"resourceType": "sns", "resource": "publish", "parameters": sent}
    history = [{"taskScheduledEventDetails": one} for one in (of_lambda, of_sns)]
    assert notification_in([{"type": "ExecutionStarted"}, *history]) == PUBLISHED
    assert notification_in(history[:1]) is None
