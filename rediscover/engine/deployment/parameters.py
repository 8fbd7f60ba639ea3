"""A template's parameters: values given, defaults, constraints.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from rediscover.engine.errors import ParameterError, TemplateError

Value = str | int | float | list[str]


def parameter_values(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> dict[str, Value]:
    """The value of every declared parameter. Raises ParameterError, in words for who gave the value."""
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise ParameterError(f"The template has no parameter {', '.join(unknown)}.")
    values = {}
    for name, declaration in declared.items():
        text = given.get(name, declaration.get("Default"))
        if text is None:
            raise ParameterError(f"Parameter {name} has no value and no default.")
        values[name] = _checked(name, str(text), declaration)
    return values


def _checked(name: str, text: str, declaration: Mapping[str, Any]) -> Value:
    kind = declaration["Type"]
    if kind == "CommaDelimitedList":
        items = [item.strip() for item in text.split(",")]
        for item in items:
            _check_text(name, item, declaration)
        return items
    _check_text(name, text, declaration)
    if kind == "Number":
        return _number(name, text, declaration)
    if kind != "String":
        raise TemplateError(f"Parameter {name}: the engine does not know the type {kind}.")
    return text


def _check_text(name: str, text: str, declaration: Mapping[str, Any]) -> None:
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "AllowedValues": (lambda allowed: text in map(str, allowed), "is not one of {}"),
        "AllowedPattern": (lambda pattern: re.fullmatch(pattern, text) is not None, "does not match {}"),
        "MinLength": (lambda length: len(text) >= int(length), "is shorter than {} characters"),
        "MaxLength": (lambda length: len(text) <= int(length), "is longer than {} characters"),
    }
    _check(name, text, declaration, checks)


def _number(name: str, text: str, declaration: Mapping[str, Any]) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise ParameterError(f"Parameter {name}: {text!r} is not a number.") from None
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "MinValue": (lambda least: number >= float(least), "is less than {}"),
        "MaxValue": (lambda most: number <= float(most), "is more than {}"),
    }
    _check(name, text, declaration, checks)
    return int(number) if number.is_integer() else number


def _check(
    name: str,
    text: str,
    declaration: Mapping[str, Any],
    checks: Mapping[str, tuple[Callable[[Any], bool], str]],
) -> None:
    for constraint, (holds, complaint) in checks.items():
        if constraint in declaration and not holds(declaration[constraint]):
            value = "its value" if declaration.get("NoEcho") else repr(text)
            problem = f"Parameter {name}: {value} {complaint.format(declaration[constraint])}."
            explanation = declaration.get("ConstraintDescription", "")
            raise ParameterError(f"{problem} {explanation}".strip())
