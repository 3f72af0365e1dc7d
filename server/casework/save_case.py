"""Turns a case in hand into writes: state, case file, tasks, jobs, timers, messages, history together."""

from typing import Any

from sqlalchemy import delete, update

from server.casework import step_records
from server.casework.case_facts import follow_facts
from server.casework.case_work import ENDED, LIVE, CaseFault, CaseWork
from server.casework.deadlines import TABLE, may_change
from server.casework.lapsing import lapse_requests
from server.casework.recount import recount
from server.casework.register import columns_of, shows, shows_facet
from server.casework.settle_incidents import settle_incidents
from server.casework.statements import CASE_CHANGED, INSERTS, INSTANCE, WORDING_DUE
from server.casework.step_money import end_money, follow_money
from server.casework.wait_rows import NewRows, Place, add_rows, entry, has_own_due_date
from server.casework.wordings import is_reworded
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.domain.wait_changes import wait_changes
from server.engine import ExpressionError, ProcessFault
from server.persistence.models import (
    HistoryEvent,
    HistoryPayload,
    Job,
    MessageSubscription,
    Timer,
    UserTask,
)


def save(case: CaseWork) -> None:
    """Queue every write that follows from what was done to `case`; a newer state in the database is a Conflict."""
    values: dict[str, Any] = {"ended_at": case.row.instance_ended_at, "end_event": case.row.end_event}
    rows = NewRows()
    gone: list[dict[str, Any]] = []
    if case.advanced:
        before = case.waits
        waits, rows, gone = follow_waits(case)
        if changes := wait_changes(case.row.waits, waits):
            case.recorder.tell(EventType.INSTANCE_ADVANCED, waits=changes)
        case.waits = waits
        values |= {"waits": waits, "engine_state": _dump(case)}
        _record_end(case, values)
        settle_incidents(case, gone, rows.elements())
    if case.state != case.row.instance_state:
        case.recorder.tell(state=case.state)
    case.recorder.close()
    values |= {"state": case.state, "history_seq": case.recorder.seq, "history_hash": case.recorder.head}
    values |= {"instance": case.instance_id, "lock_version": case.row.lock_version}
    values |= {"version": case.row.lock_version + 1, "state_reason": case.state_reason}
    work = case.work
    work.write_first(INSTANCE[case.advanced, case.state != case.row.instance_state], values)
    _write_case_file(case)
    if (case.state in ENDED) != (case.row.instance_state in ENDED):
        # The task list is searched for open complaints alone: the sweep takes this one out, or in again.
        work.write(WORDING_DUE, [{"case": case.case_id}])
    end_waits(work, case.instance_id, gone)
    insert_rows(work, rows)
    if case.advanced:
        _follow_steps(case, before, rows, gone)
    write_history(case)
    follow_facts(case, values["ended_at"], values["end_event"])
    if case.advanced and case.state in LIVE:
        engine, version = case.engine, case.row.lock_version + 1
        work.after_commit(lambda: work.context.live.keep(case.instance_id, version, engine))


def follow_waits(case: CaseWork) -> tuple[list[dict[str, Any]], NewRows, list[dict[str, Any]]]:
    """Lines of all waits now, rows of the new ones, lines of those that are gone."""
    known = {(line["task_id"], line["kind"]): line for line in case.waits}
    place = Place(case.instance_id, case.case_id, case.row.site, case.work.now, case.work.user_id, case.deadlines)
    rows, lines, new, moved = NewRows(), [], [], []
    table = case.version.definition.decisions.get(TABLE)
    # Another version, to which the case was moved, may promise otherwise.
    moved_on = case.version.id != case.row.version_id
    promises_may_move = table is not None and (moved_on or may_change(table, case.changes))
    try:
        for wait in case.open_waits():
            line = known.pop((wait.task_id, wait.kind), None)
            if line is None:
                line = entry(wait, place)
                add_rows(rows, wait, line, place, case.engine)
                new.append(line)
            elif promises_may_move and wait.kind == "user_task" and not has_own_due_date(wait):
                rule = case.deadlines.rule_of(case.engine, wait.element_id)
                if rule != line.get("rule"):
                    line = line | {"rule": rule}
                    moved.append(line)
            lines.append(line)
        recount(case, moved)
    except (ExpressionError, ProcessFault, Rejected) as error:
        # A due date that cannot be computed is a fault of the diagram, not of the person who completed a task.
        raise CaseFault(case.instance_id, case.case_id, wait.element_id, str(error)) from error
    case.work.new_jobs += [row["id"] for row in rows.jobs]
    case.recorder.record_waits(case.work.now, new, rows)
    for line in new:
        if line["task_id"] in case.taken:
            case.record(EventType.TASK_CLAIMED, line["element_id"], task_id=line["id"])
    gone = list(known.values())
    for line in gone:
        if line["kind"] == "user_task" and line["id"] not in case.work.finished:
            case.record(EventType.TASK_CANCELLED, line["element_id"], task_id=line["id"])
    return lines, rows, gone


def _dump(case: CaseWork) -> bytes:
    try:
        return case.engine.dump()
    except ProcessFault as fault:
        raise CaseFault(case.instance_id, case.case_id, fault.element_id, fault.message) from fault


def _record_end(case: CaseWork, values: dict[str, Any]) -> None:
    if case.engine.completed and case.state != "cancelled":
        case.state = "completed"
        values |= {"ended_at": case.work.now, "end_event": case.engine.end_event}
        case.recorder.record(case.work.now, None, EventType.INSTANCE_COMPLETED, case.engine.end_event)
    elif case.state == "cancelled":
        values |= {"ended_at": case.work.now}


def _write_case_file(case: CaseWork) -> None:
    if not case.changes:
        return
    values = {
        "case": case.case_id,
        "data": case.data,
        "revision": case.revision + 1,
        "field_revisions": case.field_revisions,
    }
    listed = shows(case.version.application, case.changes)
    if listed:
        values |= columns_of(case.version.application, case.data)
    case.work.write(CASE_CHANGED[listed, listed or is_reworded(case.changes)], [values])
    if shows_facet(case.version.application, case.changes):
        step_records.follow_facets(case.work, case.row.case_id, case.version, case.data)
    follow_money(case.work, case.version, case.row.case_id, case.row.site, case.data, case.changes)


def _follow_steps(case: CaseWork, before: list[dict[str, Any]], rows: NewRows, gone: list[dict[str, Any]]) -> None:
    """The records of waits follow: which ended, which stay, which began."""
    work, version = case.work, case.version
    known = {step_records.key_of(line) for line in before}
    completed = case.engine.completed_tasks()
    skipped = {job_id for job_id, how in case.job_ends.items() if how == "skipped"}
    ended = [line for line in gone if line["task_id"] in completed and line["id"] not in skipped]
    done = {step_records.key_of(line) for line in ended}
    step_records.end(work, case.instance_id, case.clock, gone, done)
    now = step_records.standing(version, case.waits)
    kept = known & {step_records.key_of(line) for line in case.waits}
    step_records.follow_standing(work, case.instance_id, step_records.standing(version, before), now, kept)
    new = [line for line in case.waits if step_records.key_of(line) not in known]
    due = {row["id"]: row["due_at"] for row in rows.user_tasks}
    begun = step_records.begun_rows(version, case.clock, case.row.site, case.data, new, now, due)
    step_records.begin(work, case.instance_id, case.row.case_id, begun)
    if case.state in ENDED and version.application.costs is not None:
        end_money(work, case.row.case_id, work.now)


def end_waits(work: Work, instance_id: str, gone: list[dict[str, Any]]) -> None:
    """End the rows of waits that are no more; a task or job already ended by its own command is left alone."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for line in gone:
        by_kind.setdefault(line["kind"], []).append(line)
    if tasks := [line["id"] for line in by_kind.get("user_task", ()) if line["id"] not in work.finished]:
        work.write(
            update(UserTask)
            .where(UserTask.id.in_(tasks), UserTask.state == "open")
            .values(state="cancelled", ended_at=work.now)
        )
        lapse_requests(work, tasks)
    if jobs := [line["id"] for line in by_kind.get("job", ()) if line["id"] not in work.finished]:
        work.write(update(Job).where(Job.id.in_(jobs)).values(state="cancelled", ended_at=work.now))
    if timers := [line["task_id"] for line in by_kind.get("timer", ())]:
        work.write(delete(Timer).where(Timer.instance_id == instance_id, Timer.engine_task_id.in_(timers)))
    if messages := [line["task_id"] for line in by_kind.get("message", ())]:
        work.write(
            delete(MessageSubscription).where(
                MessageSubscription.instance_id == instance_id, MessageSubscription.engine_task_id.in_(messages)
            )
        )


def insert_rows(work: Work, rows: NewRows) -> None:
    for table, new in rows.tables():
        if new:
            work.write(INSERTS[table], new)


def write_history(case: CaseWork) -> None:
    """Queue the recorded events; `case.recorder` must be closed."""
    if case.recorder.rows:
        case.work.write(INSERTS[HistoryEvent], case.recorder.rows)
        case.work.write(INSERTS[HistoryPayload], case.recorder.payloads)
