"""`rediscover pairs`, and `rediscover run` alone, which runs what they remember. Without an engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from rediscover import cli
from rediscover.commands import run as command
from rediscover.executions.finished import Ended
from tests.cli.recordings import load

A, B, C = "A" * 22, "B" * 22, "C" * 22
LINK = f"https://open.spotify.com/playlist/{A}?si=1"
ACCOUNT = {"spotify_client_id": "id", "spotify_client_secret": "secret", "refresh_token": "token"}


class Laptop:
    """A home with an account, where runs only note their input."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        home.mkdir(mode=0o700)
        (home / "credentials.json").write_text(json.dumps(ACCOUNT))
        self.file = home / "pairs.json"
        self.inputs: list[Any] = []
        self._capsys = capsys
        patch.setenv("REDISCOVER_HOME", str(home))
        patch.setattr(command, "on_this_machine", self._run)

    def types(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, output and errors of a command."""
        try:
            code = cli.main(arguments)
        except SystemExit as ended:
            code = int(str(ended.code))
        printed = self._capsys.readouterr()
        return code, printed.out, " ".join(printed.err.split())

    @property
    def kept(self) -> Any:
        return json.loads(self.file.read_text())

    def _run(self, given: Any, *_: object) -> Ended:
        self.inputs.append(given)
        return Ended({**load("nested-maps")["execution"], "name": "now"}, {"outcome": "added", "pairs": []}, None)


@pytest.fixture
def laptop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Laptop:
    return Laptop(tmp_path / "home", capsys, monkeypatch)


def add(laptop: Laptop, *pairs: tuple[str, ...]) -> None:
    for pair in pairs:
        assert laptop.types("pairs", "add", *pair)[0] == 0


LIKED = ("--source", "liked", "--create", "Kept {year}", "--exclude-explicit", "--max-new", "600")
ELSEWHERE = ("--source", A, "--create", "New", "--not-in", B, "--not-in", C)
BOTH = ("--source", A, "--source", "liked", "--target", B)


def test_what_is_added_is_kept_as_the_input_of_an_execution_and_run_by_run_alone(laptop: Laptop) -> None:
    add(laptop, ("--source", LINK, "--target", B), LIKED)
    liked = {"source": "liked", "target": {"create": "Kept {year}"}, "exclude_explicit": True, "max_new": 600}
    remembered = {"pairs": [{"source": LINK, "target": B}, liked]}
    assert laptop.kept == remembered
    assert laptop.file.stat().st_mode & 0o777 == 0o600
    assert laptop.types("run")[0] == 0
    assert laptop.types("run", "--input", f"@{laptop.file}")[0] == 0
    assert laptop.inputs == [remembered] * 2


def test_the_flags_of_a_run_hold_for_all_that_is_remembered_and_change_none_of_it(laptop: Laptop) -> None:
    add(laptop, ("--source", A, "--target", B), LIKED)
    remembered = laptop.kept
    assert laptop.types("run", "--max-new", "900", "--dry-run")[0] == 0
    pairs = [{**pair, "max_new": 900} for pair in remembered["pairs"]]
    assert laptop.inputs == [{"pairs": pairs, "dry_run": True}]
    assert laptop.kept == remembered
    assert "--max-new must be" in laptop.types("run", "--max-new", "0")[2]


def test_what_is_remembered_is_shown_with_the_flags_that_make_it(laptop: Laptop) -> None:
    add(laptop, BOTH, LIKED, ELSEWHERE)
    told = laptop.types("pairs")[1].splitlines()
    assert told == [
        f"  1. {A}, liked to {B}",
        "  2. liked to a playlist that is made: Kept {year} --exclude-explicit --max-new 600",
        f"  3. {A} to a playlist that is made: New --not-in {B} --not-in {C}",
        f"`rediscover run` archives them. They stand in {laptop.file}.",
    ]


def test_pasted_tracks_are_shown_by_their_number(laptop: Laptop) -> None:
    tracks = {"tracks": [f"spotify:track:{A}", f"https://open.spotify.com/track/{B}"]}
    laptop.file.write_text(json.dumps({"pairs": [{"source": tracks, "target": C}]}))
    code, out, _ = laptop.types("pairs")
    assert (code, out.splitlines()[0]) == (0, f"  1. 2 pasted tracks to {C}")


def test_what_is_given_of_a_pair_changes_and_the_rest_of_it_stays(laptop: Laptop) -> None:
    add(laptop, BOTH, LIKED)
    first, second = laptop.kept["pairs"]
    changed = ("--target", C, "--no-exclude-explicit")
    assert laptop.types("pairs", "change", "2", *changed)[0] == 0
    assert laptop.kept["pairs"] == [first, {**second, "target": C, "exclude_explicit": False}]
    assert "2. liked to " + C + " --no-exclude-explicit --max-new 600" in laptop.types("pairs")[1]


def test_what_is_removed_is_run_no_more_and_with_the_last_one_nothing_is_left(laptop: Laptop) -> None:
    add(laptop, BOTH, LIKED)
    second = laptop.kept["pairs"][1]
    assert laptop.types("pairs", "remove", "1")[0] == 0
    assert laptop.kept == {"pairs": [second]}
    assert laptop.types("pairs", "remove", "1")[1].startswith("Nothing is remembered.")
    assert not laptop.file.exists()


def test_where_nothing_is_remembered_a_run_says_how_to_remember_it(laptop: Laptop) -> None:
    code, _, err = laptop.types("run")
    assert code == 1
    assert "Nothing is remembered to be archived." in err
    assert "`rediscover pairs add --source LINK --target LINK`" in err
    assert laptop.types("pairs")[:2] == (0, f"Nothing is remembered. {err.partition('archived. ')[2]}\n")
    assert laptop.inputs == []


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (("add", "--source", A), 2, "give --source and --target (or --create)"),
        (("add", "--source", A, "--target", B, "--create", "x"), 2, "give --target, or --create"),
        (("add", "--source", "nonsense", "--target", B), 2, "rediscover: --source: 'nonsense' is not a playlist's"),
        (("add", "--source", A, "--target", A), 2, "source and target are the same playlist"),
        (("add", "--source", A, "--target", B, "--max-new", "0"), 2, "--max-new must be a whole number from 1"),
        (("add", "--source", f"spotify:playlist:{A},liked", "--target", B), 1, "already, as number 1."),
        (("change", "1"), 2, "give what is to be changed"),
        (("change", "3", "--target", C), 1, "There is no pair 3. `rediscover pairs` shows those"),
        (("change", "0", "--target", C), 1, "There is no pair 0."),
        (("change", "2", *BOTH), 1, "already, as number 1."),
        (("change", "1", "--target", A), 2, "source and target are the same playlist"),
        (("remove", "3"), 1, "There is no pair 3."),
        (("remove", "one"), 2, "one is not a whole number"),
    ],
)
def test_what_cannot_be_run_is_refused_and_what_is_remembered_stays(
    typed: tuple[str, ...], code: int, told: str, laptop: Laptop
) -> None:
    add(laptop, BOTH, LIKED)
    before = laptop.file.read_bytes()
    found = laptop.types("pairs", *typed)
    assert found[0] == code
    assert told in found[2]
    assert laptop.file.read_bytes() == before


def test_more_pairs_than_an_execution_takes_are_refused(laptop: Laptop) -> None:
    pairs = [{"source": A, "target": {"create": f"Kept {number}"}} for number in range(40)]
    laptop.file.write_text(json.dumps({"pairs": pairs}))
    code, _, err = laptop.types("pairs", "add", *BOTH)
    assert (code, "pairs has 41 entries, and 40 is the most." in err) == (2, True)
    assert laptop.kept == {"pairs": pairs}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not JSON"),
        (b"[]", "is JSON, but not an object"),
        (b"\xff", "is not UTF-8 text"),
        (b"{}", "The input names no pairs"),
        (b'{"pairs": []}', "pairs must not be empty"),
        (b'{"pairs": [{"source": "liked", "target": "x"}]}', "pairs[0].target: 'x' is not a playlist's"),
        (b'{"pairs": [], "pairs": []}', "stands in it twice"),
    ],
)
@pytest.mark.parametrize("typed", [("run",), ("pairs",), ("pairs", "add", *BOTH), ("pairs", "remove", "1")])
def test_a_damaged_file_is_named_and_never_overwritten(
    typed: tuple[str, ...], content: bytes, told: str, laptop: Laptop
) -> None:
    laptop.file.write_bytes(content)
    code, _, err = laptop.types(*typed)
    assert code == 1
    assert told in err
    assert str(laptop.file) in err
    assert err.endswith("That is where the pairs are remembered. Correct the file, or remove it.")
    assert laptop.file.read_bytes() == content
    assert laptop.inputs == []


def test_where_it_cannot_be_written_what_was_remembered_stays(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    add(laptop, BOTH)
    before = laptop.file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, _, err = laptop.types("pairs", "add", *LIKED)
    assert (code, err) == (1, f"rediscover: Cannot write {laptop.file}: No space left on device.")
    assert laptop.file.read_bytes() == before
