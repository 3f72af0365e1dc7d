"""Small real files to upload."""

import struct
import zlib
from random import Random


def sample(rng: Random) -> tuple[str, bytes]:
    """(file name, content) of one of several kinds."""
    make = rng.choice((png, png, pdf, text, table))
    return make(rng)


def png(rng: Random) -> tuple[str, bytes]:
    """A sound picture of a few pixels (ISO/IEC 15948)."""
    width, height = rng.randint(1, 8), rng.randint(1, 8)
    rows = b"".join(b"\0" + bytes(rng.randrange(256) for _ in range(3 * width)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return f"{rng.choice(('defect', '缺陷 照片', 'a+b=c & d'))}{rng.randrange(999)}.png", b"\x89PNG\r\n\x1a\n" + chunks


def pdf(rng: Random) -> tuple[str, bytes]:
    return (
        f"report-{rng.randrange(999)}.pdf",
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    )


def text(rng: Random) -> tuple[str, bytes]:
    return f"说明{rng.randrange(999)}.TXT", "检验记录\r\nresult: 3 of 50 NOK 🙂\r\n".encode()


def table(rng: Random) -> tuple[str, bytes]:
    return f"measurements {rng.randrange(999)}.csv", b"no;value\n1;0,25\n2;0,31\n"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
