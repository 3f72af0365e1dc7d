"""Where cases stand and stood: a row for every wait, filled from what is there; the sweep counts its working time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from server.persistence.models.base import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BATCH = 500
_NOT_COUNTED = -1
_OPEN_COLUMNS = (
    *("application", "process_id", "element_id", "call_path", "site", "rate", "case_id", "begun_work", "due_at"),
    *("group_key", "level", "customer", "part_no"),
)
_CUSTOMER_COLUMNS = (
    *("application", "customer", "ended_day", "call_path", "process_id", "element_id", "rate", "worked", "ended_at"),
    *("due_at", "site", "level", "group_key"),
)


def upgrade() -> None:
    op.create_table(
        "step_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("wait_id", "kind", "application", "site")),
        sa.Column("version_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("process_id", "element_id")),
        sa.Column("call_path", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=True),
        sa.Column("stands", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("part_no", "level")),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("begun_work", sa.Integer(), nullable=True),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("due_at", "ended_at")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("ended_day", "worked")),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("counted_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_step_record_instance_id_process_instance")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_step_record_case_id_case_file")),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name=op.f("fk_step_record_ended_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_record")),
    )
    op.create_index("ix_step_record_wait", "step_record", ["instance_id", "wait_id"])
    op.create_index("ix_step_record_case", "step_record", ["case_id", "worked", "rate"])
    op.create_index("ix_step_record_counted", "step_record", ["site", "counted_by"])
    _partial("ix_step_record_open", "ended_at IS NULL AND stands = 1", *_OPEN_COLUMNS)
    ended = "ended_day IS NOT NULL AND stands = 1"
    _partial("ix_step_record_day", ended, "application", "ended_day")
    _partial("ix_step_record_customer", ended, *_CUSTOMER_COLUMNS)
    _partial("ix_step_record_element", ended, "application", "element_id", "ended_day")
    _partial("ix_step_record_part", ended, "application", "part_no", "ended_day")
    _partial("ix_step_record_person", ended, "application", "ended_by", "ended_day")
    _sums()
    _costs()
    _fill()


def _partial(name: str, condition: str, *columns: str) -> None:
    only = sa.text(condition)
    op.create_index(name, "step_record", list(columns), sqlite_where=only, postgresql_where=only)


def _sums() -> None:
    op.create_table(
        "step_span",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("application", "start", name=op.f("pk_step_span")),
    )
    op.create_table(
        "step_sum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("process_id", "element_id", "call_path", "site")),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("level", "group_key")),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("worked", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("longest", "late")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_sum")),
    )
    op.create_index("ix_step_sum_span", "step_sum", ["application", "start"])


def _costs() -> None:
    op.create_table(
        "step_cost",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("item", "application", "site")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("process_id", "element_id", "call_path")),
        sa.Column("group_key", sa.String(), nullable=True),
        sa.Column("customer", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("part_no", "level")),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_step_cost_case_id_case_file")),
        sa.PrimaryKeyConstraint("case_id", "item", name=op.f("pk_step_cost")),
    )
    op.create_index("ix_step_cost_at", "step_cost", ["application", "at"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index("ix_step_cost_open", "step_cost", ["application"], sqlite_where=is_open, postgresql_where=is_open)


def _fill() -> None:
    connection = op.get_bind()
    connection.execute(_ended(_TASK, _TASK.c.created_at, _TASK.c.state, _TASK.c.ended_by, "user_task"))
    outcome = sa.case((_JOB.c.state == "done", "completed"), else_="cancelled")
    connection.execute(_ended(_JOB, _JOB.c.created_at, outcome, sa.null(), "job"))
    for rows in _open(connection):
        connection.execute(sa.insert(_STEP), rows)


def _table(name: str, texts: str, **others: Any) -> Any:
    columns = [sa.column(each, sa.String()) for each in texts.split()]
    return sa.table(name, *columns, *(sa.column(each, kind) for each, kind in others.items()))


_MOMENTS = {name: UtcDateTime() for name in ("created_at", "ended_at", "due_at")}
_TASK = _table(
    "user_task", "instance_id engine_task_id element_id process_id candidate_group state id",
    case_id=sa.Integer(), ended_by=sa.Integer(), **_MOMENTS,
)  # fmt: skip
_JOB = _table(
    "job", "instance_id engine_task_id element_id process_id state", case_id=sa.Integer(), **_MOMENTS
)  # fmt: skip
_CASE = _table("case_file", "site application customer", id=sa.Integer(), columns=Json)
_INSTANCE = _table(
    "process_instance", "id state", case_id=sa.Integer(), version_id=sa.Integer(), waits=Json, ended_at=UtcDateTime()
)  # fmt: skip
_STEP = _table(
    "step_record",
    "instance_id wait_id kind application site process_id element_id call_path group_key customer part_no level"
    " outcome",
    case_id=sa.Integer(), version_id=sa.Integer(), stands=sa.Integer(), counted_by=sa.Integer(), ended_by=sa.Integer(),
    begun_at=UtcDateTime(), due_at=UtcDateTime(), ended_at=UtcDateTime(),
)  # fmt: skip
_FACETS = (
    _CASE.c.application,
    _CASE.c.site,
    _CASE.c.customer,
    sa.func.nullif(_CASE.c.columns["part_no"].as_string(), "").label("part_no"),
    sa.func.nullif(_CASE.c.columns["level"].as_string(), "").label("level"),
)


def _ended(table: Any, begun_at: Any, outcome: Any, ended_by: Any, kind: str) -> Any:
    """What has ended of a table, with the version its case is in now."""
    is_task = kind == "user_task"
    found = (
        sa.select(
            table.c.instance_id,
            table.c.case_id,
            table.c.engine_task_id,
            sa.literal(kind),
            _INSTANCE.c.version_id,
            table.c.process_id,
            table.c.element_id,
            table.c.candidate_group if is_task else sa.null(),
            begun_at,
            table.c.due_at if is_task else sa.null(),
            table.c.ended_at,
            outcome,
            ended_by,
            sa.literal(""),
            sa.literal(1),
            sa.literal(_NOT_COUNTED),
            *_FACETS,
        )
        .join(_CASE, _CASE.c.id == table.c.case_id)
        .join(_INSTANCE, _INSTANCE.c.id == table.c.instance_id)
        .where(table.c.ended_at.is_not(None))
        .order_by(table.c.ended_at)
    )
    names = [
        *("instance_id", "case_id", "wait_id", "kind", "version_id", "process_id", "element_id", "group_key"),
        *("begun_at", "due_at", "ended_at", "outcome", "ended_by", "call_path", "stands", "counted_by"),
        *("application", "site", "customer", "part_no", "level"),
    ]
    return sa.insert(_STEP).from_select(names, found)


def _open(connection: Any) -> Iterator[list[dict[str, Any]]]:
    """What every running case waits for, a batch of cases at a time."""
    after = ""
    query = (
        sa.select(_INSTANCE.c.id, _INSTANCE.c.case_id, _INSTANCE.c.version_id, _INSTANCE.c.waits, *_FACETS)
        .join(_CASE, _CASE.c.id == _INSTANCE.c.case_id)
        .where(_INSTANCE.c.ended_at.is_(None))
        .order_by(_INSTANCE.c.id)
        .limit(_BATCH)
    )
    while batch := connection.execute(query.where(_INSTANCE.c.id > after)).all():
        after = batch[-1].id
        tasks = sa.select(_TASK.c.id, _TASK.c.due_at, _TASK.c.candidate_group).where(
            _TASK.c.instance_id.in_([row.id for row in batch]), _TASK.c.state == "open"
        )
        known = {task.id: task for task in connection.execute(tasks)}
        rows = [_row(row, line, known.get(line["id"])) for row in batch for line in row.waits]
        if rows:
            yield rows


def _row(row: Any, line: dict[str, Any], task: Any) -> dict[str, Any]:
    same = ("case_id", "version_id", "application", "site", "customer", "part_no", "level")
    return {
        **{name: getattr(row, name) for name in same},
        "instance_id": row.id,
        "wait_id": line["task_id"],
        "kind": line["kind"],
        "process_id": line["process_id"],
        "element_id": line["element_id"],
        "group_key": task.candidate_group if task is not None else None,
        "call_path": "",
        "counted_by": _NOT_COUNTED,
        "stands": int(line["kind"] in ("user_task", "job")),
        "begun_at": datetime.fromisoformat(line["since"]),
        "due_at": task.due_at if task is not None else None,
    }


def downgrade() -> None:
    raise RuntimeError("Restore the backup made before the upgrade: history is never thrown away.")
