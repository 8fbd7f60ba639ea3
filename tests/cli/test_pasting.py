"""`rediscover run --source -`: links of tracks from standard input."""

import io
import json
import sys
from typing import Any

import pytest

from rediscover import cli
from rediscover.commands.arguments.input_check import MOST_BYTES, check_input
from rediscover.commands.run import RunArguments
from rediscover_archive.errors import InvalidInput

A, B = "A" * 22, "B" * 22
LINK = f"https://open.spotify.com/track/{A}"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The inputs that runs were started with."""
    inputs: list[dict[str, Any]] = []

    def run(arguments: RunArguments, *_: object) -> int:
        inputs.append(arguments.input)
        return 0

    monkeypatch.setattr("rediscover.commands.run.run", run)
    return inputs


def _typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_what_is_pasted_into_standard_input_is_the_source(
    monkeypatch: pytest.MonkeyPatch, started: list[dict[str, Any]]
) -> None:
    _typed(monkeypatch, f"This week\n{LINK}, {LINK}\n")
    assert cli.main(["run", "--source", "-", "--target", B]) == 0
    assert started == [{"pairs": [{"source": {"tracks": ["This week", A, A]}, "target": B}]}]


def test_it_stands_among_other_sources(monkeypatch: pytest.MonkeyPatch, started: list[dict[str, Any]]) -> None:
    _typed(monkeypatch, LINK)
    assert cli.main(["run", "--source", "liked", "--source", "-", "--target", B]) == 0
    assert started == [{"pairs": [{"source": ["liked", {"tracks": [A]}], "target": B}]}]


def test_an_empty_standard_input_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _typed(monkeypatch, " \n")
    with pytest.raises(SystemExit, match="2"):
        cli.main(["run", "--source", "-", "--target", B])
    assert "there is nothing in standard input" in capsys.readouterr().err


def test_what_has_no_track_is_refused_by_the_flag_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _typed(monkeypatch, "nothing of interest")
    assert cli.main(["run", "--source", "-", "--target", B]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "--source: there is no link, URI or id of a track in it." in told


def test_ten_thousand_tracks_fit_into_an_execution_and_what_does_not_is_said(
    monkeypatch: pytest.MonkeyPatch, started: list[dict[str, Any]]
) -> None:
    ids = [f"{number:022}" for number in range(10_000)]
    _typed(monkeypatch, "\n".join(f"https://open.spotify.com/track/{id}" for id in ids))
    assert cli.main(["run", "--source", "-", "--target", B]) == 0
    assert len(json.dumps(started[0])) <= MOST_BYTES
    check_input(started[0], on_stack=True, from_flags=True)
    links = {"pairs": [{"source": {"tracks": [LINK] * 9_000}, "target": B}]}
    with pytest.raises(InvalidInput, match="and an execution's may have 261,144: Step Functions takes 256 KiB"):
        check_input(links, on_stack=True, from_flags=False)
