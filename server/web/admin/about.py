"""What this is, and whose work is in it."""

from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

from flask import Response, current_app

from server.web.access import signed_in
from server.web.replies import page

LICENCES = "dist/THIRD-PARTY-LICENSES.txt"


@signed_in
def show() -> Response:
    return page("admin/about.html", version=_version(), licences=_browser_licences(), packages=_packages())


def _version() -> str:
    try:
        return version("kesu")
    except PackageNotFoundError:
        return "–"


def _browser_licences() -> str:
    path = Path(current_app.static_folder or "") / LICENCES
    return path.read_text("utf-8") if path.is_file() else ""


def _packages() -> list[tuple[str, str, str]]:
    """(name, version, licence) of the Python packages installed beside us."""
    found = {}
    for package in distributions():
        meta = package.metadata
        name = meta["Name"] or ""
        licence = meta["License-Expression"] or _classified(meta.get_all("Classifier") or []) or meta["License"] or ""
        found[name.lower()] = (name, package.version, licence.splitlines()[0][:60] if licence else "")
    return [found[name] for name in sorted(found) if name]


def _classified(classifiers: list[str]) -> str:
    licences = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    return ", ".join(licences)
