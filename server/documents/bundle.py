"""The documents of one bundle version: templates, their parts, and the words for coded values."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from server.documents.fonts import FontShelf
from server.documents.labels import Labels, labels_of
from server.documents.pdf import DocumentFailed, Pdf, render_pages, render_pdf
from server.documents.text import TextFailed, render_text

FOLDER = "forms/documents/"
SCHEMA = "forms/case.schema.json"


class BundleDocuments:
    """Renders what lies in `forms/documents/` of `files` (path -> bytes, a `Bundle`); immutable, threads share it."""

    def __init__(self, files: Mapping[str, bytes], fonts: FontShelf | None = None) -> None:
        self._fonts = fonts
        self._assets = {path.removeprefix(FOLDER): data for path, data in files.items() if path.startswith(FOLDER)}
        self._schema = files.get(SCHEMA)

    @cached_property
    def _labels(self) -> Labels:
        """Read when the first document is made: most jobs make none."""
        return labels_of(orjson.loads(self._schema)) if self._schema is not None else {}

    def pdf(self, template: str, data: Mapping[str, Any], images: Mapping[str, bytes], at: datetime) -> Pdf:
        """`template` without ending ("eight_d"); the data gets `labels` too. Raises `DocumentFailed`."""
        name = template if template.endswith(".typ") else f"{template}.typ"
        if name not in self._assets:
            raise DocumentFailed(name, None, "there is no such template in the bundle")
        full = {**data, "labels": self._labels}
        return render_pdf(name, full, images, assets=self._assets, at=at, fonts=self._fonts)

    def pages(self, template: str, data: Mapping[str, Any], at: datetime) -> list[bytes]:
        """The pages of a template's file as pictures (PNG), without a case's own pictures. Raises `DocumentFailed`."""
        full = {**data, "labels": self._labels}
        return render_pages(template, full, assets=self._assets, at=at, fonts=self._fonts)

    def text(self, template: str, data: Mapping[str, Any], language: str) -> str:
        """`template` without ending ("acknowledge"); first line subject, then the body. Raises `TextFailed`."""
        name = template if template.endswith(".txt") else f"{template}.txt"
        if name not in self._assets:
            raise TextFailed(name, None, "there is no such template in the bundle")
        return render_text(name, self._assets[name].decode("utf-8"), data, language, self._labels)
