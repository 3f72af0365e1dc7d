"""The log-in form, wherever it has to be shown."""

from typing import Any

from flask import render_template

from server.web.auth.demo import faces


def login_html(**values: Any) -> str:
    """`next`, `username`, `problem`; `kept_for` names whose post came after the session had ended."""
    empty = {"next": "", "kept_for": "", "problem": "", "username": ""}
    return render_template("auth/login.html", **(empty | values), faces=faces())
