"""What lasts from one engine to the next: the objects of the buckets, and chosen secrets."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from rediscover.engine.aws import Clients
from rediscover.engine.moto.backends import etags, object_at, put_object, secret_version
from rediscover.errors import FileDamaged
from rediscover.machine import files
from rediscover_archive.authorization.secret import CURRENT, ROTATED

STAGES = (CURRENT, ROTATED)
"""The versions of a secret that are kept, by their labels."""


class Persistence:
    """Keeps buckets and secrets of a stack, by their logical ids, in a folder that only its owner may read.

    `buckets/<logical id>/<key>` holds an object's bytes, `secrets/<logical id>.json` a secret's text.
    """

    def __init__(self, folder: Path, clients: Clients, buckets: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        self._folder = folder
        self._clients = clients
        self._buckets = buckets
        self._secrets = secrets
        self._lock = threading.Lock()
        self._saved: dict[Path, str] = {}  # the object's ETag or the secret's version in each file
        files.make_folder(folder)
        folder.chmod(0o700)

    def can_keep(self, bucket: str, key: str) -> bool:
        """Whether an object can be kept under this key."""
        try:
            files.object_file(self._folder, key)
        except ValueError:
            return bucket not in self._buckets.values()
        return True

    def restore(self) -> None:
        """Put back what was kept. Raises FileDamaged for what can neither be read nor be written over later."""
        secrets = self._clients("secretsmanager")
        self._check_places()
        for logical_id, bucket in self._buckets.items():
            folder = self._bucket_folder(logical_id)
            for path in _files(folder):
                key = unquote(path.relative_to(folder).as_posix())
                self._saved[path] = put_object(bucket, key, _content(path))
        for logical_id, arn in self._secrets.items():
            for stage in STAGES:
                path = files.secret_file(self._folder, logical_id, stage)
                # What is no text is no secret either, and as good as none; the functions judge the rest.
                if path.exists() and (text := _content(path).decode(errors="replace").strip()):
                    secrets.put_secret_value(SecretId=arn, SecretString=text, VersionStages=[stage])
            for stage in STAGES:
                self._saved[files.secret_file(self._folder, logical_id, stage)], _ = secret_version(arn, stage)

    def _check_places(self) -> None:
        """See, before anything runs, that a file can be written wherever one will be."""
        folders = [self._folder / "buckets", self._folder / "secrets", *map(self._bucket_folder, self._buckets)]
        wanted = [files.secret_file(self._folder, one, stage) for one in self._secrets for stage in STAGES]
        wanted.append(self._folder / files.PARTIAL)
        for folder in map(self._bucket_folder, self._buckets):
            wanted += folder.rglob("*.json")  # as documents are called
        for path in folders:
            if path.exists() and not path.is_dir():
                raise FileDamaged(f"{path} is where a folder has to be. Remove it.")
        for path in wanted:
            if path.is_dir():
                raise FileDamaged(f"{path} is a folder where a file has to be. Remove it.")

    def save_objects(self) -> None:
        """Keep those objects that have changed since the last time."""
        with self._lock:
            for logical_id, bucket in self._buckets.items():
                self._save_bucket(logical_id, bucket)

    def save_secrets(self) -> None:
        """Keep those secrets that have changed since the last time."""
        with self._lock:
            for logical_id, arn in self._secrets.items():
                self._save_secret(logical_id, arn)

    def save_object(self, bucket: str, key: str) -> None:
        """Keep what became of one object."""
        with self._lock:
            for logical_id in (one for one, name in self._buckets.items() if name == bucket):
                path = files.object_file(self._bucket_folder(logical_id), key)
                if found := object_at(bucket, key):
                    self._write(path, *found)
                else:
                    self._forget(path)

    def _save_bucket(self, logical_id: str, bucket: str) -> None:
        folder = self._bucket_folder(logical_id)
        present = set()
        for key, etag in etags(bucket).items():
            path = files.object_file(folder, key)
            present.add(path)
            if self._saved.get(path) != etag and (found := object_at(bucket, key)):
                self._write(path, *found)
        for path in [path for path in self._saved if path.is_relative_to(folder) and path not in present]:
            self._forget(path)

    def _forget(self, path: Path) -> None:
        if self._saved.pop(path, None):
            path.unlink()

    def _save_secret(self, logical_id: str, arn: str) -> None:
        for stage in STAGES:
            path = files.secret_file(self._folder, logical_id, stage)
            version, text = secret_version(arn, stage)
            if version and self._saved.get(path) != version:
                self._write(path, text.encode(), version)

    def _write(self, path: Path, content: bytes, version: str) -> None:
        files.replace(path, content, self._folder / files.PARTIAL)
        self._saved[path] = version

    def _bucket_folder(self, logical_id: str) -> Path:
        return self._folder / "buckets" / logical_id


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileDamaged(f"Cannot read {path}: {error.strerror}. Put that right, or remove it.") from error
