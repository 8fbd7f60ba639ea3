"""`rediscover doctor` without --source and --target: it looks at what is remembered."""

import json
from typing import Any

from tests.cli.patient import DISCOVER_WEEKLY, Patient


def _examined(patient: Patient, *pairs: dict[str, Any]) -> tuple[int, list[str]]:
    """The exit code, and the lines about playlists."""
    (patient.home.path / "pairs.json").write_text(json.dumps({"pairs": [*pairs]}))
    code, lines = patient.examine_lines(patient.source)
    return code, [" ".join(line.split()) for line in lines if line.split()[1] in ("Source", "Target", "Pairs")]


def test_the_remembered_pairs_are_checked_each_playlist_once(patient: Patient) -> None:
    inbox, archive = patient.source, patient.target
    patient.source = patient.target = None
    made = {"create": "Kept {year}"}
    code, lines = _examined(
        patient,
        {"source": inbox, "target": archive},
        {"source": [inbox, {"tracks": ["4uLU6hMCjMI75M1A2tKUQC"]}], "target": made},
        {"source": DISCOVER_WEEKLY, "target": archive},
    )
    assert code == 1
    assert lines[:2] == [
        "✓ Source “Inbox” is readable, 3 items.",
        "✓ Target “Archive” is yours to add to, 0 items of at most 10,000.",
    ]
    assert lines[2].startswith("– Target “Kept 20")
    assert lines[2].endswith("” is found, or made, by the run.")
    assert lines[3].startswith("✗ Source Spotify finds no playlist")
    assert len(lines) == 4
    assert [patient.spotify.requests_count("GET", str(one)) for one in (inbox, archive)] == [1, 1]


def test_what_is_given_is_checked_in_place_of_what_is_remembered(patient: Patient) -> None:
    patient.target = None
    code, lines = _examined(patient, {"source": DISCOVER_WEEKLY, "target": "A" * 22})
    assert (code, [line[:8] for line in lines]) == (0, ["✓ Source", "– Target"])


def test_pairs_that_cannot_be_read_are_a_finding(patient: Patient) -> None:
    patient.source = patient.target = None
    code, lines = _examined(patient, {"source": 7})
    assert (code, lines[-1].startswith("✗ Pairs"), "pairs.json" in lines[-1]) == (1, True, True)
