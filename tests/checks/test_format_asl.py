"""The state machines' files have one form, and getting it costs them nothing."""

import json
from pathlib import Path

import pytest

from tools import format_asl
from tools.format_asl import FILES, WIDTH, formatted

LONG = "A" * 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_keeps_its_members_their_order_and_their_values(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert json.dumps(json.loads(formatted(text))) == json.dumps(json.loads(text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_line_is_too_long_but_for_a_text_that_is(path: Path) -> None:
    lines = formatted(path.read_text(encoding="utf-8")).splitlines()
    assert [line for line in lines if len(line) > WIDTH and not line.lstrip().startswith('"')] == []


def test_what_fits_on_a_line_stands_on_one_however_it_was_written() -> None:
    assert formatted('{"Retry": [\n  {"BackoffRate": 2}\n]}') == '{"Retry": [{"BackoffRate": 2}]}\n'


def test_a_state_that_does_not_fit_has_a_member_a_line() -> None:
    state = {"Type": "Wait", "Comment": LONG, "Next": LONG}
    assert formatted(json.dumps(state)) == f'{{\n  "Type": "Wait",\n  "Comment": "{LONG}",\n  "Next": "{LONG}"\n}}\n'


def test_a_retrier_that_does_not_fit_fills_its_lines_and_opens_with_its_list() -> None:
    retrier = {"ErrorEquals": [LONG, LONG], "MaxAttempts": 6, "BackoffRate": 2}
    assert formatted(json.dumps({"Retry": [retrier]})).splitlines() == [
        "{",
        '  "Retry": [{',
        f'    "ErrorEquals": ["{LONG}",',
        f'      "{LONG}"],',
        '    "MaxAttempts": 6, "BackoffRate": 2',
        "  }]",
        "}",
    ]


def test_objects_that_fit_on_a_line_each_have_one_of_their_own() -> None:
    choices = [{"Variable": LONG, "Next": "A"}, {"Variable": LONG, "Next": "B"}]
    assert formatted(json.dumps(choices)).splitlines() == [
        "[",
        f'  {{"Variable": "{LONG}", "Next": "A"}},',
        f'  {{"Variable": "{LONG}", "Next": "B"}}',
        "]",
    ]


def test_a_state_that_is_named_twice_is_refused_and_not_dropped() -> None:
    with pytest.raises(ValueError, match="named twice: Wait"):
        formatted('{"Wait": {"Seconds": 1}, "Wait": {"Seconds": 2}}')


def test_the_check_names_a_file_that_is_not_formatted_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "machine.asl.json"
    file.write_text('{"States":{}}', encoding="utf-8")
    monkeypatch.setattr(format_asl, "ROOT", tmp_path)
    monkeypatch.setattr(format_asl, "FILES", [file])
    assert format_asl.main(["--check"]) == 1
    assert capsys.readouterr().err == "machine.asl.json is not formatted: run make format\n"
    assert file.read_text(encoding="utf-8") == '{"States":{}}'
    assert format_asl.main([]) == 0
    assert file.read_text(encoding="utf-8") == '{"States": {}}\n'
    assert format_asl.main(["--check"]) == 0
