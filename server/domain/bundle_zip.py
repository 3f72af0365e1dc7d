"""Packing and unpacking of bundles. A zip from outside is taken apart in memory, under limits, never onto a disk."""

import re
import stat
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from server.domain.rejection import Rejected
from server.i18n import N_

MAX_FILES = 200
MAX_BYTES = 10_000_000
MAX_PACKED = MAX_BYTES + 500_000
"""Names and places of the files come on top of what they hold, however badly that packs."""
SUFFIXES = frozenset(
    {".bpmn", ".dmn", ".toml", ".json", ".typ", ".md", ".txt", ".csv", ".yaml", ".yml"}
    | {".docx", ".xlsx", ".png", ".jpg", ".jpeg", ".svg", ".ttf", ".otf"}
)

_NAME = re.compile(r"[\w][\w. ()+-]{0,99}")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def check_paths(paths: Iterable[str]) -> None:
    """As `check_path` for each; Rejected `bundle.path` also for two that are one file on many machines."""
    seen: dict[str, str] = {}
    for path in paths:
        check_path(path)
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            raise Rejected(
                "bundle.path",
                N_("{path} and {other} differ in capital letters alone. Rename one of them."),
                path=path[:200],
                other=other[:200],
            )


def check_path(path: str) -> None:
    """Raise Rejected `bundle.path` unless `path` is a plain relative path to a kind of file a bundle may hold."""
    parts = path.split("/")
    plain = all(_NAME.fullmatch(part) and not _DEVICES.fullmatch(part) for part in parts)
    # A hidden file would be left out of the zip as it is read again.
    if not plain or any(part.endswith((".", " ")) for part in parts) or _hidden(path):
        raise Rejected(
            "bundle.path", N_("{path} is not a plain file path. Rename it or leave it out."), path=path[:200]
        )
    if len(parts) > 6 or PurePosixPath(path).suffix.lower() not in SUFFIXES:
        raise Rejected(
            "bundle.path", N_("A bundle cannot hold {path}: this kind of file is unknown to it."), path=path[:200]
        )


def check_sizes(sizes: Mapping[str, int]) -> None:
    """Raise Rejected `bundle.files` or `bundle.size` when there is too much."""
    if len(sizes) > MAX_FILES:
        raise Rejected("bundle.files", N_("The bundle has more than {limit} files. Leave some out."), limit=MAX_FILES)
    if sum(sizes.values()) > MAX_BYTES:
        raise Rejected("bundle.size", N_("The bundle is larger than {limit} bytes unpacked."), limit=MAX_BYTES)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip in which nothing depends on time, machine or order of `files`."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return packed.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Path to content of every file in the zip `data`; hidden files (`.DS_Store`, `__MACOSX`) are left out.

    Raises Rejected `bundle.zip` (damaged, encrypted), `bundle.path`, `bundle.files`, `bundle.size`.
    """
    if len(data) > MAX_PACKED:
        raise Rejected("bundle.size", N_("The zip is larger than {limit} bytes."), limit=MAX_PACKED)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _contents(archive)
    except Rejected:
        raise
    except Exception as error:  # a crafted zip makes zipfile and zlib raise many types; each means "damaged"
        raise _damaged(str(error) or type(error).__name__) from None


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    # The claimed sizes are checked first, and no more than the limit is ever inflated whatever they claim.
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > 2 * MAX_FILES:
        check_sizes({entry.filename + str(position): 0 for position, entry in enumerate(entries)})
    wanted = [entry for entry in entries if not _hidden(entry.filename)]
    if len({entry.filename.casefold() for entry in wanted}) < len(wanted):
        raise _damaged("it holds two files of the same name")
    check_sizes({entry.filename: entry.file_size for entry in wanted})
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for entry in wanted:
        _check_entry(entry)
        with archive.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Rejected("bundle.size", N_("The bundle is larger than {limit} bytes unpacked."), limit=MAX_BYTES)
        files[entry.filename] = content
    return files


def _check_entry(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise Rejected(
            "bundle.path", N_("{path} is a link. Put the file itself in its place."), path=entry.filename[:200]
        )
    if entry.flag_bits & 0x1:
        raise _damaged("it is encrypted")
    check_path(entry.filename)


def _hidden(path: str) -> bool:
    return any(part.startswith((".", "__")) and part not in ("..", ".") for part in path.split("/"))


def _damaged(reason: str, **params: Any) -> Rejected:
    return Rejected("bundle.zip", N_("The zip cannot be read: {reason}. Pack it again."), reason=reason, **params)
