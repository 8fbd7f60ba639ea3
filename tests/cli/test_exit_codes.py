"""How a command ends: 2 wherever what was typed can be made nothing of, 1 where it is understood and cannot be done."""

from pathlib import Path

import pytest

from rediscover import cli

A, B = "A" * 22, "B" * 22
PAIR = ["--source", "nonsense", "--target", A]


def ends(*typed: str) -> int:
    """The exit code, whoever finds it: argparse or the command."""
    try:
        return cli.main(typed)
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.fixture(autouse=True)
def _empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path / "home"))
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.delenv(f"SPOTIFY_{name}", raising=False)


@pytest.mark.parametrize(
    "typed",
    [
        ["run", *PAIR],
        ["run", "--source", A, "--target", B, "--max-new", "0"],
        ["run", "--source", A, "--target", B, "--max-new", "many"],
        ["run", "--source", A, "--target", B, "--match", "name"],
        ["run", "--source", A, "--create", "{day}"],
        ["run", "--input", '{"pairs": 7}'],
        ["run", "--input", "{"],
        ["run", "--aws", *PAIR],
        ["pairs", "add", *PAIR],
        ["up", *PAIR],
        ["schedule", *PAIR],
        ["schedule", "--at", "25:00"],
        ["weeks", "2026-W60"],
        ["weeks", "--target", "nonsense"],
        ["export", "--week", "last"],
        ["export", "--target", "nonsense"],
        ["page", "--target", "nonsense"],
        ["check", "--target", "nonsense"],
        ["forget", "--target", "nonsense", "--yes"],
        ["notify", "nowhere://x"],
        ["history", "--svg"],
        ["authorize", "--port", "0"],
    ],
    ids=" ".join,
)
def test_what_can_be_made_nothing_of_is_a_wrong_command_line(typed: list[str]) -> None:
    assert ends(*typed) == 2


@pytest.mark.parametrize(
    "typed",
    [["history", "monday"], ["pairs", "remove", "7"], ["run"], ["run", "--source", A, "--target", B], ["export"]],
    ids=" ".join,
)
def test_what_is_understood_and_cannot_be_done_is_a_failure(typed: list[str]) -> None:
    assert ends(*typed) == 1
