"""CloudFormation's intrinsic functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rediscover.engine.aws import ACCOUNT, PARTITION, REGION
from rediscover.engine.errors import TemplateError

STACK = "rediscover"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": PARTITION,
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:{PARTITION}:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/embedded",
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
_SUBSTITUTED = re.compile(r"\$\{(!?)([^}]+)\}")
_NO_VALUE = object()


@dataclass(frozen=True)
class Created:
    """A resource that exists: what `Ref` gives, and what `Fn::GetAtt` does."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class Resolver:
    """Replaces intrinsic functions by values; `created` may still grow while it is in use."""

    def __init__(
        self, template: Mapping[str, Any], parameters: Mapping[str, Any], created: Mapping[str, Created]
    ) -> None:
        self._conditions = template.get("Conditions", {})
        self._mappings = template.get("Mappings", {})
        self._resources = template["Resources"]
        self._values = {**PSEUDO_PARAMETERS, **parameters}
        self._created = created
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAtt": self._get_att,
            "Fn::If": lambda arguments: self.resolve(self._chosen(arguments)),
            "Fn::Join": lambda arguments: arguments[0].join(map(str, self.resolve(arguments[1]))),
            "Fn::Select": lambda arguments: self.resolve(arguments[1])[int(self.resolve(arguments[0]))],
            "Fn::Split": lambda arguments: self.resolve(arguments[1]).split(arguments[0]),
            "Fn::Sub": self._sub,
        }

    def resolve(self, value: Any) -> Any:
        """The value with every function in it carried out. Raises TemplateError."""
        if isinstance(value, list):
            items = [self.resolve(item) for item in value]
            return [item for item in items if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        function, argument = _function_call(value)
        if function:
            if function not in self._functions:
                raise TemplateError(f"The engine does not know the function {function}.")
            return self._functions[function](argument)
        entries = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in entries.items() if item is not _NO_VALUE}

    def holds(self, condition: Any) -> bool:
        """Whether a condition, by name or in full, is true."""
        if isinstance(condition, str):
            if condition not in self._conditions:
                raise TemplateError(f"There is no condition {condition}.")
            return self.holds(self._conditions[condition])
        ((function, argument),) = condition.items()
        match function:
            case "Condition":
                return self.holds(argument)
            case "Fn::Equals":
                left, right = self.resolve(argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self.holds(argument[0])
            case "Fn::And":
                return all(self.holds(part) for part in argument)
            case "Fn::Or":
                return any(self.holds(part) for part in argument)
        raise TemplateError(f"The engine does not know the condition {function}.")

    def references(self, value: Any) -> set[str]:
        """The logical ids of the resources that have to exist before the value can be resolved."""
        return {name for name in self._names_in(value) if name in self._resources}

    def _names_in(self, value: Any) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from self._names_in(item)
        if not isinstance(value, dict):
            return
        function, argument = _function_call(value)
        if function == "Ref":
            yield argument
        elif function == "Fn::GetAtt":
            yield _attribute(argument)[0]
        elif function == "Fn::If":
            yield from self._names_in(self._chosen(argument))
        else:
            if function == "Fn::Sub":
                text = argument if isinstance(argument, str) else argument[0]
                yield from (match[2].split(".")[0] for match in _SUBSTITUTED.finditer(text) if not match[1])
            for item in value.values():
                yield from self._names_in(item)

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._values:
            return self._values[name]
        return self._existing(name).ref

    def _get_att(self, argument: Any) -> str:
        name, attribute = _attribute(argument)
        attributes = self._existing(name).attributes
        if attribute not in attributes:
            raise TemplateError(f"The engine does not know the attribute {attribute} of {name}.")
        return attributes[attribute]

    def _existing(self, name: str) -> Created:
        if name not in self._created:
            raise TemplateError(f"There is no parameter or resource {name}.")
        return self._created[name]

    def _chosen(self, arguments: list[Any]) -> Any:
        condition, when_true, when_false = arguments
        return when_true if self.holds(condition) else when_false

    def _find_in_map(self, arguments: list[Any]) -> Any:
        name, first, second = self.resolve(arguments)
        try:
            return self._mappings[name][first][second]
        except KeyError as error:
            raise TemplateError(f"Mapping {name} has no {first}.{second}.") from error

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = self.resolve(given)

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in values:
                return str(values[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _SUBSTITUTED.sub(value, text)


def _function_call(value: Mapping[str, Any]) -> tuple[str | None, Any]:
    if len(value) == 1:
        ((key, argument),) = value.items()
        if key == "Ref" or key.startswith("Fn::"):
            return key, argument
    return None, None


def _attribute(argument: Any) -> tuple[str, str]:
    name, _, attribute = argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
    return name, attribute
