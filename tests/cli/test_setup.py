"""`rediscover setup`: sittings whose answers are lines, at the simulated Spotify; wrong answers at every question."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rediscover.commands.run import RunArguments
from rediscover.commands.timers.machine import NotScheduled
from rediscover.simulator import Simulator
from tests.cli.chair import Chair
from tests.support.receiver import Receiver, receiver
from tests.support.scopes import SCOPES_ALL

DISCOVER_WEEKLY = "https://open.spotify.com/playlist/37i9dQZEVXcJZyENOWUFo7"
NO_DRY_RUN, NO_TIMER, NO_TELLING = "n", "n", "n"


@pytest.fixture
def chair(
    tmp_path: Path, simulator: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Chair:
    return Chair(tmp_path / "home", simulator, capsys, monkeypatch)


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def test_from_nothing_to_an_archive_with_a_wrong_answer_at_every_question(
    chair: Chair, service: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[dict[str, Any]] = []

    def run(arguments: RunArguments, *_: object) -> int:
        tried.append(arguments.input)
        return 0

    monkeypatch.setattr("rediscover.commands.setup.remembering.run", run)
    inbox = chair.spotify.create_playlist("Inbox", chair.spotify.tracks(3))
    chair.spotify.create_playlist("Inbox of last year")
    chair.spotify.follow(chair.spotify.create_playlist("Theirs", owner="somebody"))
    chair.buttons = ["cancel"]
    of_app = ("", "x", "wrong-id", chair.app[1], chair.app[0], "wrong-secret", "not ascii ö", "x", *chair.app)
    of_consent = ("maybe", "y")
    of_source = ("99", "0", "nothing like it", "In", "a link", "nonsense", DISCOVER_WEEKLY, "", "inbox")
    of_target = ("99", "Theirs", "a link", "nonsense", inbox, "", "a new playlist", "Kept {day}", "Kept {year}")
    of_timer = ("perhaps", "y")
    of_telling = ("perhaps", "y", "nowhere://secret-0815", "secret-0815", service.url, "y")
    code, _, err = chair.sits(*of_app, *of_consent, *of_source, *of_target, "y", *of_timer, *of_telling, typed=True)
    assert code == 0, err
    assert err.count("Spotify does not accept the app's client id and client secret") == 2
    assert err.count("That is no client id and secret of Spotify's.") == 2
    assert "Access was denied on Spotify's page" in err
    assert err.count("Give the number or the name of one of them, and of one only.") == 6
    assert "“Theirs”" not in err, "what Spotify does not show is not offered"
    assert "Copy its songs into a playlist of your own in the Spotify app" in err
    assert err.count("'nonsense' is not a playlist's URL, URI or id.") == 2
    assert "That is the source. Give another one." in err
    assert "has {day} in it; what can be filled in is {year}" in err
    assert tried == [{"pairs": [{"source": inbox, "target": {"create": "Kept {year}"}}], "dry_run": True}]
    assert [str(job.when) for job in chair.clock.jobs] == ["every Monday at 20:00"]
    assert chair.clock.jobs[0].command[-1] == "run", "what is remembered is what is run"
    assert "There is no service by nowhere://" in err
    assert chair.remembered == [{"source": inbox, "target": {"create": "Kept {year}"}}]
    stored = json.loads(chair.credentials.read_text())
    assert (stored["spotify_client_id"], stored["spotify_client_secret"]) == chair.app
    assert json.loads(chair.listener.read_text()) == {"urls": [service.url], "on": "additions"}
    assert [subject for subject, _ in service.told] == ["(re)Discover Weekly: a test"]


def test_a_second_sitting_keeps_what_stands_with_nothing_but_enter(chair: Chair, service: Receiver) -> None:
    inbox = chair.spotify.create_playlist("Inbox")
    chair.sits(*chair.app, "inbox", "new", "", NO_DRY_RUN, "", "y", service.url, "n")
    before = {path: path.read_bytes() for path in (chair.credentials, chair.pairs, chair.listener)}
    code, _, err = chair.sits("", "", "")
    assert code == 0, err
    assert "Spotify takes it." in err
    assert "Your consent stands until " in err
    assert f"1. {inbox} to a playlist that is made: Rediscovered" in err
    assert "It is scheduled: `rediscover schedule --show` shows when" in err
    assert len(chair.clock.jobs) == 1
    assert "You are told by JSON (json://). Change it?" in err
    assert {path: path.read_bytes() for path in before} == before


def test_a_sitting_adds_another_pair_to_what_stands(chair: Chair) -> None:
    chair.authorized(*SCOPES_ALL)
    inbox = chair.spotify.create_playlist("Inbox")
    chair.sits("n", "inbox", "new", "", NO_DRY_RUN, NO_TIMER, NO_TELLING)
    assert chair.sits("n", "y", "liked", "new", "Kept", NO_DRY_RUN, NO_TIMER, NO_TELLING)[0] == 0
    assert [pair["source"] for pair in chair.remembered] == [inbox, "liked"]
    code, _, err = chair.sits("n", "y", "liked", "new", "Kept", NO_DRY_RUN, NO_TIMER, NO_TELLING)
    assert (code, "That pair is remembered already." in err, len(chair.remembered)) == (0, True, 2)


def test_every_step_can_be_skipped(chair: Chair) -> None:
    chair.authorized()
    chair.spotify.create_playlist("Inbox")
    for later in (["later"], ["inbox", "later"]):
        assert chair.sits("n", *later, NO_TELLING)[0] == 0
        assert not chair.pairs.exists()
        assert not chair.listener.exists()


def test_whoever_ends_in_between_finds_what_was_done_until_then(chair: Chair) -> None:
    code, _, err = chair.sits(*chair.app)
    assert code == 1
    assert "The answers ended before “Number or name”." in err
    assert "Give --source, or answer it. What is set up until here stays." in err
    assert json.loads(chair.credentials.read_text())["spotify_client_id"] == chair.app[0]
    chair.spotify.create_playlist("Inbox")
    assert chair.sits("n", "inbox", "new", "", NO_DRY_RUN)[0] == 1
    assert len(chair.remembered) == 1


def test_a_stored_app_that_spotify_no_longer_takes_is_asked_for_again(chair: Chair) -> None:
    chair.authorized()
    stored = json.loads(chair.credentials.read_text())
    chair.credentials.write_text(json.dumps({**stored, "spotify_client_secret": "of-last-year"}))
    code, _, err = chair.sits("", chair.app[1], "later", NO_TELLING)
    assert code == 0, err
    assert f"Client id [{chair.app[0]}]" in err, "the id stands as the default"
    assert json.loads(chair.credentials.read_text())["spotify_client_secret"] == chair.app[1]


def test_an_authorization_that_ended_is_asked_for_and_one_that_stands_can_be_renewed(chair: Chair) -> None:
    chair.authorized()
    chair.spotify.revoke_authorization()
    dead = json.loads(chair.credentials.read_text())["refresh_token"]
    assert chair.sits("later", NO_TELLING)[0] == 0
    alive = json.loads(chair.credentials.read_text())["refresh_token"]
    assert chair.sits("y", "later", NO_TELLING)[0] == 0
    assert len({dead, alive, json.loads(chair.credentials.read_text())["refresh_token"]}) == 3


def test_a_consent_that_is_not_given_ends_the_sitting_where_it_is_not_wanted_again(chair: Chair) -> None:
    chair.buttons = ["cancel", "cancel"]
    code, _, err = chair.sits(*chair.app, "y", "n", typed=True)
    assert code == 1
    assert err.count("Access was denied on Spotify's page") == 3
    assert not chair.credentials.exists()


def test_a_source_that_needs_a_consent_of_its_own_is_asked_for_once_more(chair: Chair) -> None:
    chair.authorized()
    code, _, err = chair.sits("n", "liked", "new", "", NO_DRY_RUN, NO_TIMER, NO_TELLING)
    assert code == 0, err
    assert "Spotify asks you once more, since liked needs a consent of its own." in err
    assert "user-library-read" in json.loads(chair.credentials.read_text())["scope"]
    assert [pair["source"] for pair in chair.remembered] == ["liked"]


def test_a_source_that_is_given_by_a_flag_is_part_of_the_consent(chair: Chair) -> None:
    chair.authorized()
    code, _, err = chair.sits(NO_DRY_RUN, NO_TIMER, NO_TELLING, flags=("--source", "liked", "--create", "Kept"))
    assert (code, "Your consent stands" in err, "once more" in err) == (0, False, False)
    assert "user-library-read" in json.loads(chair.credentials.read_text())["scope"]


def test_flags_answer_everything_and_nobody_is_asked(chair: Chair, service: Receiver) -> None:
    chair.authorized(*SCOPES_ALL)
    target = chair.spotify.create_playlist("Archive")
    flags = ("--source", "liked", "--source", "recently-played", "--target", target, "--notify", service.url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rediscover.commands.setup.remembering.run", lambda *_: 0)
        assert chair.sits(flags=("--no-input", *flags))[0] == 0
        assert chair.sits(flags=("--no-input",))[0] == 0, "what stands needs no flag"
    assert chair.remembered == [{"source": ["liked", "recently-played"], "target": target}]
    assert json.loads(chair.listener.read_text())["urls"] == [service.url]
    assert service.told == []
    assert chair.clock.jobs == []


def test_a_timer_is_set_by_a_flag_and_one_that_cannot_be_ends_nothing(chair: Chair) -> None:
    chair.authorized()
    inbox = chair.spotify.create_playlist("Inbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rediscover.commands.setup.remembering.run", lambda *_: 0)
        pair = ("--source", inbox, "--create", "Kept")
        assert chair.sits(flags=("--no-input", *pair, "--every", "day", "--at", "7:30"))[0] == 0
    assert [str(job.when) for job in chair.clock.jobs] == ["every day at 07:30"]
    chair.clock.jobs, chair.clock.problem = [], NotScheduled("The clock stands still.")
    code, _, err = chair.sits("n", "n", "y", NO_TELLING)
    assert (code, "The clock stands still. `rediscover schedule` does it later" in err) == (0, True)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ((), "Nobody is asked, so give --source: “What is to be archived?”"),
        (("--source", "liked"), "Nobody is asked, so give --target or --create: “Where is it kept?”"),
        (("--source", "nonsense", "--create", "x"), "--source: 'nonsense' is not a playlist's"),
        (("--source", DISCOVER_WEEKLY, "--create", "x"), "Copy its songs into a playlist of your own"),
        (("--source", "liked", "--create", "{day}"), "--create: '{day}' has {day} in it"),
    ],
)
def test_where_nobody_is_asked_a_wrong_or_missing_flag_is_named(
    flags: tuple[str, ...], told: str, chair: Chair
) -> None:
    chair.authorized(*SCOPES_ALL)
    code, _, err = chair.sits(flags=("--no-input", *flags))
    assert (code, told in err, chair.pairs.exists()) == (2 if told.startswith("--") else 1, True, False), err


def test_where_nobody_is_asked_an_app_is_needed_from_the_environment(
    chair: Chair, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "give SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET: “Client id”" in chair.sits(flags=("--no-input",))[2]
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "wrong-id")
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", chair.app[1])
    code, _, err = chair.sits(flags=("--no-input",))
    assert (code, err.count("Spotify does not accept the app's client id")) == (1, 1)


def test_a_pair_whose_run_would_fail_is_chosen_again_and_not_remembered(
    chair: Chair, monkeypatch: pytest.MonkeyPatch
) -> None:
    chair.authorized()
    inbox = chair.spotify.create_playlist("Inbox")
    codes = [1, 0, 1]
    monkeypatch.setattr("rediscover.commands.setup.remembering.run", lambda *_: codes.pop(0))
    again = ("", "inbox", "new", "Kept")
    assert chair.sits("n", "inbox", "new", "", "y", *again, "y", NO_TIMER, NO_TELLING, typed=True)[0] == 0
    assert chair.remembered == [{"source": inbox, "target": {"create": "Kept"}}]
    assert chair.sits("n", flags=("--no-input", "--source", inbox, "--create", "Other"))[0] == 1
    assert len(chair.remembered) == 1


def test_damaged_pairs_are_said_and_stay(chair: Chair) -> None:
    chair.authorized()
    chair.pairs.write_text("{")
    code, _, err = chair.sits("n")
    assert (code, f"{chair.pairs} is not JSON" in err) == (1, True)
    assert chair.pairs.read_text() == "{"


@pytest.mark.parametrize(
    "typed",
    [
        ("--target", "x", "--create", "y"),
        ("--email", "a@b.c"),
        ("--aws", "--notify", "json://h"),
        ("--aws", "--every", "day"),
        ("--stack", "s"),
    ],
)
def test_flags_that_contradict_are_refused(typed: tuple[str, ...], chair: Chair) -> None:
    with pytest.raises(SystemExit, match="2"):
        chair.sits(flags=typed)
