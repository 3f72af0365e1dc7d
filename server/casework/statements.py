"""The statements of every advance, made once: building one costs more than running it."""

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from server.persistence.models import (
    Base,
    CaseFile,
    CommandRecord,
    HistoryEvent,
    HistoryPayload,
    Job,
    MessageSubscription,
    ProcessInstance,
    StepCost,
    StepRecord,
    StepSpan,
    Timer,
    UserTask,
)

# On the tables rather than the mapped classes: nothing of the ORM is needed here.
_TABLES = Base.metadata.tables
_INSTANCE, _CASE = _TABLES[ProcessInstance.__tablename__], _TABLES[CaseFile.__tablename__]
_TASK, _JOB = _TABLES[UserTask.__tablename__], _TABLES[Job.__tablename__]
_TIMER = _TABLES[Timer.__tablename__]
_COMMAND, _STEP = _TABLES[CommandRecord.__tablename__], _TABLES[StepRecord.__tablename__]

_TOUCHED = ("version", "state_reason", "history_seq", "history_hash", "ended_at")
_ADVANCED = (*_TOUCHED, "waits", "engine_state", "end_event")
_FILED = ("data", "revision", "field_revisions")
_LISTED = ("columns", "title", "customer")
_DUE = {"wording_due": 1}


def _update_instance(columns: tuple[str, ...]) -> Update:
    return (
        update(_INSTANCE)
        .where(_INSTANCE.c.id == bindparam("instance"), _INSTANCE.c.version == bindparam("lock_version"))
        .values({name: bindparam(name, type_=_INSTANCE.c[name].type) for name in columns})
    )


INSTANCE: dict[tuple[bool, bool], Update] = {
    (advanced, moved): _update_instance((*(_ADVANCED if advanced else _TOUCHED), *(("state",) if moved else ())))
    for advanced in (False, True)
    for moved in (False, True)
}
"""By whether the engine advanced and whether `state` changes; a column with an index is written only if it must."""


def _update_case(columns: tuple[str, ...]) -> Update:
    values = {name: bindparam(name, type_=_CASE.c[name].type) for name in columns}
    return update(_CASE).where(_CASE.c.id == bindparam("case")).values(values)


CASE_CHANGED: dict[tuple[bool, bool], Update] = {
    (listed, reworded): _update_case((*_FILED, *(_LISTED if listed else ()))).values(_DUE if reworded else {})
    for listed in (False, True)
    for reworded in (False, True)
}
"""By whether the register shows something of what changed, and whether complaints are found by it."""

WORDING_DUE = _update_case(()).values(_DUE)

TASK_COMPLETED = (
    update(_TASK)
    .where(_TASK.c.id == bindparam("task"), _TASK.c.state == "open")
    .values(
        state="completed",
        draft=None,
        ended_at=bindparam("ended_at", type_=_TASK.c.ended_at.type),
        ended_by=bindparam("ended_by", type_=_TASK.c.ended_by.type),
    )
)

JOB_ENDED = (
    update(_JOB)
    .where(_JOB.c.id == bindparam("job"), _JOB.c.state == "locked", _JOB.c.attempt_token == bindparam("token"))
    .values(
        {
            name: bindparam(name, type_=_JOB.c[name].type)
            for name in ("state", "ended_at", "run_at", "error", "fingerprint", "retries_left")
        }
        | {"attempt_token": None, "lock_until": None, "locked_by": None, "lost_in_a_row": 0}
    )
)

TIMERS_OF_ENDED_TASKS = delete(_TIMER).where(
    exists().where(_TASK.c.id == _TIMER.c.user_task_id, _TASK.c.state != "open").correlate(_TIMER)
)
"""Swept now and then: a completion has no statement to spare, and such a row never fires."""

EARLIER_COMMAND: Select[tuple[str, str, int, dict[str, object]]] = select(
    _COMMAND.c.call, _COMMAND.c.body_digest, _COMMAND.c.status, _COMMAND.c.answer
).where(_COMMAND.c.user_id == bindparam("user"), _COMMAND.c.command_id == bindparam("command"))

INSERTS: dict[type[Base], Insert] = {
    model: insert(_TABLES[model.__tablename__])
    for model in (UserTask, Job, Timer, MessageSubscription, HistoryEvent, HistoryPayload, CommandRecord)
}

STEPS_BEGUN = insert(_STEP)

_OF_INSTANCE = _STEP.c.instance_id == bindparam("instance")
_THE_OPEN_ONE = (_OF_INSTANCE, _STEP.c.wait_id == bindparam("wait"), _STEP.c.ended_at.is_(None))


def _among(name: str) -> ColumnElement[bool]:
    return _STEP.c.wait_id.in_(bindparam(name, expanding=True))


STEPS_ENDED = (
    update(_STEP)
    .where(_OF_INSTANCE, _among("waits"), _STEP.c.ended_at.is_(None))
    .values(
        ended_at=bindparam("now", type_=_STEP.c.ended_at.type),
        ended_day=bindparam("day", type_=_STEP.c.ended_day.type),
        worked=bindparam("work", type_=_STEP.c.worked.type) - _STEP.c.begun_work,
        # Counted by a calendar older than the row's: the sweep has to come by again.
        counted_by=case((_STEP.c.counted_by > bindparam("counted"), bindparam("counted")), else_=_STEP.c.counted_by),
        outcome=case((_among("done"), "completed"), else_="cancelled"),
        ended_by=case((_among("by_people"), bindparam("person", type_=_STEP.c.ended_by.type))),
    )
)
"""Without a beginning that is counted yet (NULL) there is no working time either, until the sweep has come by."""

_latest = _STEP.alias("latest")

STEPS_REOPENED = (
    update(_STEP)
    .where(
        _STEP.c.id
        == select(func.max(_latest.c.id))
        .where(_latest.c.instance_id == bindparam("instance"), _latest.c.wait_id == bindparam("wait"))
        .scalar_subquery()
    )
    .values(ended_at=None, ended_day=None, worked=None, outcome=None, ended_by=None)
)
"""The engine's id of a wait comes back after a send-back: the newest row is meant."""

STEPS_STAND = update(_STEP).where(*_THE_OPEN_ONE).values(stands=bindparam("stand"))

STEPS_DUE = update(_STEP).where(*_THE_OPEN_ONE).values(due_at=bindparam("due", type_=_STEP.c.due_at.type))

_FACETS = {name: bindparam(f"new_{name}", type_=_STEP.c[name].type) for name in ("customer", "part_no", "level")}
STEPS_FACETS = update(_STEP).where(_STEP.c.case_id == bindparam("case")).values(_FACETS)

_SPAN = _TABLES[StepSpan.__tablename__]
_day = select(_STEP.c.ended_day).where(_STEP.c.case_id == bindparam("case"), _STEP.c.ended_day.is_not(None))
_month = select(_STEP.c.ended_day - _STEP.c.ended_day % 100).where(
    _STEP.c.case_id == bindparam("case"), _STEP.c.ended_day.is_not(None)
)
SPANS_CHANGED = delete(_SPAN).where(
    _SPAN.c.application == bindparam("app"), or_(_SPAN.c.start.in_(_day), _SPAN.c.start.in_(_month))
)
"""What was added up of the days on which steps of a case ended; in the transaction that changes them."""

_MONEY = _TABLES[StepCost.__tablename__]
MONEY_FACETS = update(_MONEY).where(_MONEY.c.case_id == bindparam("case")).values(_FACETS)
MONEY_ENDED = (
    update(_MONEY)
    .where(_MONEY.c.case_id == bindparam("case"))
    .values(ended_at=bindparam("ended", type_=_MONEY.c.ended_at.type))
)

_PLACE = ("version_id", "process_id", "element_id", "call_path", "group_key", "rate")

STEPS_MOVED = (
    update(_STEP)
    .where(*_THE_OPEN_ONE)
    .values(
        {name: bindparam(f"new_{name}", type_=_STEP.c[name].type) for name in _PLACE} | {"stands": bindparam("stand")}
    )
)
