"""A process application as one bundle of files: what is published, pinned by a case and carried about as a zip."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

from server.domain import bundle_zip
from server.domain.application import FILE, Application
from server.domain.json_gate import read_json
from server.domain.rejection import Rejected
from server.i18n import N_

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
MAX_JSON_BYTES = 2_000_000
MAX_JSON_DEPTH = 60


class Bundle(Mapping[str, bytes]):
    """The files of one application by path: `application.toml`, `*.bpmn`, `*.dmn`, `forms/…`, `tests/…`. Immutable."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Raises Rejected `bundle.…` when a path, a size or the number of files is not acceptable."""
        bundle_zip.check_sizes({path: len(data) for path, data in files.items()})
        bundle_zip.check_paths(files)
        if FILE not in files:
            raise Rejected("bundle.application", N_("The bundle has no application.toml. Put one beside its diagrams."))
        self._files = {path: bytes(files[path]) for path in sorted(files)}

    @classmethod
    def from_folder(cls, root: Path, key: str) -> "Bundle":
        """From `<root>/workflows/<key>` and `<root>/forms/<key>`; hidden files and README.md stay out.

        Raises Rejected `not_found.application` when there is no such folder, else as the constructor.
        """
        folder = Path(root) / "workflows" / key
        if not KEY.fullmatch(key) or not folder.is_dir():
            raise Rejected(
                "not_found.application", N_("There is no application {key} in {root}."), key=key, root=str(root)
            )
        bundle = cls(files_under(Path(root), key))
        if bundle.application.key != key:
            raise Rejected(
                "bundle.application",
                N_("application.toml says key {said}, but its folder is called {key}. Make them the same."),
                said=bundle.application.key,
                key=key,
            )
        return bundle

    @classmethod
    def from_zip(cls, data: bytes) -> "Bundle":
        """From a zip as `to_zip` makes it, or one holding `workflows/<key>` and `forms/<key>`.

        Raises Rejected `bundle.zip`, `bundle.path`, `bundle.size`, `bundle.files` or `bundle.application`.
        """
        return cls(_as_bundle(bundle_zip.unpack(data)))

    def to_zip(self) -> bytes:
        """The bundle as a zip; the same files always give the same bytes."""
        return bundle_zip.pack(self._files)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over paths and contents, independent of how the bundle travelled."""
        total = hashlib.sha256()
        for path, data in self._files.items():
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    @cached_property
    def application(self) -> Application:
        """What `application.toml` says; raises Rejected `bundle.application`."""
        return Application.parse(self._files[FILE])

    def json(self, path: str) -> object:
        """The JSON value in the file `path`; raises Rejected `not_found.file`, `malformed.json`, `too_large`."""
        if path not in self._files:
            raise Rejected("not_found.file", N_("The bundle has no file {path}."), path=path)
        return read_json(self._files[path], name=path, max_bytes=MAX_JSON_BYTES, max_depth=MAX_JSON_DEPTH)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __getitem__(self, path: str) -> bytes:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def files_under(root: Path, key: str) -> dict[str, bytes]:
    """What `<root>/workflows/<key>` and `<root>/forms/<key>` hold by its path in a bundle, as far as they are there.

    Hidden files and README.md stay out. Raises Rejected `bundle.path` for a link.
    """
    return {**_read(root / "workflows" / key, ""), **_read(root / "forms" / key, "forms/")}


def bundled_root() -> Path:
    """The folder with the applications that come with the product: the checkout's, else the installed copy."""
    server = Path(__file__).resolve().parents[1]
    checkout = server.parent
    return checkout if (checkout / "workflows").is_dir() else server / "bundled"


def applications(root: Path) -> list[str]:
    """Keys of the applications under `root`, in alphabetical order."""
    folder = Path(root) / "workflows"
    if not folder.is_dir():
        return []
    return sorted(inner.name for inner in folder.iterdir() if KEY.fullmatch(inner.name) and (inner / FILE).is_file())


def place_of(key: str, path: str) -> str:
    """Where a bundle's file lies below a root: `workflows/<key>/…`, of forms `forms/<key>/…`."""
    return f"forms/{key}/{path.removeprefix('forms/')}" if path.startswith("forms/") else f"workflows/{key}/{path}"


def _read(folder: Path, prefix: str) -> dict[str, bytes]:
    files = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if any(part.startswith((".", "__")) for part in inner.parts) or inner.name == "README.md":
            continue
        if path.is_symlink():
            raise Rejected(
                "bundle.path", N_("{path} is a link. Put the file itself in its place."), path=inner.as_posix()
            )
        if path.is_file():
            files[prefix + inner.as_posix()] = path.read_bytes()
    return files


def _as_bundle(files: dict[str, bytes]) -> dict[str, bytes]:
    """Bring a zip of a root (with `workflows/` and `forms/`), perhaps inside one more folder, to a bundle's paths."""
    if FILE in files:
        return files
    heads = [PurePosixPath(path) for path in files if PurePosixPath(path).name == FILE]
    roots = [path for path in heads if len(path.parts) >= 3 and path.parts[-3] == "workflows"]
    if len(roots) != 1:
        raise Rejected(
            "bundle.application",
            N_("The zip holds {count} applications where one is needed. Pack one application.toml with its files."),
            count=len(roots),
        )
    key, outer = roots[0].parts[-2], "/".join((*roots[0].parts[:-3], ""))
    found = {}
    for part, prefix in ((f"{outer}workflows/{key}/", ""), (f"{outer}forms/{key}/", "forms/")):
        for path, data in files.items():
            if path.startswith(part) and PurePosixPath(path).name != "README.md":
                found[prefix + path.removeprefix(part)] = data
    return found
