"""`kesu export`: a published version as the folders it was deployed from, byte for byte."""

from collections.abc import Mapping
from pathlib import Path

from server.commandline.support import AnswerIsNo, open_context, terminal_language
from server.domain.bundle import files_under
from server.i18n import N_, translate
from server.queries.published_files import PublishedFiles, published_files

_NAMED = 5


def exported(key: str, number: int | None, folder: Path, *, force: bool) -> tuple[int, int]:
    """Write `workflows/<key>` and `forms/<key>` under `folder`; (version, how many files).

    What stands there from an earlier export is replaced; anything else only with `force`; README.md and hidden
    files stay. Raises AnswerIsNo and Rejected, and then nothing was written.
    """
    from server.casework.command import SYSTEM

    found = published_files(open_context(), SYSTEM, key, number)
    standing = files_under(folder, key)
    _refuse_links(folder, key, found.bundle)
    if not force:
        _refuse_strange(standing, found)
    for path in standing.keys() - found.bundle.keys():
        _place(folder, key, path).unlink()
    for path, data in found.bundle.items():
        if standing.get(path) != data:
            place = _place(folder, key, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return found.number, len(found.bundle)


def _place(folder: Path, key: str, path: str) -> Path:
    inner = path.removeprefix("forms/")
    return folder / ("workflows" if inner == path else "forms") / key / inner


def _refuse_links(folder: Path, key: str, bundle: Mapping[str, bytes]) -> None:
    for path in bundle:
        place = _place(folder, key, path)
        linked = next((one for one in (place, *place.parents) if one != folder and one.is_symlink()), None)
        if linked is not None and folder in linked.parents:
            sentence = N_("{path} is a link. Take it away, or export into another folder.")
            raise AnswerIsNo(translate(sentence, terminal_language(), path=str(linked)))


def _refuse_strange(standing: Mapping[str, bytes], found: PublishedFiles) -> None:
    strange = sorted(path for path, data in standing.items() if data not in found.known.get(path, ()))
    if strange:
        sentence = N_(
            "{count} files there are from no version of this application: {names}. Put them into git or elsewhere "
            "first, or overwrite them with --force."
        )
        more = ", …" if len(strange) > _NAMED else ""
        names = ", ".join(strange[:_NAMED]) + more
        raise AnswerIsNo(translate(sentence, terminal_language(), count=len(strange), names=names))
