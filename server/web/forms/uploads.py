"""Files picked in a form are stored before the form is judged, so that a refused form keeps them."""

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from server.domain.rejection import Rejected
from server.web.forms.case_form import CaseForm
from server.web.forms.leaves import FilesLeaf

Store = Callable[[FileStorage], str]
"""Stores one file and gives its id; raises Rejected when it is not let in."""


def receive(form: CaseForm, files: MultiDict[str, FileStorage], store: Store, language: str) -> bool:
    """Store every picked file and add it to its field; False when one was refused (it says so at its field)."""
    good = True
    for leaf in form:
        if isinstance(leaf, FilesLeaf) and not leaf.spec.locked:
            for file in files.getlist(leaf.upload_name):
                good = _one(leaf, file, store, language) and good
    return good


def _one(leaf: Any, file: FileStorage, store: Store, language: str) -> bool:
    if not file.filename:
        return True
    leaf.present = True
    try:
        leaf.add(store(file))
    except Rejected as refusal:
        leaf.problems.append(f"{file.filename}: {refusal.text(language)}")
        return False
    return True
