"""What is shown where: lines that fit, words for signs that there are not."""

import io
import json
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rediscover import cli
from rediscover.commands.checks.findings import bad, good, unchecked
from rediscover.commands.history import history
from rediscover.executions.timeline import build
from rediscover.executions.view import LiveView, whole
from rediscover.machine.terminal import consoles, say
from tests.cli.recordings import load, timeline
from tests.cli.test_history_command import OUTPUT, Recorded, Written, execution

LINK = "https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M"
SENTENCE = (
    f"To go on, run `rediscover authorize --with liked` and copy {LINK} into the source of the pair, then begin again."
)


def terminal(width: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, no_color=True, width=width, highlight=False, markup=False)


def shown(on: Console) -> list[str]:
    assert isinstance(on.file, io.StringIO)
    return Text.from_ansi(on.file.getvalue()).plain.splitlines()


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)


def written(on: io.TextIOWrapper) -> bytes:
    assert isinstance(on.buffer, io.BytesIO)
    return on.buffer.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_lines_are_broken_at_words_and_what_is_copied_stays_whole(width: int) -> None:
    on = terminal(width)
    say(on, SENTENCE)
    lines = shown(on)
    assert " ".join(lines) == SENTENCE
    assert all(cell_len(line) <= width or line == LINK for line in lines)
    assert [line for line in lines if LINK in line]
    assert [line for line in lines if "`rediscover authorize --with liked`" in line]
    assert (len(lines) == 1) == (width == 200)


def test_what_goes_on_in_another_line_stands_below_what_it_belongs_to() -> None:
    on = terminal(30)
    say(on, "Added:\n    1. “Lanterns on the Canal – Mirela Voss”\n  30 offered, 0 already there, 0 skipped.")
    assert shown(on) == [
        "Added:",
        "    1. “Lanterns on the Canal",
        "       – Mirela Voss”",
        "  30 offered, 0 already there,",
        "  0 skipped.",
    ]


def test_names_that_are_wide_in_a_terminal_are_counted_so() -> None:
    on = terminal(12)
    say(on, "日本語 日本語 日本")
    assert shown(on) == ["日本語", "日本語 日本"]


@pytest.mark.parametrize("columns", [None, "40"])
def test_in_a_pipe_a_sentence_is_a_line_and_columns_is_for_tables(
    columns: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = stream("utf-8")
    monkeypatch.setattr("sys.stdout", out)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    to, _ = consoles()
    say(to, f"{SENTENCE} {SENTENCE}")
    assert (
        history(Recorded(execution("20261122-220000-aaaaaa")), Written({}), None, io=False, as_json=False, out=to) == 0
    )
    sentence, *rows = written(out).decode().splitlines()
    assert sentence == f"{SENTENCE} {SENTENCE}"
    assert (max(map(len, rows)) <= 40) == (columns is not None)


@pytest.mark.parametrize("width", [40, 60])
def test_the_list_of_runs_is_legible_in_a_narrow_terminal(width: int) -> None:
    on = terminal(width)
    added = json.dumps({**OUTPUT, "outcome": "added", "pairs": [{"added": 30}]})
    failed = execution("20261108-220000-cccccc", output=None, status="FAILED", error="AuthorizationRejected")
    past = Recorded(execution("20261122-220000-aaaaaa", output=added), failed)
    history(past, Written({}), None, io=False, as_json=False, out=on)
    lines = shown(on)
    assert max(map(len, lines)) <= width
    assert lines[0].endswith("  added (30 added)")
    assert lines[1] == "  20261122-220000-aaaaaa  2.6 s"
    assert "FAILED: AuthorizationRejected" in " ".join(" ".join(lines[2:]).split())


def test_states_are_legible_in_a_narrow_terminal_with_what_they_say_below_them() -> None:
    on = terminal(40)
    on.print(whole(timeline("nested-maps"), io=False), crop=False)
    lines = shown(on)
    assert max(map(len, lines)) <= 40
    at = next(number for number, line in enumerate(lines) if line.endswith("ReadSource      1.3 s"))
    assert [line.strip() for line in lines[at + 1 : at + 5]] == [
        "SpotifyUnavailable: Spotify",
        "answered 503 (Service",
        "Unavailable). Attempt 2 after",
        "0.9 s.",
    ]


def test_inputs_and_outputs_are_not_broken() -> None:
    on = terminal(40)
    on.print(whole(timeline("caught-then-failed"), io=True), crop=False)
    assert [line for line in shown(on) if '"Cause"' in line and line.endswith('\\"PlaylistNotFound\\"}"')]


def test_what_is_redrawn_in_place_has_no_line_that_is_longer_than_the_terminal() -> None:
    found = timeline("caught-then-failed")
    next(iter(found.root.steps)).failures[0].message = LINK
    on = terminal(30)
    view = LiveView(on)
    view.update(found)
    on.print(view._live.get_renderable(), crop=False)
    assert max(map(len, shown(on))) <= 30
    assert LINK in "".join(line.strip() for line in shown(on))


def test_the_status_of_a_running_execution_fits_into_a_narrow_terminal() -> None:
    recording = load("nested-maps")
    on = terminal(40)
    view = LiveView(on)
    view.update(build({**recording["execution"], "name": "9d503ea0-e11a-4efc-84a9-0f"}, recording["events"]))
    on.print(view._live.get_renderable(), crop=False)
    assert shown(on)[-1] == "9d503ea0-e11a-4efc-…  SUCCEEDED  2.6 s"


def output_where(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> io.TextIOWrapper:
    """What standard output is from now on, in an environment that says this of the terminal and the locale."""
    out = stream("utf-8")
    monkeypatch.setattr("sys.stdout", out)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return out


@pytest.mark.parametrize(
    "said",
    [{"LC_ALL": "C"}, {"LANG": "POSIX"}, {"LANG": "C", "LC_CTYPE": "C.UTF-8"}, {"TERM": "dumb", "LANG": "de_DE.UTF-8"}],
)
def test_where_there_are_no_signs_there_are_words_and_names_stay(
    said: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = output_where(monkeypatch, said)
    to, _ = consoles()
    for finding in (good("Source", "“Sigur Rós” …"), bad("Target", "none"), unchecked("Runs", "none – yet")):
        finding.show(to)
    to.print(whole(timeline("nested-maps"), io=False))
    lines = written(out).decode().splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["ok", "Source", '"Sigur', 'Rós"', "..."],
        ["BAD", "Target", "none"],
        ["-", "Runs", "none", "-", "yet"],
    ]
    assert [line for line in lines if line.lstrip().startswith("done    ReadSource ")]
    assert [line for line in lines if line.lstrip().startswith("caught  SelectNewTracks ")]
    assert "\n".join(lines[3:]).isascii()


@pytest.mark.parametrize("said", [{}, {"LANG": "C.UTF-8"}, {"LANG": "C", "LC_ALL": "en_US.UTF-8"}])
def test_a_locale_that_has_signs_and_one_that_is_not_said_keep_them(
    said: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = output_where(monkeypatch, said)
    good("Source", "“Sigur Rós” …").show(consoles()[0])
    assert written(out).decode() == "✓ Source         “Sigur Rós” …\n"


@pytest.mark.parametrize(("encoding", "name"), [("ascii", b"Sigur R?s"), ("latin-1", b"Sigur R\xf3s")])
def test_an_encoding_without_signs_gets_what_it_has(
    encoding: str, name: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = stream(encoding)
    monkeypatch.setattr("sys.stdout", out)
    bad("Source", "“Sigur Rós” …").show(consoles()[0])
    assert written(out) == b'BAD Source         "' + name + b'" ...\n'


def test_a_state_that_runs_is_a_word_too() -> None:
    on = Console(file=stream("ascii"), width=80)
    found = timeline("nested-maps")
    found.root.steps[0].status, found.root.steps[0].ended = "running", None
    found.root.steps[0].entered = datetime.now(UTC)
    on.print(whole(found, io=False), crop=False)
    assert isinstance(on.file, io.TextIOWrapper)
    assert b"\nrunning Prepare" in written(on.file)


def test_the_command_alone_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("usage: rediscover ")
    assert told.err == ""


def test_a_usage_error_is_broken_at_words_and_commands_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "rediscover.commands.arguments.parsing.console", lambda stderr: Console(stderr=stderr, width=40)
    )
    with pytest.raises(SystemExit, match="2"):
        cli.main(["authorize", "--port", "\x1b[31m eight thousand and eighty"])
    lines = capsys.readouterr().err.splitlines()
    assert lines[-3:] == [
        "rediscover authorize: error: argument",
        "--port: [31m eight thousand and eighty",
        "is not a port from 1 to 65535",
    ]
