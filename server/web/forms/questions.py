"""The next question of a chain of whys: it asks about the last answer."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from server.domain.form_widgets import choice_column, text_columns
from server.i18n import N_, translate
from server.web.forms.spec import Schema
from server.web.person import language

if TYPE_CHECKING:
    from server.web.forms.rows import Row

END = " .。…!！?？;；,，"
LONGEST = 300
"""Characters of an answer that go into the next question."""
NEXT, FIRST = N_("Why {answer}?"), N_("Why did it happen?")


def next_question(before: str) -> str:
    """In the reader's language; `before` is the answer asked about, empty at the beginning of a chain."""
    stem = before.strip().rstrip(END)
    return translate(NEXT, language(), answer=stem[:LONGEST]) if stem else translate(FIRST, language())


def fill_questions(rows: Iterable["Row"], schema: Schema) -> None:
    """Rows with an answer but no question get the one that follows from the answer before, along their path."""
    group, texts = choice_column(schema), text_columns(schema)
    if len(texts) < 2:
        return
    last: dict[str, str] = {}
    for row in rows:
        path, question, answer = row.cell(group), row.cell(texts[0]), row.cell(texts[1])
        if question is None or answer is None or answer.data is None:
            continue
        at = "" if path is None else str(path.data)
        if question.data is None and not question.spec.locked:
            question.data = next_question(last.get(at, ""))
        last[at] = str(answer.data)
