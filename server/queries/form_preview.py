"""What would staff see of a form of a draft, with text that is not saved yet?"""

from dataclasses import dataclass, field
from typing import Any

from server.casework.context import Context
from server.casework.drafting import bundle_of, draft_files, find_draft, laid_over
from server.domain.form_rules import form_problems
from server.domain.form_schema import Schema
from server.domain.forms import FormBook
from server.domain.rejection import Rejected
from server.i18n import N_
from server.security.actor import Actor


@dataclass(frozen=True)
class FormPreview:
    """Schema and hints in the reader's language; or what is wrong with the form: `{"pointer", "message"}` each."""

    schema: Schema
    ui: dict[str, Any]
    problems: list[dict[str, str]] = field(default_factory=list)


def form_preview(
    context: Context, actor: Actor, draft_id: int, path: str, content: bytes, language: str
) -> FormPreview:
    """The form `forms/KEY.json` of the draft with `content` in its place.

    Raises Rejected `not_found.draft`, `not_found.form` for a path that is no form, `bundle.…` for a draft that is none.
    """
    actor.require("definition.read")
    key = path.removeprefix("forms/").removesuffix(".json")
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        files = laid_over(draft_files(context, connection, draft), {path: content})
    book = FormBook(bundle_of(draft.key, files))
    if path != f"forms/{key}.json" or key not in book:
        raise Rejected("not_found.form", N_("There is no form {form} in this version."), form=path[:200])
    found = [{"pointer": one.pointer, "message": one.text(language)} for one in form_problems(book, key)]
    if found:
        return FormPreview({}, {}, found)
    return FormPreview(book.schema(key, language), book.ui(key, language))
