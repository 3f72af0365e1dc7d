"""Finds the hashed files of the browser bundle, which the build wrote into server/static/dist."""

import json
from pathlib import Path
from typing import TypedDict

from flask import Flask, Response, request, url_for
from markupsafe import Markup

FOREVER = 365 * 24 * 3600
"""Seconds; a changed file has another name, so no browser need ask again."""
_STYLE = Markup('<link rel="stylesheet" href="{}">')


class Entry(TypedDict):
    """One entry of manifest.json: file names below static/dist."""

    js: str
    css: list[str]
    preload: list[str]


class BundleMissing(RuntimeError):
    """The browser bundle has not been built: run `python3 dev.py setup`, or `pip install -e .`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class Assets:
    """Gives templates `assets("base", "form")`: the tags for a page's head."""

    def __init__(self, app: Flask) -> None:
        self._path = Path(app.static_folder or "static") / "dist" / "manifest.json"
        self._manifest: dict[str, Entry] = {}
        self._read_at = 0
        app.jinja_env.globals["assets"] = self.tags
        app.jinja_env.globals["styles"] = self.styles
        app.extensions["assets"] = self
        app.after_request(_cache)

    def entry(self, name: str) -> Entry:
        """What page entry `name` consists of; raises BundleMissing, or KeyError for a name nobody built."""
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._read_at:  # somebody built anew while we run
                self._manifest, self._read_at = json.loads(self._path.read_text("utf-8")), changed
        except FileNotFoundError:
            raise BundleMissing from None
        return self._manifest[name]

    def styles(self, *names: str) -> Markup:
        """The link tags of these entries' style sheets alone."""
        files = dict.fromkeys(file for name in names for file in self.entry(name)["css"])
        return Markup("\n").join(_STYLE.format(_url(file)) for file in files)

    def tags(self, *names: str) -> Markup:
        """Link, modulepreload and script tags of these entries, each file once."""
        entries = [self.entry(name) for name in names]
        styles = [file for entry in entries for file in entry["css"]]
        chunks = [file for entry in entries for file in entry["preload"]]
        scripts = [entry["js"] for entry in entries]
        lines = [_STYLE.format(_url(file)) for file in dict.fromkeys(styles)]
        lines += [Markup('<link rel="modulepreload" href="{}">').format(_url(file)) for file in dict.fromkeys(chunks)]
        lines += [Markup('<script type="module" src="{}"></script>').format(_url(file)) for file in scripts]
        return Markup("\n").join(lines)


def _url(name: str) -> str:
    return url_for("static", filename=f"dist/{name}")


def _cache(response: Response) -> Response:
    if request.endpoint == "static" and str((request.view_args or {}).get("filename", "")).startswith("dist/"):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = FOREVER
        response.cache_control.immutable = True
    return response
