"""What a mapping can be chosen from, kept with a rehearsal so that its page needs no diagram read again."""

from collections.abc import Iterable
from typing import Any

from server.casework.fitting import pointers
from server.casework.library import PublishedVersion
from server.domain.mapping import CaseMapping

MOST = 300


def words_of(target: PublishedVersion, olds: Iterable[PublishedVersion], mapping: CaseMapping) -> dict[str, Any]:
    """`{"names": {step or field: name}, "steps": [[id, kind, process]], "fields": [pointer]}`.

    steps: those that wait, of `target`; fields: those that no version of `olds` has. Names are in all languages.
    """
    sources = list(olds)
    steps = [each for each in target.definition.elements.values() if each.source is None]
    waiting = [each for each in steps if each.kind.endswith("_task") or each.kind in ("call_activity", "sub_process")]
    titles = {pointer: _title(schema) for pointer, schema in pointers(target.forms.case_schema())}
    known = {pointer for each in sources for pointer, _schema in pointers(each.forms.case_schema())}
    fresh = [pointer for pointer in titles if pointer not in known]
    names = {each.id: each.name for each in waiting} | {pointer: titles[pointer] for pointer in fresh}
    return {
        "names": {key: name for key, name in (names | _mapped(mapping, target, sources)).items() if name},
        "steps": [[each.id, each.kind, each.process_id] for each in waiting][:MOST],
        "fields": fresh[:MOST],
    }


def _mapped(mapping: CaseMapping, target: PublishedVersion, olds: list[PublishedVersion]) -> dict[str, str]:
    found: dict[str, str] = {}
    for version in (target, *olds):
        fields = dict(pointers(version.forms.case_schema())) if mapping.fields else {}
        for name in (name for pair in mapping.elements + mapping.fields for name in pair):
            element = version.definition.find(name)
            found[name] = found.get(name) or (element.name if element else _title(fields.get(name, {})))
    return found


def _title(schema: dict[str, Any]) -> str:
    return str(schema.get("title", ""))
