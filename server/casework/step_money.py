"""Keeps `step_cost`: what people entered as cost, at the step whose cost it is, in the transaction of the change."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.library import PublishedVersion
from server.casework.register import facets_of, touches
from server.casework.statements import MONEY_ENDED
from server.casework.step_records import call_path_to
from server.casework.work import Work
from server.domain.case_file import Change
from server.domain.cost import item_costs
from server.persistence.models import StepCost

_PLACE = ("process_id", "element_id", "call_path", "group_key")


def follow_money(
    work: Work, version: PublishedVersion, case_id: int, site: str, data: Mapping[str, Any], changes: Iterable[Change]
) -> None:
    """Queue the amounts that `changes` of the case file set, moved or cleared."""
    costs = version.application.costs
    changes = list(changes)
    touched = [key for key, item in (costs.items.items() if costs else ()) if touches(changes, (item.pointer,))]
    if touched:
        rows = money_rows(version, case_id, site, data, work.now)
        work.at_commit(lambda connection: keep_money(connection, case_id, touched, rows))


def move_money(work: Work, version: PublishedVersion, case_id: int, site: str, data: Mapping[str, Any]) -> None:
    """Queue that the amounts are where `version`, to which the case was moved, has them."""
    rows = money_rows(version, case_id, site, data, work.now)

    def act(connection: Connection) -> None:
        gone = delete(StepCost).where(StepCost.case_id == case_id, StepCost.item.not_in([row["item"] for row in rows]))
        connection.execute(gone)
        _upsert(connection, rows, _PLACE)

    work.at_commit(act)


def end_money(work: Work, case_id: int, ended_at: datetime | None) -> None:
    """Queue that the case has ended, or goes on after all (None)."""
    work.write(MONEY_ENDED, [{"case": case_id, "ended": ended_at}])


def money_rows(
    version: PublishedVersion, case_id: int, site: str, data: Mapping[str, Any], at: datetime
) -> list[dict[str, Any]]:
    """What the case file says, as rows; an item whose step `version` does not have is on no diagram, but counts."""
    costs, definition = version.application.costs, version.definition
    found = item_costs(costs, data)
    if costs is None or not found:
        return []
    common = {
        "case_id": case_id,
        "application": version.key,
        "site": site,
        "at": at,
        "ended_at": None,
        **facets_of(version.application, data),
    }
    rows = []
    for key, amount in found.items():
        element = definition.find(costs.items[key].step)
        process = definition.process_of(element.process_id) if element is not None else definition.process_id
        place = {
            "process_id": process,
            "element_id": costs.items[key].step,
            "call_path": call_path_to(definition, process),
            "group_key": element.group if element is not None else None,
        }
        rows.append({**common, **place, "item": key, "amount": amount})
    return rows


def keep_money(connection: Connection, case_id: int, touched: Collection[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write the amounts of the items in `touched`; those that `rows` do not have are cleared."""
    new = [row for row in rows if row["item"] in touched]
    cleared = set(touched) - {row["item"] for row in new}
    if cleared:
        connection.execute(delete(StepCost).where(StepCost.case_id == case_id, StepCost.item.in_(sorted(cleared))))
    _upsert(connection, new, ("amount", "at", *_PLACE))


def _upsert(connection: Connection, rows: list[dict[str, Any]], columns: Collection[str]) -> None:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    if rows:
        statement = make(StepCost)
        again = {name: statement.excluded[name] for name in columns}
        keys = [StepCost.case_id, StepCost.item]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=again), rows)
