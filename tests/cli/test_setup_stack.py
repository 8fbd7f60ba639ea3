"""`rediscover setup --aws`: the stack's secret, and the command that gives it its parameters, with moto as AWS."""

import io
import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from rich.console import Console

from rediscover.commands.setup.sitting import SetupArguments
from rediscover.commands.setup.stack import deploy_line, parameters_of
from rediscover.commands.setup.steps import setup
from rediscover.places.aws import NoSuchStack
from rediscover.simulator import Simulator
from tests.cli.chair import Keyboard
from tests.cli.test_deployed_account import Account
from tests.support.consent import Browser, free_port

MADE = {"source": ["liked", "recently-played"], "target": {"create": 'Kept "{year}" for\\me, it\'s'}}
SAM = Path(__file__).parents[2] / os.environ.get("SAM_VENV", ".venv-sam") / "bin" / "python"
READ_BY_SAM = """
import json, sys
from samcli.cli.types import CfnParameterOverridesType
print(json.dumps(CfnParameterOverridesType().convert(tuple(sys.argv[1:]), None, None)))
"""


@pytest.fixture
def account(tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr("rediscover.commands.consent.browser.start", Browser().open)
    with mock_aws():
        yield Account(tmp_path / "home", simulator, monkeypatch)


def sits(account: Account, *lines: str, typed: bool = False, **given: Any) -> tuple[str, str]:
    """What a sitting prints, and what it says meanwhile."""
    stdin = Keyboard if typed else io.StringIO
    account.patch.setattr("sys.stdin", stdin("".join(f"{line}\n" for line in lines)))
    printed = io.StringIO(), io.StringIO()
    out, err = (Console(file=file, highlight=False, markup=False, soft_wrap=True) for file in printed)
    arguments = SetupArguments(stack="mine", port=free_port(), **given)
    assert setup(arguments, account.environment, out, err) == 0
    told = [file.getvalue() for file in printed]
    assert not [secret for secret in account.spotify.secrets() if secret in "".join(told)]
    return told[0], told[1]


def test_a_sitting_fills_the_stacks_secret_and_prints_the_command_for_the_rest(account: Account) -> None:
    account.deploy()
    out, err = sits(account, "y", "inbox", "new", "Kept {year}", "nowhere", "you@example.com", "y", typed=True)
    assert account.stored() == account.spotify.credentials
    assert not account.file.exists()
    assert f"The stack archives {account.source} to {account.target}." in err
    assert "That is no address such as you@example.com." in err
    assert out.splitlines()[-1] == (
        f"sam deploy --stack-name mine --parameter-overrides SourcePlaylist={account.source} 'TargetPlaylist=\"\"' "
        "'CreateTarget=\"Kept {year}\"' NotificationEmail=you@example.com ScheduleState=ENABLED"
    )


def test_what_the_stack_has_stays_where_nothing_else_is_answered(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.deploy()
    sits(account, "", "", "")
    out, _ = sits(account, "", "", "", "")
    assert "Your consent stands until " in capsys.readouterr().err
    assert out == (
        f"sam deploy --stack-name mine --parameter-overrides SourcePlaylist={account.source} "
        f"TargetPlaylist={account.target} ScheduleState=DISABLED\n"
    )


def test_everything_can_be_left_for_later(account: Account) -> None:
    account.deploy()
    out, err = sits(account, "y", "later")
    assert "sam deploy" not in out
    assert "The secret of the stack mine is set." in err


def test_flags_answer_for_the_stack_too(account: Account) -> None:
    account.deploy()
    out, _ = sits(account, "", source="liked", target=account.target, email="a@b.c")
    assert f"SourcePlaylist=liked TargetPlaylist={account.target} NotificationEmail=a@b.c ScheduleState=DISABLED" in out


def test_a_stack_that_is_not_there_is_said_before_anything_is_asked(account: Account) -> None:
    with pytest.raises(NoSuchStack):
        sits(account)


def test_the_usual_stack_needs_no_name() -> None:
    assert deploy_line({"SourcePlaylist": "liked"}, "rediscover") == (
        "sam deploy --parameter-overrides SourcePlaylist=liked"
    )


@pytest.mark.skipif(not SAM.exists(), reason="there is no SAM CLI: make test-deploy")
def test_sam_reads_the_command_as_it_is_meant() -> None:
    parameters = parameters_of(MADE, "a+b@example.com", scheduled=True)
    typed = shlex.split(deploy_line(parameters, "rediscover"))
    assert typed[:3] == ["sam", "deploy", "--parameter-overrides"]
    read = subprocess.run([SAM, "-c", READ_BY_SAM, *typed[3:]], capture_output=True, text=True, check=True)
    assert json.loads(read.stdout) == parameters
