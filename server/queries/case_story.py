"""The whole story of one complaint, in plain sentences."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.wait_rows import rfc3339
from server.domain.deadline_terms import Reason
from server.domain.history import EventType, sentence
from server.domain.past import Event
from server.domain.texts import pick_line
from server.persistence.models import Attachment
from server.queries.case_events import case_events
from server.security.actor import Actor

QUIET = (EventType.INSTANCE_ADVANCED, EventType.JOB_CREATED, EventType.TASK_CREATED)
"""Events that the diagram and the list of steps show better than a sentence."""

_TO_SOMEBODY = (
    EventType.TASK_TRANSFERRED,
    EventType.TASK_REMINDED,
    EventType.TASK_ESCALATED,
    EventType.TASK_DELEGATED,
    EventType.TASK_RETURNED,
    EventType.SIGNER_ADDED,
    EventType.SIGNATURE_ASKED,
    EventType.QUESTION_ASKED,
    EventType.REQUEST_WITHDRAWN,
)


def case_story(context: Context, actor: Actor, number: str, language: str) -> list[dict[str, Any]]:
    """Events with a sentence and the fields they changed, oldest first; raises Rejected `not_found.case`."""
    with context.read() as connection:
        told = case_events(connection, actor, number)
        query = select(Attachment.id, Attachment.name).where(Attachment.case_id == told.row.case_id)
        files = {row.id: row.name for row in connection.execute(query)}
    teller = Teller(context.library.version(told.row.version_id), told.people, files, language)
    return [teller.tell(event, told.actor(event, language)) for event in told.events if event.type not in QUIET]


class Teller:
    """Puts events of one case into words. `people`: names by user name; `files`: names by id."""

    def __init__(
        self, version: PublishedVersion, people: Mapping[int | str, str], files: Mapping[str, str], language: str
    ):
        self.version, self.people, self.files, self.language = version, people, files, language
        self._schema = version.forms.case_schema(language)

    def tell(self, event: Event, who: str) -> dict[str, Any]:
        """The event with its sentence and the fields it changed, with their titles, before and after."""
        version, language, schema = self.version, self.language, self._schema
        data = dict(event.data)
        if "to" in data and event.type == EventType.TASK_SENT_BACK:
            data["to"] = _name(version, data["to"], language)
        elif event.type == EventType.ROUND_BEGUN and data.get("loop") in version.application.loops:
            data["loop"] = pick_line(version.application.loops[data["loop"]].title, language=language)
        elif event.type == EventType.CLOCK_PAUSED:
            data["why"] = Reason(data.get("cause", "other"), data.get("text", "")).text(language)
        elif event.type in _TO_SOMEBODY and "to" in data:
            data["to"] = self.people.get(data["to"], data["to"])
        if "on_behalf" in data:
            data["on_behalf"] = self.people.get(data["on_behalf"], data["on_behalf"])
        fields = (change for change in data.get("changes", ()) if _is_field(change, schema))
        return {
            "seq": event.seq,
            "at": rfc3339(event.at),
            "actor": who,
            "type": event.type,
            "element_id": event.element_id,
            "sentence": sentence(
                event.type, language, actor=who, element=_name(version, event.element_id, language), data=data
            ),
            "changes": [_change(change, schema, self.files) for change in fields],
        }


def _name(version: PublishedVersion, element_id: str | None, language: str) -> str:
    element = version.definition.find(element_id) if element_id else None
    return pick_line(element.name, language=language) if element and element.name else element_id or ""


def _is_field(change: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether anyone filled it: not the complaint's own number, nor the rounds, which have an event of their own."""
    name = change["pointer"].split("/")[1]
    return name in schema.get("properties", {}) and name != "rounds" and not name.endswith("_rounds")


def _change(change: dict[str, Any], schema: dict[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """The change with the titles of its field, and labels for values that have one; files by their names."""
    titles, here = [], schema
    for step in change["pointer"].strip("/").split("/"):
        if "items" in here:
            here = here["items"]
            continue
        here = here.get("properties", {}).get(step, {})
        titles.append(here.get("title") or step)
    return {
        "pointer": change["pointer"],
        "title": " › ".join(titles),
        "before": _readable(change.get("before"), here, files),
        "after": _readable(change.get("after"), here, files),
    }


def _readable(value: Any, schema: dict[str, Any], files: Mapping[str, str]) -> Any:
    """The value with labels for constants and names for files, in rows too."""
    if isinstance(value, list):
        return [_readable(one, schema.get("items", {}), files) for one in value]
    if isinstance(value, dict):
        columns = schema.get("properties", {})
        return {name: _readable(one, columns.get(name, {}), files) for name, one in value.items()}
    labels = {option["const"]: option["title"] for option in schema.get("oneOf", ()) if "const" in option}
    return (labels or files).get(value, value)
