"""Takes out of a photo where it was taken: complaints leave the house, and with them where people were.

Nothing else of the file changes, not even its length: what EXIF (CIPA DC-008, 4.6.6) and XMP say of the position is
overwritten.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from mmap import mmap
from typing import BinaryIO

_GPS_TAG = 0x8825
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of one value, by EXIF type."""
_MOST_TAGS = 512
_XMP = re.compile(rb'(GPS[A-Za-z]{1,30}(?:="|=\'|>))([^"\'<]+)')
_HEADER = b"Exif\0\0"

Span = tuple[int, int]


def blank_location(media_type: str, file: BinaryIO) -> bool:
    """Overwrite the position in a picture; whether there was one. `file` is a real one, open to read and write."""
    spans = _SPANS.get(media_type)
    file.seek(0, 2)
    if spans is None or file.tell() < 64:
        return False
    file.flush()
    with mmap(file.fileno(), 0) as data:
        found = False
        for begin, end in spans(data):
            changed = _blank_exif(data, begin, end) | _blank_xmp(data, begin, end)
            found = found or changed
            if changed and media_type == "image/png":
                data[end : end + 4] = struct.pack(">I", zlib.crc32(data[begin - 4 : end]))
        data.flush()
    return found


def _blank_exif(data: mmap, begin: int, end: int) -> bool:
    begin += len(_HEADER) if data[begin : begin + len(_HEADER)] == _HEADER else 0
    order = {b"II": "<", b"MM": ">"}.get(data[begin : begin + 2])
    if order is None or end - begin < 8:
        return False
    try:
        (first,) = struct.unpack_from(f"{order}I", data, begin + 4)
        for at in _entries(data, begin, first, end, order):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHII", data, at)
            if tag == _GPS_TAG:
                return _blank_directory(data, begin, value, end, order)
    except struct.error:
        return False
    return False


def _blank_directory(data: mmap, begin: int, offset: int, end: int, order: str) -> bool:
    """An empty directory stays, so that whoever follows the pointer finds a sound one."""
    entries = list(_entries(data, begin, offset, end, order))
    for at in entries:
        _tag, kind, count, value = struct.unpack_from(f"{order}HHII", data, at)
        size = _SIZES.get(kind, 1) * count
        if size > 4 and begin + value + size <= end:
            data[begin + value : begin + value + size] = bytes(size)
    if entries:
        start = begin + offset
        data[start : entries[-1] + 12] = bytes(entries[-1] + 12 - start)
    return bool(entries)


def _entries(data: mmap, begin: int, offset: int, end: int, order: str) -> Iterator[int]:
    (count,) = struct.unpack_from(f"{order}H", data, begin + offset)
    for number in range(min(count, _MOST_TAGS)):
        at = begin + offset + 2 + 12 * number
        if at + 12 > end:
            return
        yield at


def _blank_xmp(data: mmap, begin: int, end: int) -> bool:
    found = False
    for match in _XMP.finditer(data, begin, end):
        data[match.start(2) : match.end(2)] = b" " * (match.end(2) - match.start(2))
        found = True
    return found


def _jpeg(data: mmap) -> Iterator[Span]:
    """The APP1 segments before the picture itself (ITU-T T.81, B.1)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        if data[at + 1] == 0xE1:
            yield at + 4, min(at + 2 + length, len(data))
        at += 2 + max(length, 2)


def _png(data: mmap) -> Iterator[Span]:
    """The chunks that hold EXIF or text (PNG, third edition, 11.3)."""
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            return
        if data[at + 4 : at + 8] in (b"eXIf", b"iTXt", b"tEXt"):
            yield at + 8, at + 8 + length
        at += 12 + length


def _webp(data: mmap) -> Iterator[Span]:
    """RFC 9649, 2.7.1.5: chunks EXIF and XMP."""
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] in (b"EXIF", b"XMP "):
            yield at + 8, min(at + 8 + length, len(data))
        at += 8 + length + length % 2


def _heic(data: mmap) -> Iterator[Span]:
    """ISO/IEC 23008-12, annex A: an Exif item begins with the header of JPEG's, wherever in the file it lies."""
    at = data.find(_HEADER)
    while at >= 0:
        yield at, min(at + (1 << 18), len(data))
        at = data.find(_HEADER, at + 1)


_SPANS: dict[str, Callable[[mmap], Iterator[Span]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/heic": _heic,
}
