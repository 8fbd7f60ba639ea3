"""What moto 5.2.5's interpreter lacks for a distributed Map.

Batches, an end to the failures that are tolerated, and errors of the reader and the writer that can be caught.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.result_writer_decl import ResultWriter
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from rediscover.engine.aws import ACCOUNT, REGION
from rediscover.engine.errors import TemplateError
from rediscover.engine.moto.failures import failure
from rediscover.engine.moto.kept_definitions import KeptDefinitions

State = dict[str, Any]

_moto_parse = AmazonStateLanguageParser.parse
_moto_map_run = DistributedIterationComponent._map_run
_failure = partial(failure, event=HistoryEventType.MapRunFailed)


def patch_distributed_map(patches: ExitStack, parsed: Path) -> None:
    """Let moto run a distributed Map with an ItemBatcher and a ToleratedFailurePercentage.

    The file `parsed` keeps what definitions were parsed to.
    """
    parse = KeptDefinitions(parsed, _parse).parsed
    patches.enter_context(patch.object(AmazonStateLanguageParser, "parse", staticmethod(parse)))
    patches.enter_context(patch.object(DistributedIterationComponent, "_map_run", _map_run))
    for target, kind in (
        (ItemReader, StatesErrorNameType.StatesItemReaderFailed),
        (ResultWriter, StatesErrorNameType.StatesResultWriterFailed),
    ):
        patches.enter_context(patch.object(target, "_eval_body", _named(target._eval_body, kind)))


def _named(evaluate: Callable[[Any, Any], None], kind: StatesErrorNameType) -> Callable[[Any, Any], None]:
    """Let what S3 refuses be an error of this kind, which can be caught; moto's is States.Runtime, which cannot."""

    def evaluate_named(self: Any, env: Any) -> None:
        try:
            evaluate(self, env)
        except (BotoCoreError, ClientError) as refused:
            raise _failure(env, kind, str(refused)) from None

    return evaluate_named


@lru_cache(maxsize=8)
def _parse(definition: str) -> Any:
    """moto's grammar knows no ItemBatcher and no ExecutionType, and a percentage only with a decimal point."""
    try:
        machine = json.loads(definition)
    except ValueError:
        return _moto_parse(definition)
    found = [state for _, state in _distributed_maps(machine)]
    for state in found:
        state["ItemProcessor"]["ProcessorConfig"].pop("ExecutionType", None)
        _batch_size(state.pop("ItemBatcher", None))
        if "ToleratedFailurePercentage" in state:
            state["ToleratedFailurePercentage"] = float(state["ToleratedFailurePercentage"])
    return _moto_parse(json.dumps(machine) if found else definition)


def _distributed_maps(machine: Mapping[str, Any]) -> Iterator[tuple[str, State]]:
    for name, state in machine.get("States", {}).items():
        for inner in (*state.get("Branches", []), state.get("ItemProcessor", {})):
            yield from _distributed_maps(inner)
        if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
            yield name, state


def _batch_size(batcher: State | None) -> int | None:
    if batcher is None:
        return None
    if batcher.keys() != {"MaxItemsPerBatch"}:
        raise TemplateError(f"The engine knows MaxItemsPerBatch only, not the ItemBatcher {json.dumps(batcher)}.")
    return int(batcher["MaxItemsPerBatch"])


def _map_run(self: Any, env: Any, eval_input: Any) -> None:
    """Run the children: one for each item, or for each batch of items as `{"Items": […]}`."""
    run = eval_input
    size = _batch_size(_definition_of(env, run.state_name).get("ItemBatcher"))
    if size:
        items = env.stack.pop()
        selected = [_selected(env, run, index, item) for index, item in enumerate(items)]
        run.item_selector = None
        batches = [{"Items": selected[first : first + size]} for first in range(0, len(selected), size)]
        env.stack.append(batches)
    _moto_map_run(self, env, run)
    if size:
        _count_items(run.map_run_record.item_counter, batches, env.stack[-1])
    _end_if_too_many_failed(env, run)


def _definition_of(env: Any, name: str) -> State:
    machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
    described = stepfunctions_parser_backends[ACCOUNT][REGION].describe_state_machine(machine)
    return dict(_distributed_maps(json.loads(described.definition)))[name]


def _selected(env: Any, run: Any, index: int, item: Any) -> Any:
    """An item as the ItemSelector makes it, which sees the Map's input and `$$.Map.Item`."""
    if run.item_selector is None:
        return item
    frame = env.open_inner_frame()
    frame.states.context_object.context_object_data["Map"] = MapData(Item=ItemData(Index=index, Value=item))
    frame.states.reset(input_value=env.stack[-1])
    frame.stack.append(env.stack[-1])
    run.item_selector.eval(frame)
    made = frame.stack[-1]
    env.delete_frame(frame)
    return made


def _count_items(counter: Any, batches: list[State], outputs: list[Any]) -> None:
    """moto counts a batch as one item; it gives a child that failed no output."""
    succeeded = sum(len(batch["Items"]) for batch, output in zip(batches, outputs, strict=True) if output is not None)
    total = sum(len(batch["Items"]) for batch in batches)
    for count, items in ((counter.total, total), (counter.succeeded, succeeded), (counter.failed, total - succeeded)):
        count.offset(items - count.get())


def _end_if_too_many_failed(env: Any, run: Any) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html"""
    counter = run.map_run_record.item_counter
    failed, total = counter.failed.get(), counter.total.get()
    if failed > run.tolerated_failure_count and failed * 100 > run.tolerated_failure_percentage * total:
        kind = StatesErrorNameType.StatesExceedToleratedFailureThreshold
        raise _failure(env, kind, "The specified tolerated failure threshold was exceeded")
