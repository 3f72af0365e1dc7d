"""Which files are let in: an allow-list where extension and content must agree.

SVG and HTML are never let in, since a browser would run what is inside them.
"""

import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import filetype

from server.domain.rejection import Rejected
from server.files.images import dimensions
from server.files.names import extension
from server.i18n import N_

MAX_PIXELS = 120_000_000
MAX_SIDE = 30_000
MAX_ZIP_ENTRIES = 10_000
MAX_ZIP_BYTES = 1_000_000_000
MAX_ZIP_RATIO = 100

_HEAD = 8192
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
_MAIL_HEADER = re.compile(rb"\A(>?From [^\r\n]*\r?\n)?[A-Za-z][A-Za-z0-9-]*:")


def accepted() -> list[str]:
    """The endings that are let in, without the dot, in order."""
    return sorted(_ALLOWED)


def media_type_of(name: str, file: BinaryIO) -> str:
    """Media type of an uploaded file, decided by its content; `name` is its clean name, `file` is seekable.

    Raises `Rejected`: file.type (not allowed, or content and extension disagree), file.broken, file.bomb.
    """
    ending = extension(name)
    if ending not in _ALLOWED:
        raise Rejected(
            "file.type",
            N_("Files of the kind “{ending}” are not accepted. Accepted are: {allowed}."),
            ending=ending or name,
            allowed=", ".join(sorted(_ALLOWED)),
        )
    media_type, fits = _ALLOWED[ending]
    file.seek(0)
    if not fits(file.read(_HEAD), file):
        raise Rejected(
            "file.type", N_("“{name}” is not what its ending “{ending}” says. Save it again in that format."),
            name=name, ending=ending,
        )  # fmt: skip
    if media_type.startswith("image/"):
        _check_picture(name, media_type, file)
    file.seek(0)
    return media_type


def _check_picture(name: str, media_type: str, file: BinaryIO) -> None:
    size = dimensions(media_type, file)
    if size is None or 0 in size:
        raise Rejected("file.broken", N_("The picture “{name}” is damaged and cannot be read."), name=name)
    if size[0] * size[1] > MAX_PIXELS or max(size) > MAX_SIDE:
        raise Rejected(
            "file.bomb", N_("The picture “{name}” is too large: {width} × {height} pixels. Make it smaller first."),
            name=name, width=size[0], height=size[1],
        )  # fmt: skip


Check = Callable[[bytes, BinaryIO], bool]


def _magic(media_type: str) -> Check:
    def fits(head: bytes, file: BinaryIO) -> bool:
        return bool(filetype.guess_mime(head) == media_type)

    return fits


def _starts(*prefixes: bytes) -> Check:
    def fits(head: bytes, file: BinaryIO) -> bool:
        return head.startswith(prefixes)

    return fits


def _movie(*brands: bytes) -> Check:
    """ISO/IEC 14496-12: the major brand of `ftyp`; QuickTime files before it start with another box."""

    def fits(head: bytes, file: BinaryIO) -> bool:
        if head[4:8] == b"ftyp":
            return head[8:12].startswith(brands)
        return b"qt" in brands and head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip")

    return fits


def _text(head: bytes, file: BinaryIO) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 with its mark: Excel's "Unicode text"
        head = head.decode("utf-16", "ignore").encode()
    if b"\0" in head or _MARKUP.search(head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        # The last character may have been cut by the end of the head.
        return len(head) == _HEAD and error.start >= len(head) - 4
    return True


def _mail(head: bytes, file: BinaryIO) -> bool:
    """RFC 5322: header fields first. Mails may hold HTML, therefore they are only ever downloaded."""
    return b"\0" not in head and _MAIL_HEADER.match(head) is not None


def _zip(inside: str | None) -> Check:
    """A sound zip that does not explode; for Office documents also the part that makes it one, and no macros."""

    def fits(head: bytes, file: BinaryIO) -> bool:
        if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return False
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        _check_archive(entries)
        names = {entry.filename for entry in entries}
        if inside is None:
            return True
        return inside in names and not any(name.lower().endswith("vbaproject.bin") for name in names)

    return fits


def _check_archive(entries: list[zipfile.ZipInfo]) -> None:
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    explodes = unpacked > 10_000_000 and unpacked > packed * MAX_ZIP_RATIO
    if len(entries) > MAX_ZIP_ENTRIES or unpacked > MAX_ZIP_BYTES or explodes:
        raise Rejected("file.bomb", N_("This archive unpacks to far more than it should. Send its files one by one."))


_ALLOWED: dict[str, tuple[str, Check]] = {
    "jpg": ("image/jpeg", _magic("image/jpeg")),
    "jpeg": ("image/jpeg", _magic("image/jpeg")),
    "png": ("image/png", _magic("image/png")),
    "webp": ("image/webp", _magic("image/webp")),
    "gif": ("image/gif", _magic("image/gif")),
    "heic": ("image/heic", _magic("image/heic")),
    "pdf": ("application/pdf", _starts(b"%PDF-")),
    "docx": (f"{_OFFICE}wordprocessingml.document", _zip("word/document.xml")),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _zip("xl/workbook.xml")),
    "pptx": (f"{_OFFICE}presentationml.presentation", _zip("ppt/presentation.xml")),
    "csv": ("text/csv", _text),
    "txt": ("text/plain", _text),
    "zip": ("application/zip", _zip(None)),
    "mp4": ("video/mp4", _movie(b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"3gp")),
    "mov": ("video/quicktime", _movie(b"qt")),
    "eml": ("message/rfc822", _mail),
    "msg": ("application/vnd.ms-outlook", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
}
