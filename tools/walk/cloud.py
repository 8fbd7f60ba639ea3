"""A deployed stack for the commands with `--aws`: the embedded engine, which AWS_ENDPOINT_URL puts in AWS's place."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from rediscover.engine import Engine
from rediscover.simulator import Simulator

STACK = "rediscover"


class Cloud:
    """The template with a pair of its own, its schedule on, deployed for as long as the context lasts.

    The engine deploys without CloudFormation; its CloudFormation is given a stack of that name, with the same
    parameters and outputs, for the commands to find.
    """

    def __init__(self, spotify: Simulator, folder: Path, source: str, target: str) -> None:
        self._pair = {"SourcePlaylist": source, "TargetPlaylist": target}
        told = {"ScheduleState": "ENABLED", "NotificationEmail": "you@example.org"}
        self._engine = Engine(folder, {**self._pair, **spotify.parameters, **told})

    def __enter__(self) -> Self:
        self._engine.__enter__()
        template = {
            "Parameters": {name: {"Type": "String"} for name in self._pair},
            "Resources": {"Nothing": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in self._engine.outputs.items()},
        }
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in self._pair.items()]
        cloudformation = self._engine.client("cloudformation")
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template), Parameters=given)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What a terminal needs to find it."""
        return {**self._engine.credentials, "AWS_ENDPOINT_URL": self._engine.endpoint_url}
