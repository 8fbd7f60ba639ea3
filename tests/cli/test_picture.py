"""An execution as a picture: all of the state machine, and what the history says of each state."""

import json
import re
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from rediscover.executions.picture.drawing import picture, standalone
from rediscover.executions.picture.layout import Box, lay_out
from rediscover.executions.picture.machine import Machine
from rediscover.executions.picture.outcomes import outcomes
from rediscover.executions.picture.routes import lines
from rediscover.executions.timeline import Timeline, build
from tests.cli.recordings import load, running, timeline

MACHINES = sorted((Path(__file__).parents[2] / "statemachine").glob("*.asl.json"))
DEFINITION: dict[str, Any] = json.loads((MACHINES[0].with_name("rediscover.asl.json")).read_text(encoding="utf-8"))
FOREIGN = "</title><script>alert(1)</script> & \x1b[31m\u202e\x00 https://evil.example/"


def states(svg: Element) -> dict[str, Element]:
    return {group.attrib["data-state"]: group for group in svg.iter("g")}


def title(group: Element) -> str:
    return group.findtext("title") or ""


def drawn(name: str) -> dict[str, Element]:
    return states(picture(DEFINITION, timeline(name)))


def foreign() -> Timeline:
    recording = load("nested-maps")
    text = json.dumps(recording["events"]).replace("There is no playlist c.", json.dumps(FOREIGN)[1:-1])
    execution = {**recording["execution"], "name": FOREIGN, "error": FOREIGN, "cause": FOREIGN, "status": "FAILED"}
    return build(execution, json.loads(text))


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_every_state_and_every_way_between_two_is_drawn(path: Path) -> None:
    machine = Machine(json.loads(path.read_text(encoding="utf-8")))
    inside = list(machine.everywhere())
    scopes = lay_out(machine)
    assert sorted(name for scope in scopes for name in scope.boxes) == sorted(name for _, name in inside)
    meant = {(way.source, way.target) for one, _ in inside for way in one.ways}
    shown = {(way.source, way.target) for scope in scopes for line in lines(scope) for way in line.ways}
    assert {pair for pair in meant - shown if not _goes_on_alike(machine, *pair)} == set()


def _goes_on_alike(machine: Machine, source: str, target: str) -> bool:
    """Whether a failure leads where success does, too."""
    state = next(one.states[source] for one, name in machine.everywhere() if name == source)
    return bool(state.get("Next") == target)


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_no_state_covers_another(path: Path) -> None:
    scopes = lay_out(Machine(json.loads(path.read_text(encoding="utf-8"))))
    boxes = [box for scope in scopes for box in scope.boxes.values()]
    solid = [box for box in boxes if box.shape != "frame"]
    assert [(a.name, b.name) for a, b in combinations(solid, 2) if _touch(a, b)] == []
    for scope in scopes:
        for frame in (box for box in scope.boxes.values() if box.shape == "frame"):
            inside = {name for one in scope.machine.inner(frame.name) for _, name in one.everywhere()}
            assert {box.name for box in boxes if box.name != frame.name and _touch(box, frame)} & {
                *scope.boxes
            } == set()
            assert inside == {box.name for box in boxes if box.name in inside and _holds(frame, box)}


def _touch(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def _holds(frame: Box, box: Box) -> bool:
    return frame.x < box.x and box.right < frame.right and frame.y < box.y and box.bottom < frame.bottom


def test_each_state_shows_what_became_of_it_by_colour_by_sign_and_in_words() -> None:
    found = drawn("nested-maps")
    assert found["SelectNewTracks"].get("data-status") == "caught"
    assert "! SelectNewTracks" in [text.text for text in found["SelectNewTracks"].iter("text")]
    assert title(found["SelectNewTracks"]).startswith(
        "SelectNewTracks. failed, caught. PlaylistNotFound: There is no playlist c."
    )
    assert found["ReadSource"].get("data-status") == "succeeded"
    strokes = [rect.get("stroke") for name in ("ReadSource", "SelectNewTracks") for rect in found[name].iter("rect")]
    assert len(set(strokes)) == 2
    assert drawn("retries-exhausted").keys() == found.keys()


def test_iterations_retries_and_seconds_waited_are_counted() -> None:
    found = drawn("nested-maps")
    assert "3×, 2 retries" in [text.text for text in found["ReadSource"].iter("text")]
    assert "2×, 3 iterations" in [text.text for text in found["ArchivePairs"].iter("text")]
    assert "✓ Settle · 2×, waited 1.0 s" in [text.text for text in found["Settle"].iter("text")]


def test_a_state_that_once_failed_has_failed_however_often_it_succeeded() -> None:
    found = timeline("map-caught")
    assert {step.status for step in found.steps() if step.name == "Read"} == {"succeeded", "failed"}
    assert outcomes(found, found.started)["Read"].status == "failed"


def test_a_state_that_was_not_entered_is_pale_and_says_so() -> None:
    found = drawn("nested-maps")
    pale = {name for name, group in found.items() if "not entered" in title(group)}
    assert {name for name, group in found.items() if group.get("opacity")} == pale
    assert {"RefreshToken", "WaitToAdd", "Failed"} <= pale
    assert not {"Prepare", "Done", "ReadBoth"} & pale


def test_a_run_that_goes_on_is_drawn_as_far_as_it_is() -> None:
    so_far = running("nested-maps", 30)
    now = so_far.started + timedelta(minutes=2)
    svg = picture(DEFINITION, so_far, now=now)
    assert "RUNNING" in (svg.findtext("title") or "")
    assert "2 min 0 s" in (svg.findtext("title") or "")
    assert "running" in {group.get("data-status") for group in states(svg).values()}


def test_the_picture_can_be_read_without_being_seen() -> None:
    svg = picture(DEFINITION, timeline("nested-maps"))
    named = [one.attrib["id"] for one in svg[:2]]
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", " ".join(named))
    assert svg.findtext("title") == "nested: SUCCEEDED, 2026-11-22 22:10 UTC, 2.6 s"
    assert "ReadSource: done, 3×, 2 retries. SpotifyUnavailable: Spotify answered 503" in (svg.findtext("desc") or "")
    assert "RefreshToken:" not in (svg.findtext("desc") or "")


def test_no_foreign_word_becomes_markup_or_an_address_and_nothing_is_styled_or_loaded() -> None:
    svg = picture(DEFINITION, foreign())
    text = standalone(svg)
    assert "<script" not in text
    whole = fromstring(text)  # noqa: S314 (our own; it refuses what no XML may have, as a NUL)
    tags = {element.tag.rpartition("}")[2] for element in whole.iter()}
    shapes = {"svg", "title", "desc", "style", "rect", "circle", "defs", "marker", "path", "g", "text", "polygon"}
    assert tags == shapes
    assert {"style", "script"} & {element.tag for element in svg.iter()} == set()
    attributes = {name: value for element in svg.iter() for name, value in element.attrib.items()}
    assert not {"style", "href", "onload", "class"} & attributes.keys()
    assert re.findall(r'(?:="|url\()[^"#]*//[^"]*', text) == ['="http://www.w3.org/2000/svg']
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", "".join(whole.itertext()))


def test_the_same_execution_gives_the_same_picture() -> None:
    later = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
    first, second = (standalone(picture(DEFINITION, timeline("map-caught"), now=now)) for now in (None, later))
    assert first == second
