"""The whole story of one complaint, in plain sentences."""

from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.wait_rows import rfc3339
from server.domain.deadline_terms import Reason
from server.domain.history import EventType, sentence
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import Attachment, CaseFile, HistoryEvent, HistoryPayload, ProcessInstance, UserAccount
from server.security.actor import Actor
from server.security.visibility import visible_to

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
        instance = connection.execute(
            select(ProcessInstance.id, ProcessInstance.version_id)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(CaseFile.number == number, visible_to(actor))
        ).one_or_none()
        if instance is None:
            raise Rejected(
                "not_found.case", N_("There is no complaint {name}, or you may not see it."), name=number[:64]
            )
        version = context.library.version(instance.version_id)
        schema = version.forms.case_schema(language)
        events = _events(connection, instance.id)
        people, files = _people(connection, events), _files(connection, number)
    return [_told(row, version, schema, people, files, language) for row in events]


def _people(connection: Connection, events: list[Row[Any]]) -> dict[str, str]:
    """Username to name of those whom tasks were passed to, or who were told of them."""
    receivers = {row.data.get("to") for row in events if row.type in _TO_SOMEBODY and row.data}
    receivers |= {row.data["on_behalf"] for row in events if row.data and "on_behalf" in row.data}
    query = select(UserAccount.username, UserAccount.display_name).where(UserAccount.username.in_(receivers))
    return {row.username: row.display_name for row in connection.execute(query)} if receivers else {}


def _files(connection: Connection, number: str) -> dict[str, str]:
    """Id to name of the case's files."""
    query = select(Attachment.id, Attachment.name).join(CaseFile, CaseFile.id == Attachment.case_id)
    return {row.id: row.name for row in connection.execute(query.where(CaseFile.number == number))}


def _events(connection: Connection, instance_id: str) -> list[Row[Any]]:
    query = (
        select(
            HistoryEvent.seq,
            HistoryEvent.at,
            HistoryEvent.type,
            HistoryEvent.element_id,
            HistoryPayload.data,
            UserAccount.display_name,
        )
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .outerjoin(UserAccount, UserAccount.id == HistoryEvent.actor_id)
        .where(HistoryEvent.instance_id == instance_id, HistoryEvent.type.not_in([str(kind) for kind in QUIET]))
        .order_by(HistoryEvent.seq)
    )
    return list(connection.execute(query))


def _told(
    row: Row[Any],
    version: PublishedVersion,
    schema: dict[str, Any],
    people: dict[str, str],
    files: dict[str, str],
    language: str,
) -> dict[str, Any]:
    who = row.display_name or translate(N_("Kesu"), language)
    data = dict(row.data or {})
    if "to" in data and row.type == EventType.TASK_SENT_BACK:
        data["to"] = _name(version, data["to"], language)
    elif row.type == EventType.ROUND_BEGUN and data.get("loop") in version.application.loops:
        data["loop"] = pick_line(version.application.loops[data["loop"]].title, language=language)
    elif row.type == EventType.CLOCK_PAUSED:
        data["why"] = Reason(data.get("cause", "other"), data.get("text", "")).text(language)
    elif row.type in _TO_SOMEBODY and "to" in data:
        data["to"] = people.get(data["to"], data["to"])
    if "on_behalf" in data:
        data["on_behalf"] = people.get(data["on_behalf"], data["on_behalf"])
    return {
        "seq": row.seq,
        "at": rfc3339(row.at),
        "actor": who,
        "type": row.type,
        "element_id": row.element_id,
        "sentence": sentence(
            row.type, language, actor=who, element=_name(version, row.element_id, language), data=data
        ),
        "changes": [_change(change, schema, files) for change in data.get("changes", ()) if _is_field(change, schema)],
    }


def _name(version: PublishedVersion, element_id: str | None, language: str) -> str:
    element = version.definition.find(element_id) if element_id else None
    return pick_line(element.name, language=language) if element and element.name else element_id or ""


def _is_field(change: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether anyone filled it: not the complaint's own number, nor the rounds, which have an event of their own."""
    name = change["pointer"].split("/")[1]
    return name in schema.get("properties", {}) and name != "rounds" and not name.endswith("_rounds")


def _change(change: dict[str, Any], schema: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
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


def _readable(value: Any, schema: dict[str, Any], files: dict[str, str]) -> Any:
    """The value with labels for constants and names for files, in rows too."""
    if isinstance(value, list):
        return [_readable(one, schema.get("items", {}), files) for one in value]
    if isinstance(value, dict):
        columns = schema.get("properties", {})
        return {name: _readable(one, columns.get(name, {}), files) for name, one in value.items()}
    labels = {option["const"]: option["title"] for option in schema.get("oneOf", ()) if "const" in option}
    return (labels or files).get(value, value)
