"""The checks that `make check` makes with tools of their own find what they are for, and nothing in this project.

The tools are in `.venv-checks`, which `make check` installs.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / os.environ.get("CHECKS_VENV", ".venv-checks") / "bin"
BUILDSPEC: dict[str, Any] = yaml.safe_load((ROOT / "buildspec.yml").read_text(encoding="utf-8"))
SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "buildspec.schema.json").read_text(encoding="utf-8"))
OF_DISTRIBUTED_MAPS = r'Field "(Label|InputType)" not allowed'
"""Fields that AWS added to the language (Step Functions, Map state in Distributed mode); the tool has the older one."""

ANY_ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


def run(*command: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """What a tool says of something."""
    if not TOOLS.exists():
        pytest.skip("the tools are not installed: make check")
    return subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=120)


def definitions() -> list[Path]:
    return sorted((ROOT / "statemachine").glob("*.asl.json"))


def statelint(definition: str) -> list[str]:
    """What is wrong with a definition; that a whole number has no decimal point is nothing wrong."""
    found = re.findall(r"^ (.+)$", run(TOOLS / "statelint", "--ignore=FLOAT", definition).stdout, re.MULTILINE)
    return [one for one in found if not re.match(OF_DISTRIBUTED_MAPS, one)]


@pytest.mark.parametrize("path", definitions(), ids=lambda path: path.name)
def test_the_state_machine_is_valid_once_substituted(path: Path) -> None:
    assert statelint(re.sub(r"\$\{\w+\}", ANY_ARN, path.read_text(encoding="utf-8"))) == []


def test_a_state_that_nothing_leads_to_is_found() -> None:
    definition = json.loads(definitions()[0].read_text(encoding="utf-8"))
    definition["States"]["Lost"] = {"Type": "Succeed"}
    assert any("Lost" in line for line in statelint(json.dumps(definition).replace("${", "")))


def script(commands: list[str]) -> str:
    return "#!/usr/bin/env bash\n" + "\n".join(commands) + "\n"


@pytest.mark.parametrize("phase", BUILDSPEC["phases"])
def test_the_builds_commands_are_sound_shell(phase: str) -> None:
    done = run(TOOLS / "shellcheck", "-", given=script(BUILDSPEC["phases"][phase]["commands"]))
    assert (done.returncode, done.stdout) == (0, "")


def test_an_unquoted_variable_is_found() -> None:
    assert "SC2086" in run(TOOLS / "shellcheck", "-", given=script(["rm -r $STACK_NAME/build"])).stdout


def test_the_buildspec_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(BUILDSPEC, SCHEMA)


@pytest.mark.parametrize(
    "change", [{"version": 0.1}, {"phases": {"prebuild": {"commands": ["make"]}}}, {"phases": {"build": {}}}]
)
def test_a_buildspec_that_codebuild_would_refuse_or_pass_over_is_found(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**BUILDSPEC, **change}, SCHEMA)


@pytest.mark.parametrize(
    "planted",
    [
        "SPOTIFY_CLIENT_SECRET=" + "0123456789abcdef" * 2,
        "refresh_token: AQ" + "Zz9_-" * 25,
        "aws = AKIA" + "QYLPMN5HHHFPZAM2",
        "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA",
    ],
    ids=["client secret", "refresh token", "AWS key", "private key"],
)
def test_a_planted_secret_is_found(planted: str, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(f"# Notes\n\n{planted}\n", encoding="utf-8")
    found = run(ROOT / ".ci" / "find-secrets", tmp_path / "notes.md")
    assert found.returncode == 1, found.stderr
    assert "notes.md" in found.stdout


VULNERABLE = {"name": "requests", "version": "2.0", "vulns": [{"id": "CVE-2014-1829", "fix_versions": ["2.3.0"]}]}
SOUND = {"name": "idna", "version": "3.20", "vulns": []}
UNKNOWN = {"name": "idna", "skip_reason": "Dependency not found on PyPI and could not be audited: idna (3.20)"}


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ([VULNERABLE, SOUND], 1, "requests 2.0 has CVE-2014-1829, fixed in 2.3.0."),
        ([SOUND], 0, "1 of 1 packages audited, 0 known vulnerabilities."),
        ([SOUND, UNKNOWN], 0, "NOT AUDITED: idna.\npip-audit: 1 of 2 packages audited, 0 known vulnerabilities."),
        ([UNKNOWN], 3, "NOT AUDITED: nothing of requirements/dev.txt was looked up"),
        (None, 3, "pip-audit ended with 7: no connection"),
    ],
)
def test_a_known_vulnerability_fails_and_what_was_not_audited_is_said_and_has_its_own_exit_code(
    answer: Any, code: int, told: str, tmp_path: Path
) -> None:
    said = "" if answer is None else json.dumps({"dependencies": answer})
    failed = "echo no connection >&2; exit 7" if answer is None else ""
    (tmp_path / "pip-audit").write_text(f"#!/bin/sh\necho '{said}'\n{failed}\n", encoding="utf-8")
    (tmp_path / "pip-audit").chmod(0o755)
    command = [sys.executable, ".ci/audit.py", str(tmp_path / "pip-audit"), "requirements/dev.txt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, told in done.stdout) == (code, True), done.stdout + done.stderr


def test_only_what_was_audited_and_is_vulnerable_stops_the_gate() -> None:
    assert re.search(r"audit\.py .* \|\| \[ \$\$\? -eq 3 \]$", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_what_npm_installs_is_locked_with_hashes() -> None:
    asked = [(ROOT / ".ci" / "validate-asl").read_text(), (ROOT / "Makefile").read_text()]
    assert [re.findall(r"npm (?:install|i|ci)\b", text) for text in asked] == [["npm ci"], ["npm ci"]]
    for folder in (ROOT / ".ci" / "asl-validator", ROOT / "tests" / "other_engines"):
        wanted = json.loads((folder / "package.json").read_text())["dependencies"]
        lock = json.loads((folder / "package-lock.json").read_text())
        packages = lock["packages"]
        assert packages[""]["dependencies"] == wanted
        assert [name for name, one in packages.items() if name and not one["integrity"].startswith("sha512-")] == []


REASONLESS = re.compile(
    r"# noqa(?!:)|# noqa: [A-Z0-9, ]+$|# type: ignore(\[[\w-]+\])?$|# checkov:skip=\w+:?$|# shellcheck disable=\w+$"
    r"|pragma: allowlist secret$"
)


def test_nothing_is_kept_from_a_check_without_a_reason() -> None:
    suffixes = {".py", ".yaml", ".yml", ".sh", ""}
    folders = ("bench", "functions", "rediscover", "tests", "tools", ".ci", "statemachine")
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    files = [*inside, *ROOT.glob("*.y*ml")]
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if path.suffix in suffixes and "__pycache__" not in path.parts and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if REASONLESS.search(line.rstrip())
    ]
    assert bare == []
