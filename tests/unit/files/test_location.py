"""A photo keeps everything but the place where it was taken."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest

from server.files.store import FileStore

LATITUDE = struct.pack("<6I", 31, 1, 14, 1, 3759, 100)
XMP = b'<x:xmpmeta><rdf:Description exif:GPSLatitude="31,14.6N" exif:GPSLongitude="121,28.1E" tiff:Make="Phone"/></x:xmpmeta>'


def exif() -> bytes:
    """TIFF with the camera's maker, its orientation, and a position with two entries."""
    maker, gps = 8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + 6
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 3)
    head += struct.pack("<HHII", 0x010F, 2, 6, maker) + struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    head += struct.pack("<HHII", 0x8825, 4, 1, gps) + struct.pack("<I", 0) + b"Phone\0"
    body = struct.pack("<H", 2) + struct.pack("<HHI", 1, 2, 2) + b"N\0\0\0"
    return head + body + struct.pack("<HHII", 2, 5, 3, gps + 2 + 24 + 4) + struct.pack("<I", 0) + LATITUDE


def segment(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + struct.pack(">H", len(data) + 2) + data


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg() -> bytes:
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", 4, 6) + b"\x01\x01\x11\x00")
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    return (
        b"\xff\xd8"
        + segment(0xE1, b"Exif\0\0" + exif())
        + xmp
        + frame
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + bytes(80)
        + b"\xff\xd9"
    )


def png() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"eXIf", exif())
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def webp() -> bytes:
    body = (
        b"WEBPVP8X"
        + struct.pack("<I", 10)
        + b"\x08\0\0\0"
        + bytes(6)
        + b"EXIF"
        + struct.pack("<I", len(exif()))
        + exif()
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic() -> bytes:
    size = struct.pack(">I", 20) + b"ispe" + bytes(4) + struct.pack(">II", 6, 4)
    return (
        struct.pack(">I", 24)
        + b"ftypheic"
        + bytes(4)
        + b"mif1heic"
        + size
        + struct.pack(">I", 10)
        + b"Exif\0\0"
        + exif()
    )


@pytest.mark.parametrize(
    ("name", "content"), [("a.jpg", jpeg()), ("a.png", png()), ("a.webp", webp()), ("a.heic", heic())]
)
def test_the_place_is_gone_and_all_else_is_there(tmp_path: Path, name: str, content: bytes) -> None:
    assert LATITUDE in content
    store = FileStore(tmp_path)
    stored = store.upload(name, io.BytesIO(content))
    kept = store.path(stored.sha256).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == stored.sha256
    assert len(kept) == len(content) == stored.size
    assert LATITUDE not in kept
    assert b"31,14" not in kept
    assert b"121,28" not in kept
    assert b"Phone\0" in kept
    assert struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0) in kept, "it is still shown upright"
    changed = sum(1 for before, after in zip(content, kept, strict=True) if before != after)
    assert 0 < changed < 120


def test_a_png_stays_sound(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    kept = store.path(store.upload("a.png", io.BytesIO(png())).sha256).read_bytes()
    at = 8
    while at < len(kept):
        (length,) = struct.unpack_from(">I", kept, at)
        (crc,) = struct.unpack_from(">I", kept, at + 8 + length)
        assert crc == zlib.crc32(kept[at + 4 : at + 8 + length]), kept[at + 4 : at + 8]
        at += 12 + length


@pytest.mark.parametrize("cut", [30, 60, 90, 110, 130])
@pytest.mark.parametrize("value", [0x00, 0xFF])
def test_broken_exif_is_no_fault(tmp_path: Path, cut: int, value: int) -> None:
    broken = bytearray(jpeg())
    broken[cut : cut + 4] = bytes([value] * 4)
    store = FileStore(tmp_path)
    assert store.upload("a.jpg", io.BytesIO(bytes(broken))).size == len(broken)


def test_what_has_no_place_is_kept_to_the_byte(tmp_path: Path) -> None:
    plain = jpeg().replace(b"\x25\x88", b"\x26\x88").replace(b"GPS", b"SPG")
    stored = FileStore(tmp_path).upload("a.jpg", io.BytesIO(plain))
    assert stored.sha256 == hashlib.sha256(plain).hexdigest()
