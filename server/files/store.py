"""The file store: every content once, under its SHA-256, in a folder no web server serves."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from server.domain.rejection import Rejected
from server.files.kinds import media_type_of
from server.files.location import blank_location
from server.files.names import clean_name
from server.i18n import N_

_CHUNK = 1 << 18
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class FileMissing(LookupError):
    """The store holds no such content (a restore without its files, or a false digest)."""


@dataclass(frozen=True)
class StoredFile:
    """What the row of an uploaded file needs: clean display name, media type by content, size in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


class FileStore:
    """Content-addressed files below `folder`; `limit` is the largest upload in bytes. Threads share it."""

    def __init__(self, folder: Path, limit: int = 50_000_000, *, synced: bool = True) -> None:
        """`synced` False: nothing waits for the disk; for a store that is filled anew should the machine stop."""
        self.folder = Path(folder)
        self.limit = limit
        self._synced = synced
        self._incoming = self.folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def upload(self, name: str, stream: Readable) -> StoredFile:
        """Takes in what a person sent, without the place where a photo was taken.

        Raises `Rejected` (too_large, file.empty, file.type, file.broken, file.bomb).
        """
        clean = clean_name(name)
        kinds: list[str] = []

        def check(file: BinaryIO) -> bool:
            kinds.append(media_type_of(clean, file))
            return blank_location(kinds[0], file)

        sha256, size = self._take(stream, self.limit, check)
        return StoredFile(clean, kinds[0], sha256, size)

    def put(self, stream: Readable) -> tuple[str, int]:
        """Keeps what the house itself made; (sha256, size in bytes). Once it returns, the content is on the disk."""
        return self._take(stream, None, lambda file: False)

    def path(self, sha256: str) -> Path:
        """Raises `FileMissing`."""
        target = self._target(sha256)
        if not target.is_file():
            raise FileMissing(f"no content with SHA-256 {sha256} in {self.folder.name}")
        return target

    def open(self, sha256: str) -> BinaryIO:
        """The content for reading. Raises `FileMissing`."""
        return self.path(sha256).open("rb")

    def sweep(self, now: datetime, older_than: timedelta = timedelta(days=1)) -> int:
        """Deletes what uploads that broke off left behind; returns how many."""
        swept = 0
        for left in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < (now - older_than).timestamp():
                    left.unlink()
                    swept += 1
        return swept

    def _target(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise FileMissing("a SHA-256 has 64 hex digits")
        return self.folder / sha256[:2] / sha256

    def _take(self, stream: Readable, limit: int | None, check: Callable[[BinaryIO], bool]) -> tuple[str, int]:
        """`check` may refuse the file, or change it and say so."""
        handle, temporary = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(handle, "w+b") as file:
                sha256, size = _copy(stream, file, limit)
                if check(file):
                    sha256 = _digest(file)
                file.flush()
                if self._synced:
                    os.fsync(file.fileno())
            self._settle(Path(temporary), self._target(sha256))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return sha256, size

    def _settle(self, temporary: Path, target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        try:
            temporary.replace(target)
        except PermissionError:
            # Windows replaces no file that somebody reads; the same digest is the same content.
            if not target.is_file():
                raise
            temporary.unlink()
        if self._synced:
            _sync_folder(target.parent)
            _sync_folder(self.folder)


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _copy(stream: Readable, file: BinaryIO, limit: int | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise Rejected(
                "too_large",
                N_("The file is too large; up to {megabytes} MB are accepted."),
                megabytes=limit // 1_000_000,
            )
        digest.update(chunk)
        file.write(chunk)
    if size == 0:
        raise Rejected("file.empty", N_("The file is empty."))
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """A renamed file survives a power cut only when its folder is on the disk too; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
