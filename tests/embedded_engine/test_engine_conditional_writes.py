"""Conditional writes on the engine: of several at the same time one is taken, as on S3."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from unittest.mock import patch

from botocore.exceptions import ClientError
from moto.s3.models import S3Backend

from tests.embedded_engine.toys import toy_engine

WRITERS = 4


def test_of_several_writes_at_the_same_time_one_is_taken(tmp_path: Path) -> None:
    meet, found = Barrier(WRITERS), S3Backend.get_object
    with toy_engine(tmp_path) as engine:
        client, bucket = engine.client("s3"), engine.resources["Bucket"]

        def slowly(self: S3Backend, *arguments: object, **named: object) -> object:
            """What stands there, told when all have looked, or when it is clear that they do so one after the other."""
            there = found(self, *arguments, **named)
            if not meet.broken:
                with suppress(BrokenBarrierError):
                    meet.wait(0.5)
            return there

        def write(number: int) -> bool:
            with suppress(ClientError):
                client.put_object(Bucket=bucket, Key="claim", Body=str(number), IfNoneMatch="*")
                return True
            return False

        with patch.object(S3Backend, "get_object", slowly), ThreadPoolExecutor(WRITERS) as pool:
            assert sum(pool.map(write, range(WRITERS))) == 1
