"""How an execution looks, in a terminal and elsewhere."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from rediscover.executions.timeline import Timeline, build
from rediscover.executions.view import LiveView, PlainView, Shown, view_on, whole
from rediscover.words import clean, reason, took
from tests.cli.recordings import load, running, timeline

HOSTILE = "[red]bad[/red] \x1b[31m\x07\u202eevil\u2028line\nnext :smile: \x9b2J"


def console(
    *, terminal: bool = False, width: int = 80, height: int = 50, no_color: bool = False, whole_lines: bool = False
) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        height=height,
        force_terminal=terminal,
        no_color=no_color,
        color_system="standard" if terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=whole_lines,
    )


def written(on: Console) -> str:
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


def hostile() -> dict[str, Any]:
    recording = load("retries-exhausted")
    recording["execution"]["cause"] = recording["execution"]["name"] = HOSTILE
    for event in recording["events"]:
        for details in event.values():
            if isinstance(details, dict):
                details.update({key: HOSTILE for key in ("name", "cause", "error", "input") if key in details})
    return recording


def test_a_pipe_gets_plain_lines_and_a_terminal_the_live_view() -> None:
    assert isinstance(view_on(console()), PlainView)
    assert isinstance(view_on(console(terminal=True)), LiveView)


def test_plain_lines_tell_each_thing_once_while_the_execution_runs() -> None:
    on = console(whole_lines=True)
    definition = {"States": {"Settle": {"Type": "Wait", "SecondsPath": "$.settle"}}}
    with PlainView(on) as view:
        for until in range(103):
            view.update(running("nested-maps", until, definition))
        view.update(timeline("nested-maps"))
        view.update(timeline("nested-maps"))
    lines = [line[9:] for line in written(on).splitlines()]
    assert lines[0] == "execution nested"
    assert lines[-1] == "SUCCEEDED after 2.6 s"
    assert len(lines) == 21
    place = "ArchiveTargets 1 of 2 › ArchivePairs 2 of 2 › ReadSource"
    assert [line for line in lines if line.startswith(place)] == [
        f"{place}: SpotifyUnavailable: Spotify answered 503 (Service Unavailable).",
        f"{place}: attempt 2 after 0.9 s",
        f"{place}: SpotifyUnavailable: Spotify answered 503 (Service Unavailable).",
        f"{place}: attempt 3 after 0.2 s",
        f"{place}: done after 1.3 s",
    ]
    assert "ArchiveTargets 2 of 2 › SelectNewTracks: failed, caught after 0.01 s" in lines
    assert "ArchiveTargets 1 of 2 › ArchivePairs 1 of 2 › Settle: waiting 1 s" in lines


def waiting(seconds: int) -> Timeline:
    recording = load("nested-maps")
    execution = {**recording["execution"], "status": "RUNNING", "stopDate": None}
    definition = {"States": {"Settle": {"Type": "Wait", "Seconds": seconds}}}
    return build(execution, recording["events"][:41], definition)


@pytest.mark.parametrize(("shown", "seconds", "lines"), [("waits", 59, 0), ("waits", 60, 1), ("nothing", 60, 0)])
def test_a_log_has_what_keeps_a_run_waiting_for_long_and_nothing_else(shown: Shown, seconds: int, lines: int) -> None:
    on = console(whole_lines=True)
    with view_on(on, shown) as view:
        view.update(waiting(seconds))
    told = [line for line in written(on).splitlines() if f"Settle: waiting {seconds} s" in line]
    assert (len(told), len(written(on).splitlines())) == (lines, lines)


def test_a_finished_timeline_shows_states_durations_and_retries_at_80_columns() -> None:
    on = console()
    on.print(whole(timeline("nested-maps"), io=False))
    lines = written(on).splitlines()
    assert max(map(len, lines)) <= 80
    shown = re.sub(r"\s+", " ", written(on))
    assert "nested SUCCEEDED 2.6 s" in shown
    assert "✔ ReadSource 1.3 s SpotifyUnavailable: Spotify answered 503 (Service Unavailable). Attempt 2" in shown
    assert "! SelectNewTracks 0.01 s PlaylistNotFound: There is no playlist c. Caught." in shown
    assert "✔ Settle 1.0 s waited" in shown
    assert "✔ Missing? 0.00 s" in shown
    assert re.search(r"ArchiveTargets 2.6 s 1 of 2 ✔ ArchivePairs .* 2 of 2 ✔ ArchivePairs", shown)
    assert "output:" not in shown


def test_inputs_and_outputs_are_shown_on_request() -> None:
    on = console()
    on.print(whole(timeline("uncaught-in-a-branch"), io=True))
    assert re.search(r'Quick.*\n +input: *\n +\{ *\n +"x": 1 *\n +\} *\n +output: none', written(on))


def test_a_failed_execution_ends_with_its_reason() -> None:
    on = console()
    on.print(whole(timeline("caught-then-failed"), io=False))
    assert written(on).splitlines()[-1] == "PlaylistNotFound: There is no playlist zz."


def test_the_live_view_leaves_the_finished_tree_standing() -> None:
    on = console(terminal=True)
    with LiveView(on) as view:
        view.update(running("nested-maps", 41))
        view.update(timeline("nested-maps"))
    last = written(on).rsplit("Prepare", 1)[1]
    assert "SUCCEEDED" in last
    assert "Missing?" not in last  # states that only steer


def test_the_live_view_counts_a_wait_down() -> None:
    now = datetime.now(UTC)
    recording = load("nested-maps")
    entered = recording["events"][40]
    assert entered["type"] == "WaitStateEntered"
    entered["timestamp"] = (now - timedelta(seconds=20)).isoformat()
    execution = {**recording["execution"], "status": "RUNNING", "stopDate": None}
    definition = {"States": {"Settle": {"Type": "Wait", "Seconds": 60}}}
    on = console(terminal=True, no_color=True)
    with LiveView(on) as view:
        view.update(build(execution, recording["events"][:41], definition))
    assert re.search(r"Settle\S* .* (40|39) s left", written(on))


def test_a_low_terminal_shows_what_runs_now() -> None:
    on = console(terminal=True, height=6)
    view = LiveView(on)
    view.update(running("nested-maps", 80))
    on.print(view._live.get_renderable())
    lines = written(on).splitlines()
    assert len(lines) == 5
    assert "RUNNING" in lines[-1]


def test_no_color_means_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    on = Console(file=io.StringIO(), force_terminal=True, width=80)
    on.print(whole(timeline("nested-maps"), io=False))
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", written(on))


@pytest.mark.parametrize("io_shown", [False, True])
def test_hostile_text_cannot_command_the_terminal(io_shown: bool) -> None:
    recording = hostile()
    shown = build(recording["execution"], recording["events"])
    on = console()
    on.print(whole(shown, io=io_shown))
    PlainView(on).update(shown)
    assert "[red]bad[/red]" in written(on)
    assert ":smile:" in written(on)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", written(on))


def test_clean_text_keeps_the_spelling_of_names() -> None:
    assert clean("Sigur Rós 日本語 👩‍🚀 می‌خواهم") == "Sigur Rós 日本語 👩‍🚀 می‌خواهم"
    assert clean("a\nb\tc\x00d") == "a b cd"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.004, "0.00 s"),
        (0.04, "0.04 s"),
        (1.26, "1.3 s"),
        (9.97, "10 s"),
        (59.7, "1 min 0 s"),
        (125, "2 min 5 s"),
        (11_520, "3 h 12 min"),
    ],
)
def test_durations_read_well(seconds: float, words: str) -> None:
    assert took(timedelta(seconds=seconds)) == words


def test_why_something_failed_stands_on_one_line_with_or_without_a_cause() -> None:
    assert reason("Lambda.Unknown", "It\nended.\x1b[2J") == clean("Lambda.Unknown: It\nended.\x1b[2J")
    assert reason("States.Timeout", "") == reason("States.Timeout", None) == "States.Timeout"
