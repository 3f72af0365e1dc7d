"""Width and height of a picture from its header, without decoding it: a small file may claim a huge picture."""

import struct
from collections.abc import Callable
from typing import BinaryIO

Size = tuple[int, int]
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_HEAD = 64 * 1024


def dimensions(media_type: str, file: BinaryIO) -> Size | None:
    """(width, height) in pixels, or None when the header cannot be read. `file` is seekable."""
    file.seek(0)
    try:
        return _READERS[media_type](file)
    except (struct.error, ValueError, IndexError):
        return None


def _png(file: BinaryIO) -> Size:
    """PNG (W3C), 11.2.2: IHDR is the first chunk."""
    head = file.read(24)
    if head[12:16] != b"IHDR":
        raise ValueError("no IHDR chunk")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _gif(file: BinaryIO) -> Size:
    width, height = struct.unpack("<6xHH", file.read(10))
    return width, height


def _jpeg(file: BinaryIO) -> Size:
    """ITU-T T.81, B.1: segments up to the frame header; EXIF and colour profiles may fill many of them."""
    file.seek(2)
    for _ in range(2000):
        marker, code = struct.unpack(">BB", file.read(2))
        while code == 0xFF:
            code = file.read(1)[0]
        if marker != 0xFF or code == 0xDA:
            raise ValueError("no frame header before the scan")
        (length,) = struct.unpack(">H", file.read(2))
        if code in _START_OF_FRAME:
            height, width = struct.unpack(">xHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    raise ValueError("too many segments")


def _webp(file: BinaryIO) -> Size:
    """RFC 9649: three kinds of first chunk."""
    head = file.read(30)
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if head[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("unknown chunk")


def _heic(file: BinaryIO) -> Size:
    """ISO/IEC 23008-12, 6.5.3: the largest `ispe` property (tiles and thumbnails have smaller ones)."""
    head, found = file.read(_HEAD), []
    at = head.find(b"ispe")
    while at >= 0:
        found.append(struct.unpack(">II", head[at + 8 : at + 16]))
        at = head.find(b"ispe", at + 4)
    return max(found)


_READERS: dict[str, Callable[[BinaryIO], Size]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/heic": _heic,
}
