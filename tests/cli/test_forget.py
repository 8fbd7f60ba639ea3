"""`rediscover forget`: what is deleted on this machine, and what is not."""

import re
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from rediscover import cli
from rediscover.commands.archive.forget import HELD, LOCKS
from tests.cli.test_damaged_files import KINDS

TARGET, OTHER = "T" * 22, "U" * 22
KEPT = [
    *(f"buckets/Bucket/playlists/{TARGET}.{role}.json" for role in ("source", "target")),
    *(f"buckets/Bucket/archives/{what}/{TARGET}.json" for what in ("weeks", "tracks")),
    "page.html",
]
OTHERS = [
    f"buckets/Bucket/archives/tracks/{OTHER}.json",
    f"buckets/Bucket/playlists/{OTHER}.target.json",
    "buckets/Bucket/runs/run.json",
    "credentials.json",
    "credentials.partial",
    "secrets/AccessTokenSecret.json",
    "executions/a/history.json",
    "logs/functions.log",
    "notifications.json",
    "pairs.json",
    "up.json",
    "cache/template.json",
]
FOREIGN = ["photos/cat.jpg", "notes.txt"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that has been used, in a folder that has other things too."""
    monkeypatch.setenv("REDISCOVER_HOME", str(tmp_path))
    for name in [*KEPT, *OTHERS, *FOREIGN]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    return tmp_path


def _left(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()} - {"lock", "up.lock"}


def test_of_one_playlist_what_is_remembered_goes_and_nothing_else(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = f"https://open.spotify.com/playlist/{TARGET}?si=0a"
    assert cli.main(["forget", "--target", link, "--yes"]) == 0
    assert _left(home) == {*OTHERS, *FOREIGN}
    told = capsys.readouterr().out
    assert all(str(home / name) in told for name in KEPT)
    assert "Nothing at Spotify was touched" in told
    assert "past runs may still name its tracks" in told
    assert cli.main(["forget", "--target", TARGET, "--yes"]) == 1
    assert f"Nothing is remembered of playlist {TARGET}" in capsys.readouterr().err


def test_all_of_it_goes_with_the_credentials_but_what_is_not_this_projects(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["forget", "--all", "--yes"]) == 0
    assert _left(home) == set(FOREIGN)
    told = capsys.readouterr().out
    assert all(str(home / name) in told for name in HELD)
    assert "https://www.spotify.com/account/apps/" in told
    assert "notes.txt, photos." in told


def test_everything_that_a_used_home_has_is_known() -> None:
    assert {kind.split("/")[0] for kind in KINDS} - {*LOCKS} <= HELD.keys(), "Say in HELD what it is, or it stays."


def test_where_the_home_has_a_link_nothing_is_deleted(home: Path) -> None:
    elsewhere = home.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("")
    (home / "logs" / "functions.log").unlink()
    (home / "logs").rmdir()
    (home / "logs").symlink_to(elsewhere)
    before = _left(home)
    assert cli.main(["forget", "--all", "--yes"]) == 1
    assert (elsewhere / "precious").exists()
    assert _left(home) == before


@pytest.mark.parametrize(("typed", "code"), [("yes", 0), ("Y", 0), ("no", 1), ("", 1), (None, 1)])
def test_it_asks_on_a_terminal_and_without_one_it_wants_to_be_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str | None, code: int
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: typed is not None, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: typed)
    before = _left(home)
    assert cli.main(["forget", "--all"]) == code
    assert _left(home) == (set(FOREIGN) if code == 0 else before)
    assert ("--yes" in capsys.readouterr().err) is (code == 1)


@pytest.mark.parametrize("lock", ["lock", "up.lock"])
def test_while_another_command_is_at_work_nothing_is_deleted(home: Path, lock: str) -> None:
    before = _left(home)
    with FileLock(home / lock):
        assert cli.main(["forget", "--all", "--yes"]) == 75
    assert _left(home) == before


def test_without_saying_what_the_command_line_is_wrong(home: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["forget"])
    assert _left(home) == {*KEPT, *OTHERS, *FOREIGN}


def test_for_a_stack_the_commands_of_the_privacy_page_are_printed_and_nothing_is_deleted(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert cli.main(["forget", "--all", "--yes", "--aws", "--stack", "mine"]) == 0
    printed = capsys.readouterr().out.replace(" --stack-name mine", "").splitlines()[1:]
    assert printed == re.findall(r"^   \$ ((?:sam|aws) .*)$", page, re.MULTILINE)
    assert cli.main(["forget", "--target", TARGET, "--aws"]) == 0
    assert f"aws s3 rm s3://BUCKET/archives/tracks/{TARGET}.json" in capsys.readouterr().out
    assert _left(home) == {*KEPT, *OTHERS, *FOREIGN}
