"""An option is listed wherever it has to be; each forgotten place is named by one test."""

import json
import re
from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from rediscover.commands.arguments.pair_options import add_options, flag
from rediscover.engine.deployment.template import load
from rediscover_archive.pairs.options import Options
from tools import options

ROOT = Path(__file__).parents[2]
NAMES = {field.name for field in fields(Options)}
SCHEMA = options.schema()
OF_A_RUN, OF_A_PAIR = {"pairs", "dry_run", "Comment"}, {"source", "target"}


def test_the_schema_and_the_code_know_the_same_options_with_the_same_defaults() -> None:
    defined = {name: option["default"] for name, option in SCHEMA["definitions"].items()}
    assert defined == Options().document(), (
        "Make the definitions of statemachine/input.schema.json and the fields of "
        "functions/rediscover_archive/pairs/options.py the same, with the same defaults."
    )


def test_an_option_can_be_given_for_a_run_and_for_a_pair() -> None:
    of_a_run = SCHEMA["properties"]
    of_a_pair = of_a_run["pairs"]["items"]["properties"]
    reference = {name: {"$ref": f"#/definitions/{name}"} for name in SCHEMA["definitions"]}
    for place, properties, others in (("properties", of_a_run, OF_A_RUN), ("pairs", of_a_pair, OF_A_PAIR)):
        listed = {name: value for name, value in properties.items() if name not in others}
        assert listed == reference, f"List every option in {place} of statemachine/input.schema.json, by its $ref."


def test_the_stack_has_a_parameter_for_every_option_and_passes_it_on() -> None:
    template = _template()
    environment = template["Resources"]["PrepareFunction"]["Properties"]["Environment"]["Variables"]
    defaults = {name: parameter.get("Default", "") for name, parameter in template["Parameters"].items()}
    passed = re.sub(r"\$\{(\w+)\}", lambda found: str(defaults[found[1]]), environment["OPTIONS"]["Fn::Sub"])
    named = {name for name in NAMES if options.parameter(name) in defaults}
    given = json.loads(passed)
    assert (named, given.keys(), Options.of(given)) == (NAMES, NAMES, Options()), (
        "Give the option a parameter in template.yaml, with the same default, and pass it on in OPTIONS of "
        "PrepareFunction."
    )


def test_the_page_tells_every_option() -> None:
    page = options.PAGE.read_text(encoding="utf-8")
    assert page == options.with_table(page), "The table in docs/sources.md is old: run make options."


def test_the_command_line_has_a_flag_for_every_option_that_says_what_the_schema_says() -> None:
    command = ArgumentParser()
    add_options(command)
    shown = " ".join(command.format_help().split())
    for name, option in SCHEMA["definitions"].items():
        assert f" {flag(name)}" in shown
        assert " ".join(option["description"].replace("`", "").split())[:-1] in shown, (
            "Give the option's type a line in TAKING of rediscover/commands/arguments/pair_options.py."
        )


def _template() -> dict[str, Any]:
    template, _ = load(ROOT / "template.yaml", {})
    return dict(template)
