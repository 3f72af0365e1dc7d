"""The store keeps each content once, whole or not at all."""

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.domain.rejection import Rejected
from server.files.store import FileMissing, FileStore
from tests.unit.files import samples

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files", limit=1_000_000)


def contents(store: FileStore) -> list[str]:
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


class Endless:
    """A sender who never stops."""

    def __init__(self) -> None:
        self.sent = 0

    def read(self, size: int, /) -> bytes:
        self.sent += size
        return b"x" * size


def test_an_upload_is_stored_under_its_digest_with_a_clean_name(store: FileStore) -> None:
    data = samples.png()
    stored = store.upload("..\\缺陷\u202e.png", io.BytesIO(data))
    assert (stored.name, stored.media_type, stored.size) == ("缺陷.png", "image/png", len(data))
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    with store.open(stored.sha256) as file:
        assert file.read() == data
    assert store.path(stored.sha256).name == stored.sha256


def test_the_same_content_is_kept_once(store: FileStore) -> None:
    first = store.upload("a.png", io.BytesIO(samples.png()))
    second = store.upload("b.png", io.BytesIO(samples.png()))
    assert first.sha256 == second.sha256
    assert contents(store) == [first.sha256]


def test_an_upload_over_the_limit_is_cut_off_while_it_streams(store: FileStore) -> None:
    sender = Endless()
    with pytest.raises(Rejected) as refused:
        store.upload("a.txt", sender)
    assert refused.value.code == "too_large"
    assert "1 MB" in refused.value.text("en")
    assert sender.sent < 3_000_000
    assert contents(store) == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [("a.png", b"", "file.empty"), ("a.svg", b"<svg/>", "file.type"), ("a.png", b"no picture", "file.type")],
)
def test_a_refused_upload_leaves_nothing(store: FileStore, name: str, data: bytes, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        store.upload(name, io.BytesIO(data))
    assert refused.value.code == code
    assert contents(store) == []


def test_a_broken_stream_leaves_nothing(store: FileStore) -> None:
    class Breaks:
        def read(self, size: int, /) -> bytes:
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        store.put(Breaks())
    assert contents(store) == []


def test_own_documents_may_be_of_any_kind_and_size(store: FileStore) -> None:
    data = os.urandom(1_200_000)
    sha256, size = store.put(io.BytesIO(data))
    assert (size, store.path(sha256).read_bytes()) == (1_200_000, data)


@pytest.mark.parametrize("sha256", ["0" * 64, "../../../etc/passwd", "", "A" * 64, "incoming"])
def test_what_is_not_there_is_a_typed_error(store: FileStore, sha256: str) -> None:
    with pytest.raises(FileMissing):
        store.open(sha256)


def test_leftovers_of_broken_uploads_are_swept_after_a_day(store: FileStore) -> None:
    old, young = store.folder / "incoming" / "old", store.folder / "incoming" / "young"
    for path, age in ((old, timedelta(days=2)), (young, timedelta(hours=2))):
        path.write_bytes(b"half")
        os.utime(path, ((NOW - age).timestamp(),) * 2)
    kept, _ = store.put(io.BytesIO(b"whole"))
    assert store.sweep(NOW) == 1
    assert contents(store) == sorted([kept, "young"])
