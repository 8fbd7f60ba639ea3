"""What an engine does not load or do again, and what it does when that which it has kept is of no use."""

import json
import os
import pickle
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any, NoReturn

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from rediscover.engine.deployment import transform
from rediscover.engine.deployment.template import load
from rediscover.engine.errors import ParameterError
from rediscover.engine.moto.kept_definitions import KeptDefinitions
from tests.embedded_engine.toys import TEMPLATE

HEAVY = ("flask", "moto.ec2", "samtranslator")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "template.json"


def test_the_engine_loads_nothing_heavy_that_it_does_not_need() -> None:
    program = f"""
import sys
import rediscover.engine
print([name for name in {HEAVY!r} if name in sys.modules])
from moto.batch.models import batch_backends
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_batch import JobStatus
from moto.batch.utils import JobStatus as same
assert JobStatus is same
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("[]\n", "")


def test_a_template_is_transformed_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(TEMPLATE, {}, kept)
    assert first == load(TEMPLATE, {})
    monkeypatch.setattr(transform, "transformed", pytest.fail)
    assert load(TEMPLATE, {}, kept) == first


def test_a_template_is_transformed_anew_for_other_values_and_another_text(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "template.yaml"
    other.write_text(TEMPLATE.read_text() + "\n# another\n")
    load(TEMPLATE, {}, kept)
    calls: list[dict[str, str]] = []

    def transformed(_: str, given: dict[str, str]) -> dict[str, Any]:
        calls.append(given)
        return {"Resources": {}}

    monkeypatch.setattr(transform, "transformed", transformed)
    load(other, {}, kept)
    load(TEMPLATE, {}, kept)
    assert calls == [{}, {}]
    with pytest.raises(ParameterError):  # as the template of this test has none
        load(TEMPLATE, {"Greeting": "hi"}, kept)
    assert calls[2:] == [{"Greeting": "hi"}]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"made_of": "x"}', '{"made_of": "x", "template": []}'])
def test_what_was_kept_and_is_damaged_is_as_good_as_none(kept: Path, content: str) -> None:
    template = load(TEMPLATE, {}, kept)
    made_of = json.loads(kept.read_text())["made_of"]
    kept.write_text(content.replace("x", made_of))
    assert load(TEMPLATE, {}, kept) == template
    assert json.loads(kept.read_text())["template"] == template[0]


def test_a_template_that_cannot_be_kept_is_deployed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    assert load(TEMPLATE, {}, tmp_path / "cache" / "template.json") == load(TEMPLATE, {})


DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed", "Comment": "The end"}}})


def fails(definition: str) -> NoReturn:
    """What parses, when nothing is to be parsed."""
    pytest.fail(f"parses {definition}")


def test_a_definition_is_parsed_once(tmp_path: Path) -> None:
    first, tree = KeptDefinitions(tmp_path / "kept", AmazonStateLanguageParser.parse).parsed(DEFINITION)
    again, none = KeptDefinitions(tmp_path / "kept", fails).parsed(DEFINITION)
    assert tree
    assert none is None
    assert pickle.dumps(again) == pickle.dumps(deepcopy(first))


def test_another_definition_and_another_interpreter_parse_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = DEFINITION.replace("Done", "Ended")
    definitions = KeptDefinitions(tmp_path / "kept", AmazonStateLanguageParser.parse)
    for definition in (DEFINITION, other):
        assert definitions.parsed(definition)[1]
    monkeypatch.setattr("moto.__version__", "another")
    assert KeptDefinitions(tmp_path / "kept", AmazonStateLanguageParser.parse).parsed(other)[1]


class Hostile:
    """A pickle of it calls what it is asked to, where it may."""

    def __init__(self, call: Any, *given: Any) -> None:
        self._call = call, given

    def __reduce__(self) -> Any:
        return self._call


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no pickle",
        pickle.dumps([]),
        pickle.dumps({"x": "no program"}),
        pickle.dumps(Hostile(os.mkdir, "called")),
    ],
)
def test_definitions_that_are_damaged_or_hostile_are_as_good_as_none(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / "kept"
    kept.write_bytes(content)
    assert KeptDefinitions(kept, AmazonStateLanguageParser.parse).parsed(DEFINITION)[1]
    assert KeptDefinitions(kept, fails).parsed(DEFINITION)[0]
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
