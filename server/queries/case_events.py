"""The whole history of one complaint, read once, with the names of those it speaks of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from server.casework.cases import seen_case
from server.domain.past import Event
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import CaseFile, Group, HistoryEvent, HistoryPayload, ProcessInstance, UserAccount
from server.security.actor import Actor

_SPOKEN_OF = ("to", "assignee", "claimed_by", "on_behalf")
"""Members of an event's data that are user names."""
_COLUMNS = (
    CaseFile.id.label("case_id"),
    CaseFile.number,
    CaseFile.title,
    CaseFile.site,
    CaseFile.application,
    ProcessInstance.id.label("instance_id"),
    ProcessInstance.version_id,
    ProcessInstance.state,
    ProcessInstance.waits,
)


@dataclass(frozen=True)
class CaseEvents:
    """`row`: case_id, number, title, site, application, instance_id, version_id, state, waits."""

    row: Any
    events: list[Event]
    people: Mapping[int | str, str]
    """Names as they are shown, by id and by user name."""
    groups: Mapping[str, str]
    """Titles by key, a line for each language."""

    def person(self, key: int | str | None) -> str:
        """The name; empty for nobody, the key itself for one who is gone."""
        return "" if key is None else self.people.get(key, str(key))

    def group(self, key: str | None, language: str) -> str:
        """The group's title; empty for none."""
        return pick_line(self.groups.get(key or ""), language=language) or (key or "")

    def actor(self, event: Event, language: str) -> str:
        """Who did it: a person, or the product itself."""
        return self.person(event.actor_id) or translate(N_("Kesu"), language)


def case_events(connection: Connection, actor: Actor, number: str) -> CaseEvents:
    """Raises Rejected `not_found.case`."""
    row = seen_case(connection, actor, number, *_COLUMNS)
    events = history_events(connection, row.instance_id)
    titles = {each.key: each.title for each in connection.execute(select(Group.key, Group.title))}
    return CaseEvents(row, events, people_in(connection, events), titles)


def moment_ends(events: Iterable[Event]) -> dict[int, int]:
    """By each event's number that of the last one of the same moment: what is committed together has one time."""
    found: dict[int, int] = {}
    last: Event | None = None
    for event in reversed(list(events)):
        last = event if last is None or event.at != last.at else last
        found[event.seq] = last.seq
    return found


def history_events(connection: Connection, instance_id: str) -> list[Event]:
    """All events in order; the data of an erased one is empty."""
    return _read(connection, _events_of(instance_id).order_by(HistoryEvent.seq))


def newest_events(connection: Connection, instance_id: str, limit: int, without: Iterable[str]) -> list[Event]:
    """At most `limit` of the newest, but none of the types `without`, the newest first."""
    query = _events_of(instance_id).where(HistoryEvent.type.not_in([str(each) for each in without]))
    return _read(connection, query.order_by(HistoryEvent.seq.desc()).limit(limit))


def _events_of(instance_id: str) -> Select[Any]:
    return (
        select(
            HistoryEvent.seq,
            HistoryEvent.at,
            HistoryEvent.type,
            HistoryEvent.element_id,
            HistoryEvent.actor_id,
            HistoryPayload.data,
        )
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == instance_id)
    )


def _read(connection: Connection, query: Select[Any]) -> list[Event]:
    return [
        Event(seq, at, kind, element_id, actor_id, data if isinstance(data, dict) else {})
        for seq, at, kind, element_id, actor_id, data in connection.execute(query)
    ]


def people_in(connection: Connection, events: Iterable[Event]) -> dict[int | str, str]:
    """Names as they are shown of those whom the events speak of, by id and by user name."""
    ids = {event.actor_id for event in events} - {None}
    names = {event.data.get(member) for event in events for member in _SPOKEN_OF}
    names = {name for name in names if isinstance(name, str)}
    if not ids and not names:
        return {}
    query = select(UserAccount.id, UserAccount.username, UserAccount.display_name).where(
        or_(UserAccount.id.in_(ids), UserAccount.username.in_(names))
    )
    found: dict[int | str, str] = {}
    for row in connection.execute(query):
        found[row.id] = found[row.username] = row.display_name
    return found
