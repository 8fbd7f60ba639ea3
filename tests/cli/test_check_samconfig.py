"""What the doctor makes of a samconfig.toml beside it."""

from pathlib import Path

import pytest

from rediscover.commands.checks.samconfig import check_samconfig

STACK = {
    "ScheduleState": "ENABLED",
    "ScheduleExpression": "cron(0 6 ? * MON *)",
    "SourcePlaylist": "",
    "Hidden": "****",
}
GUIDED = """version = 0.1
[default.deploy.parameters]
stack_name = "mine"
parameter_overrides = "ScheduleExpression=\\"cron(0 6 ? * MON *)\\" ScheduleState=\\"DISABLED\\" SourcePlaylist=\\"\\""
"""


def told(folder: Path, text: str | bytes, stack: str = "mine") -> list[str]:
    """The lines for a file of that text."""
    (folder / "samconfig.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return [f"{finding.ok} {finding.name}: {finding.told}" for finding in check_samconfig(folder, stack, STACK)]


def test_a_deployment_that_would_switch_the_schedule_off_is_told_before(tmp_path: Path) -> None:
    assert told(tmp_path, GUIDED) == [
        "False samconfig.toml: the next `sam deploy` here would set ScheduleState=DISABLED (the stack has ENABLED). "
        "Take that out of parameter_overrides in it; a parameter that is not named stays as it is."
    ]


@pytest.mark.parametrize(
    "text",
    [
        GUIDED.replace("DISABLED", "ENABLED"),
        GUIDED.replace("ScheduleState", "Another"),
        GUIDED.replace("ScheduleState", "Hidden"),
        GUIDED.replace("mine", "another"),
        GUIDED.replace("default", "other"),
        '[default.global.parameters]\nstack_name = "mine"\n',
        "default = 1",
        "",
    ],
    ids=["agrees", "unknown", "hidden", "another stack", "another environment", "no parameters", "odd", "empty"],
)
def test_a_file_that_changes_nothing_is_not_spoken_of(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == []


def test_no_file_is_not_spoken_of(tmp_path: Path) -> None:
    assert list(check_samconfig(tmp_path, "mine", STACK)) == []


def test_parameters_may_be_a_list_and_the_stacks_name_stand_for_all_commands(tmp_path: Path) -> None:
    overrides = """parameter_overrides = ["ScheduleState=DISABLED", 'SourcePlaylist="liked, x"']"""
    text = f'[default.global.parameters]\nstack_name = "mine"\n[default.deploy.parameters]\n{overrides}\n'
    (line,) = told(tmp_path, text)
    assert "ScheduleState=DISABLED (the stack has ENABLED), SourcePlaylist=liked, x (the stack has nothing)" in line


@pytest.mark.parametrize("text", ["[", GUIDED.replace('SourcePlaylist=\\"\\"', "SourcePlaylist='"), b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, text: str | bytes) -> None:
    (line,) = told(tmp_path, text)
    assert line.startswith("False samconfig.toml: cannot be read (")
