"""The archive package: equal input, equal bytes; whatever is changed afterwards is found."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.archive import MANIFEST, build_package, verify_package

PARTS: dict[str, bytes | Path] = {"case.json": b'{"a": 1}', "history.jsonl": b"", "files/1-裂纹.png": b"\x89PNG" * 1000}
META = {"number": "KS-2026-0042", "closed_at": "2026-04-10T08:00:00Z"}


def rewritten(package: bytes, **changes: bytes | None) -> bytes:
    """The package with parts replaced, added, or (None) left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        parts: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
        for name, data in (parts | changes).items():
            if data is not None:
                new.writestr(name, data)
    return buffer.getvalue()


def test_a_package_is_whole_and_tells_what_it_is() -> None:
    checked = verify_package(build_package(PARTS, META))
    assert checked.ok
    assert (checked.parts, checked.meta) == (3, META)
    assert checked.size == sum(len(part) for part in PARTS.values() if isinstance(part, bytes))


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'{"a": 1}')
    from_file = {**dict(reversed(PARTS.items())), "case.json": tmp_path / "x"}
    assert build_package(from_file, dict(reversed(META.items()))) == build_package(PARTS, META)


def test_any_zip_program_can_read_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(build_package(PARTS, META))) as package:
        assert package.testzip() is None
        assert package.read("case.json") == b'{"a": 1}'
        manifest = json.loads(package.read(MANIFEST))
    assert [part["path"] for part in manifest["parts"]] == sorted(PARTS)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"case.json": b'{"a": 2}'}, "case.json: was changed"),
        ({"case.json": b'{"a": 12}'}, "case.json: has 9 bytes instead of 8"),
        ({"case.json": None}, "case.json: is missing"),
        ({"more.txt": b"x"}, "more.txt: is not in the manifest"),
        ({MANIFEST: None}, "no manifest.json"),
        ({MANIFEST: b"{"}, "is no JSON"),
        ({MANIFEST: b"[]"}, "not of the format"),
        ({MANIFEST: b'{"format": "kesu-archive/1", "meta": {}, "parts": [{"path": 1}]}'}, "lacks path"),
    ],
)
def test_every_change_is_found(changes: dict[str, bytes | None], says: str) -> None:
    checked = verify_package(rewritten(build_package(PARTS, META), **changes))
    assert not checked.ok
    assert says in " ".join(checked.problems)


def test_a_part_that_is_there_twice_is_found() -> None:
    buffer = io.BytesIO(build_package(PARTS, META))
    with zipfile.ZipFile(buffer, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("case.json", b'{"a": 1}')
    assert "A part is in the package twice." in verify_package(buffer.getvalue()).problems


@given(at=st.integers(0, 10_000), byte=st.integers(1, 255))
def test_a_flipped_byte_in_a_part_is_found(at: int, byte: int) -> None:
    package = bytearray(build_package({"a.bin": b"\x55" * 500}, {}))
    start = package.index(b"\x55" * 500)
    package[start + at % 500] ^= byte
    assert not verify_package(bytes(package)).ok


@given(st.binary(max_size=300))
def test_no_bytes_make_the_check_fall_over(data: bytes) -> None:
    assert not verify_package(data).ok


@given(at=st.integers(0, 10_000), cut=st.integers(0, 10_000))
def test_damaged_packages_are_reported_not_raised(at: int, cut: int) -> None:
    package = bytearray(build_package(PARTS, META))
    package[at % len(package)] ^= 0xFF
    verify_package(bytes(package))
    assert not verify_package(bytes(package)[: cut % len(package)]).ok


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../b", "a\\b", "C:x", MANIFEST, "a//b", "./a", "a\nb"])
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        build_package({path: b""}, {})
