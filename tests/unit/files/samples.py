"""Small files of every accepted kind, made here so that nobody's pictures lie in the repository."""

import io
import struct
import zipfile
import zlib


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x33\x66\x99" * min(width, 4) for _ in range(min(height, 4)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width: int = 2, height: int = 2, exif_segments: int = 1) -> bytes:
    segment = b"\xff\xe1" + struct.pack(">H", 60_002) + b"E" * 60_000
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + segment * exif_segments + b"\xff\xff" + frame[1:] + b"\xff\xda\x00\x00\xff\xd9"


def gif(width: int = 2, height: int = 2) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


def webp(kind: bytes = b"VP8X", width: int = 2, height: int = 2) -> bytes:
    head = b"RIFF\x40\0\0\0WEBP" + kind + b"\x20\0\0\0"
    if kind == b"VP8X":
        return head + b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + b"\0" * 20
    if kind == b"VP8L":
        return head + b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\0" * 20
    return head + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\0" * 20


def heic(width: int = 2, height: int = 2) -> bytes:
    brand = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic"
    thumbnail = struct.pack(">I", 20) + b"ispe\0\0\0\0" + struct.pack(">II", 1, 1)
    return brand + thumbnail + struct.pack(">I", 20) + b"ispe\0\0\0\0" + struct.pack(">II", width, height)


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return buffer.getvalue()


MAIL = b"From: =?utf-8?b?546L?= <wang@example.com>\r\nSubject: x\r\n\r\n<html>hello</html>"

SAMPLES: dict[str, tuple[bytes, str]] = {
    "缺陷.jpg": (jpeg(), "image/jpeg"),
    "photo.JPEG": (jpeg(exif_segments=5), "image/jpeg"),
    "a.png": (png(), "image/png"),
    "a.webp": (webp(), "image/webp"),
    "lossless.webp": (webp(b"VP8L"), "image/webp"),
    "lossy.webp": (webp(b"VP8 "), "image/webp"),
    "a.gif": (gif(), "image/gif"),
    "iphone.HEIC": (heic(), "image/heic"),
    "a.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    "a.docx": (
        zipped(word__document_dot_xml=b"<w/>"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "a.xlsx": (
        zipped(xl__workbook_dot_xml=b"<w/>"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "a.pptx": (
        zipped(ppt__presentation_dot_xml=b"<w/>"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "a.csv": ("零件,数量\nA-1,3\n".encode(), "text/csv"),
    "gbk.csv": ("零件,数量\nA-1,3\n".encode("gb18030"), "text/csv"),
    "excel.csv": ("零件\t数量\n".encode("utf-16"), "text/csv"),
    "long.txt": (("a" + "裂" * 5000).encode(), "text/plain"),
    "a.zip": (zipped(a=b"1"), "application/zip"),
    "empty.zip": (zipped(), "application/zip"),
    "a.mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video/mp4"),
    "a.mov": (b"\0\0\0\x14ftypqt  \0\0\2\0qt  ", "video/quicktime"),
    "old.mov": (b"\0\0\0\x08wide\0\0\0\x08mdat", "video/quicktime"),
    "a.eml": (MAIL, "message/rfc822"),
    "a.msg": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "application/vnd.ms-outlook"),
}
