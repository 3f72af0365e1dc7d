"""Reads a form as a browser without scripts would send it."""

from typing import Any

from werkzeug.datastructures import MultiDict

NOT_SENT = {"submit", "button", "reset", "image", "file"}


def sent_by(form: Any) -> MultiDict[str, str]:
    """Names and values of the controls that count (HTML standard, "constructing the entry list")."""
    found: MultiDict[str, str] = MultiDict()
    for control in form.xpath(".//input | .//textarea | .//select"):
        name = control.get("name")
        if name and control.get("disabled") is None and not control.xpath("ancestor::template"):
            for value in _values(control):
                found.add(name, value)
    return found


def _values(control: Any) -> list[str]:
    if control.tag == "textarea":
        text = control.text or ""
        return [text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")]
    if control.tag == "select":
        options = control.xpath(".//option")
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return [option.get("value", option.text_content()) for option in chosen]
    kind = control.get("type", "text")
    if kind in NOT_SENT or (kind in ("radio", "checkbox") and control.get("checked") is None):
        return []
    return [control.get("value", "on" if kind in ("radio", "checkbox") else "")]
