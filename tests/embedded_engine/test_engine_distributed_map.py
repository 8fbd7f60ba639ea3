"""What of a distributed Map the engine refuses rather than leaves out."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from rediscover.engine.errors import TemplateError
from rediscover.engine.moto.distributed_map import patch_distributed_map


def _machine(**batcher: int) -> str:
    done = {"Type": "Pass", "End": True}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "Done", "States": {"Done": done}}
    each = {"Type": "Map", "ItemBatcher": batcher, "ItemProcessor": processor, "End": True}
    return json.dumps({"StartAt": "Each", "States": {"Each": each}})


def test_batches_by_number_are_known(tmp_path: Path) -> None:
    with ExitStack() as patches:
        patch_distributed_map(patches, tmp_path / "kept")
        assert AmazonStateLanguageParser.parse(_machine(MaxItemsPerBatch=3))


def test_another_way_of_batching_is_refused(tmp_path: Path) -> None:
    with ExitStack() as patches:
        patch_distributed_map(patches, tmp_path / "kept")
        with pytest.raises(TemplateError, match="MaxInputBytesPerBatch"):
            AmazonStateLanguageParser.parse(_machine(MaxInputBytesPerBatch=1000))
