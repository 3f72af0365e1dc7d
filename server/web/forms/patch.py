"""From a filled form to a JSON Merge Patch (RFC 7396) on the case file."""

from typing import Any

from server.web.forms.case_form import CaseForm


def patch_of(form: CaseForm) -> dict[str, Any]:
    """Only fields that the form has, shows and that were touched; a cleared field is null, an emptied row is gone."""
    patch: dict[str, Any] = {}
    for leaf in form:
        wanted = leaf.present and not leaf.spec.locked and leaf.unread is None
        if wanted and form.visible(leaf) and form.touched(leaf):
            _put(patch, leaf.spec.path, leaf.data)
    return patch


def _put(patch: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        patch = patch.setdefault(step, {})
    patch[path[-1]] = value
