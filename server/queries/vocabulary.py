"""What may an author choose from in a draft: groups, forms, topics, tables, messages, processes, fields, functions?"""

from collections.abc import Iterator, Mapping
from typing import Any

from server.casework.context import Context
from server.casework.drafting import draft_files, find_draft
from server.domain.application import Application
from server.domain.bundle import Bundle
from server.domain.forms import FormBook
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.engine.check.words import Decision, Named, read_words
from server.i18n import LANGUAGES, N_, translate
from server.jobs.api import Worker
from server.security.actor import Actor

MILESTONES = tuple(f"D{number}" for number in range(9))
FUNCTIONS: Mapping[str, str] = {
    "working_hours(8)": N_("the moment so many working hours from now"),
    "working_days(3)": N_("the same time of day, so many working days from now"),
    "today()": N_("today's date at the site"),
    "days_between(first, last)": N_("days from one date to another"),
    "len(list)": N_("how many entries a list has"),
    "min(a, b)": N_("the smaller one"),
    "max(a, b)": N_("the larger one"),
    "sum(list)": N_("the sum of a list's numbers"),
    "abs(number)": N_("a number without its sign"),
    "round(number, digits)": N_("a number rounded"),
    "int(value)": N_("as a whole number"),
    "float(value)": N_("as a number"),
    "str(value)": N_("as a text"),
    "bool(value)": N_("whether there is anything"),
    "any(list)": N_("whether one of a list holds"),
    "all(list)": N_("whether all of a list hold"),
}
"""The functions of expressions, each as it is written, with what it gives."""


def vocabulary(context: Context, actor: Actor, draft_id: int, language: str) -> dict[str, Any]:
    """The lists an editor offers, titles in `language`. Rejected `not_found.draft`.

    What cannot be read in the draft as it stands is left out: the check tells of it.
    """
    actor.require("definition.read")
    with context.read() as connection:
        files = draft_files(context, connection, find_draft(connection, draft_id))
    words = read_words(files)
    application, forms = _bundle(files)
    languages = LANGUAGES if application is None else application.languages

    def told(text: str) -> str:
        return pick_line(text, languages, language)

    return {
        "languages": list(languages),
        "language_index": languages.index(language) if language in languages else 0,
        "groups": [
            {"key": key, "title": told(group.title)}
            for key, group in (application.groups.items() if application else ())
        ],
        "loops": [
            {"key": key, "title": told(loop.title)} for key, loop in (application.loops.items() if application else ())
        ],
        "prompts": [
            {"key": key, "title": told(text)} for key, text in (application.prompts.items() if application else ())
        ],
        "forms": [] if forms is None else list(_forms(forms, language)),
        "fields": [] if forms is None else list(_case_fields(forms, language)),
        "topics": [_topic(worker) for worker in context.topics.workers.values()],
        "decisions": [_decision(one, told(one.name)) for one in words.decisions],
        "messages": list(words.messages),
        "errors": list(words.errors),
        "processes": [{"id": one.id, "name": told(one.name) or one.id, "path": one.place} for one in words.processes],
        "tasks": [_task(one, told(one.name)) for one in words.tasks],
        "functions": [
            {"name": written.partition("(")[0], "signature": written, "description": translate(text, language)}
            for written, text in FUNCTIONS.items()
        ],
        "milestones": list(MILESTONES),
    }


def _bundle(files: Mapping[str, bytes]) -> tuple[Application | None, FormBook | None]:
    try:
        bundle = Bundle(files)
        return bundle.application, FormBook(bundle)
    except Rejected:
        return None, None


def _forms(forms: FormBook, language: str) -> Iterator[dict[str, str]]:
    for key in sorted(forms.keys()):
        try:
            title = str(forms.schema(key, language).get("title") or key)
        except Rejected:
            title = key
        yield {"key": key, "title": title, "path": f"forms/{key}.json"}


def _case_fields(forms: FormBook, language: str) -> Iterator[dict[str, Any]]:
    try:
        schema = forms.case_schema(language)
    except Rejected:
        return
    yield from _fields(schema, "", "")


def _fields(schema: Mapping[str, Any], path: str, title: str) -> Iterator[dict[str, Any]]:
    """Every field below an object, those of rows as `team.members[].name`."""
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        told = " › ".join(part for part in (title, str(inner.get("title") or name)) if part)
        yield {"path": here, "title": told, "type": _type(inner), **_values(inner)}
        yield from _fields(inner, here, told)
        if isinstance(inner.get("items"), Mapping):
            yield from _fields(inner["items"], f"{here}[]", told)


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    return str(schema.get("format") or (kind if isinstance(kind, str) else "any"))


def _values(schema: Mapping[str, Any]) -> dict[str, Any]:
    choices = schema.get("oneOf")
    listed = choices if isinstance(choices, list) else ()
    options = [one for one in listed if isinstance(one, Mapping) and "const" in one]
    if options:
        return {"values": [{"value": one["const"], "title": str(one.get("title", one["const"]))} for one in options]}
    if isinstance(schema.get("enum"), list):
        return {"values": [{"value": one, "title": str(one)} for one in schema["enum"]]}
    return {}


def _topic(worker: Worker) -> dict[str, Any]:
    required = worker.parameters.get("required", [])
    return {
        "topic": worker.topic,
        "description": worker.description,
        "parameters": [
            {
                "id": name,
                "title": schema.get("title") or name,
                "type": _type(schema),
                "required": name in required,
                **_values(schema),
            }
            for name, schema in worker.parameters.get("properties", {}).items()
        ],
        "results": list(worker.result.get("properties", {})),
        "errors": list(worker.errors),
    }


def _decision(decision: Decision, title: str) -> dict[str, Any]:
    return {
        "id": decision.id,
        "name": title or decision.id,
        "path": decision.path,
        "inputs": list(decision.inputs),
        "outputs": list(decision.outputs),
    }


def _task(task: Named, title: str) -> dict[str, str]:
    return {"id": task.id, "name": title or task.id, "process": task.place}
