"""What templates may call: texts in the reader's language, times in the site's zone, values in words."""

from typing import Any

from flask import Flask, request
from jinja2 import StrictUndefined

from server.files.kinds import accepted
from server.i18n import LANGUAGES, money, translate
from server.web import times
from server.web.person import context, current_actor, language
from server.web.prose import prose
from server.web.values import file_size, is_picture, shown_rows, shown_value

LANGUAGE_NAMES = {"zh-CN": "中文", "en": "English"}


def _(text: str, /, **params: Any) -> str:
    """`text` (an English msgid) in the language of this request."""
    return translate(text, language(), **params)


def install(app: Flask) -> None:
    # These speak the reader's language themselves, by this module.
    from server.web.forms import drawn, picking
    from server.web.forms.questions import next_question
    from server.web.forms.spec import html_name

    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(
        _=_,
        shown_value=shown_value,
        shown_rows=shown_rows,
        is_picture=is_picture,
        languages=[(key, LANGUAGE_NAMES[key]) for key in LANGUAGES],
        span=lambda seconds: times.span(seconds, language()),
        work_span=lambda seconds: times.work_span(seconds, language()),
        promise_of=lambda task: times.promise_left(
            task["working_seconds_left"], (task["time_left_seconds"] or 0) < 0, language(), task["clock_stands"]
        ),
    )
    environment.globals["exists"] = lambda endpoint: endpoint in app.view_functions
    environment.globals.update(
        columns_of=drawn.columns_of, fishbone=drawn.fishbone, chains=drawn.chains, next_question=next_question,
        head_name=lambda leaf: html_name(leaf.spec.head or ""),
        picks=picking.picks, offered=picking.offered,
        accepted_endings=lambda: ", ".join(accepted()),
    )  # fmt: skip
    environment.filters.update(
        money=lambda amount, currency: money(amount, currency, language()),
        clock=lambda value: times.clock_time(value, context().settings.zone),
        prose=prose,
        file_size=file_size,
    )
    app.context_processor(_person)


def _person() -> dict[str, Any]:
    from server.web.me.badge import of_page  # it needs the texts of this module

    person = current_actor()
    return {
        "person": person,
        "language": language(),
        "may": (lambda permission: person is not None and person.may(permission)),
        "here": request.endpoint or "",
        "own_badge": of_page,
        "max_upload": context().files.limit,
    }
