"""The archive package of a case: a zip whose manifest names every part with its SHA-256.

Everything is stored, nothing packed: pictures and PDF do not get smaller, and the same parts give the same bytes with
every release of every zip library.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import orjson

FORMAT = "kesu-archive/1"
MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 18
_MAX_MANIFEST = 20_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Verification:
    """What a package's check found: nothing in `problems` means it is whole. Sentences are English."""

    parts: int
    size: int
    meta: Mapping[str, Any]
    problems: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.problems


def build_package(parts: Mapping[str, bytes | Path], meta: Mapping[str, Any]) -> bytes:
    """Zip of `parts` (path inside -> content or file) and a manifest with `meta`; equal input gives equal bytes.

    Raises `ValueError` for a path that leads out of the package or is taken, `OSError` for a file that is not there.
    """
    buffer, entries = io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for path in sorted(parts):
            if not _is_inside(path):
                raise ValueError(f"{path!r} is no path inside a package")
            sha256, size = _add(package, path, parts[path])
            entries.append({"path": path, "sha256": sha256, "size": size})
        manifest = {"format": FORMAT, "meta": dict(meta), "parts": entries}
        options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2
        _add(package, MANIFEST, orjson.dumps(manifest, option=options) + b"\n")
    return buffer.getvalue()


def verify_package(package: bytes | Path) -> Verification:
    """Reads every part and compares it with the manifest; never raises for what a package may contain."""
    try:
        with zipfile.ZipFile(io.BytesIO(package) if isinstance(package, bytes) else package) as archive:
            return _verify(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        return Verification(0, 0, {}, (f"This is no readable package: {error}",))


def _verify(archive: zipfile.ZipFile) -> Verification:
    infos = {info.filename: info for info in archive.infolist()}
    manifest, problem = _manifest(archive, infos.get(MANIFEST))
    if problem:
        return Verification(0, 0, {}, (problem,))
    problems = []
    if len(infos) != len(archive.infolist()):
        problems.append("A part is in the package twice.")
    listed = {entry["path"] for entry in manifest["parts"]}
    problems += [f"{path}: is not in the manifest." for path in sorted(infos.keys() - listed - {MANIFEST})]
    for entry in manifest["parts"]:
        problems += _check_part(archive, infos.get(entry["path"]), entry)
    size = sum(entry["size"] for entry in manifest["parts"])
    return Verification(len(manifest["parts"]), size, manifest["meta"], tuple(problems))


def _manifest(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> tuple[dict[str, Any], str]:
    if info is None or info.file_size > _MAX_MANIFEST:
        return {}, f"The package has no {MANIFEST} of sensible size."
    try:
        manifest = orjson.loads(archive.read(info))
    except orjson.JSONDecodeError as error:
        return {}, f"{MANIFEST} is no JSON: {error}"
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return {}, f"{MANIFEST} is not of the format {FORMAT}."
    parts, meta = manifest.get("parts"), manifest.get("meta")
    if not isinstance(parts, list) or not isinstance(meta, dict) or not all(_is_entry(part) for part in parts):
        return {}, f"{MANIFEST} lacks meta or parts, or a part lacks path, sha256 or size."
    return manifest, ""


def _is_entry(part: Any) -> bool:
    if not isinstance(part, dict):
        return False
    path, sha256, size = part.get("path"), part.get("sha256"), part.get("size")
    sound = isinstance(path, str) and isinstance(sha256, str) and isinstance(size, int) and size >= 0
    return sound and _SHA256.fullmatch(str(sha256)) is not None


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, entry: Mapping[str, Any]) -> list[str]:
    path = entry["path"]
    if info is None:
        return [f"{path}: is missing."]
    if info.file_size != entry["size"]:
        return [f"{path}: has {info.file_size} bytes instead of {entry['size']}."]
    try:
        with archive.open(info) as part:
            sha256, _ = _digest(part)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        return [f"{path}: cannot be read: {error}"]
    return [] if sha256 == entry["sha256"] else [f"{path}: was changed, its SHA-256 is {sha256}."]


def _add(package: zipfile.ZipFile, path: str, content: bytes | Path) -> tuple[str, int]:
    info = zipfile.ZipInfo(path, _EPOCH)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    source = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    with source, package.open(info, "w", force_zip64=True) as target:
        return _digest(source, target)  # type: ignore[arg-type]


def _digest(source: BinaryIO, target: BinaryIO | None = None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        path not in ("", MANIFEST)
        and not path.startswith("/")
        and ".." not in parts
        and path == "/".join(parts)
        and not set(path) & set("\\:\0\n")
    )
