"""The rows that managers count by say what case file, instance, links and history say; read here in another way."""

import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from server.casework.case_facts import layout_of
from server.casework.context import Context
from server.domain.application import Application
from server.persistence.models import Base, CaseFact, CaseReturn

READ = (
    *("customer", "part_no", "product", "level", "defect", "cause", "cause_side", "department", "satisfied"),
    "is_quality",
)
_CASES = """
    SELECT c.id, c.number, c.application, c.site, c.channel, i.id AS instance_id, i.state, i.end_event,
        (SELECT count(*) FROM case_link l WHERE l.case_id = c.id AND l.kind = 'successor_of') AS repeat,
        (SELECT count(*) FROM case_link l WHERE l.case_id = c.id AND l.kind = 'duplicate_of') AS duplicate
    FROM case_file c JOIN process_instance i ON i.case_id = c.id ORDER BY c.id
"""
_BACK = "SELECT seq, type FROM history_event WHERE instance_id = :id AND type IN ('task.sent_back', 'round.begun')"
_CURRENT = "SELECT v.bundle FROM process_application a JOIN definition_version v ON v.id = a.current_version_id"


def audit_facts(context: Context, connection: Connection) -> Iterator[str]:
    """Every breach found. What a column says that was published a moment ago counts once it was read by the sweep."""
    columns, layouts = {}, {}
    for bundle in connection.execute(text(_CURRENT)).scalars():
        with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
            name = next(name for name in packed.namelist() if name.endswith("application.toml"))
            told = tomllib.loads(packed.read(name).decode())
            layouts[told["key"]] = layout_of(Application.parse(packed.read(name))).digest
        columns[told["key"]] = {key: column["pointer"] for key, column in told.get("columns", {}).items()}
    cases = connection.execute(text(_CASES)).all()
    data = dict(connection.execute(Base.metadata.tables["case_file"].select()).columns("id", "data").all())
    facts = {row.case_id: row for row in connection.execute(Base.metadata.tables[CaseFact.__tablename__].select())}
    returns = connection.execute(Base.metadata.tables[CaseReturn.__tablename__].select()).all()
    if sorted(facts) != sorted(row.id for row in cases):
        yield f"lost: facts of cases {sorted(facts)}, there are {sorted(row.id for row in cases)}"
        return
    for case in cases:
        fact = facts[case.id]
        if fact.layout:
            back = dict(connection.execute(text(_BACK), {"id": case.instance_id}).all())
            mine = {row.seq: row.kind for row in returns if row.case_id == case.id}
            kinds = {seq: "sent_back" if type_ == "task.sent_back" else "round" for seq, type_ in back.items()}
            yield from _same(case.number, "returns", mine, kinds)
            counts = [list(kinds.values()).count(kind) for kind in ("round", "sent_back")]
            yield from _same(case.number, "counts of returns", [fact.rounds, fact.send_backs], counts)
        for name in ("site", "channel", "state", "end_event", "repeat", "duplicate"):
            yield from _same(case.number, name, getattr(fact, name), getattr(case, name))
        if fact.layout == layouts[case.application]:
            for name in READ:
                expected = _at(data[case.id], columns[case.application].get(name))
                if name == "customer":
                    expected = expected or _at(data[case.id], "/customer/name")
                yield from _same(case.number, name, getattr(fact, name), expected)


def _same(number: str, name: str, found: Any, expected: Any) -> Iterator[str]:
    if found != expected:
        yield f"the fact {name} of {number} is {found!r}, the case says {expected!r}"


def _at(data: Any, pointer: str | None) -> str | None:
    for step in (pointer or "/").split("/")[1:]:
        data = data.get(step) if isinstance(data, Mapping) else None
    if isinstance(data, bool):
        return {True: "yes", False: "no"}[data]
    return " ".join(f"{data}".split())[:200] or None if isinstance(data, str | int | float) else None
