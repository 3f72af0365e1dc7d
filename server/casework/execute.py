"""Carries a command out: idempotent by its id, again on conflict, the bell after the commit."""

import time
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from server.casework.case_work import CaseFault
from server.casework.command import SYSTEM, Answer, Command
from server.casework.plain_texts import check_texts
from server.casework.record_fault import RecordFault
from server.casework.statements import EARLIER_COMMAND, INSERTS
from server.casework.tools import Tools, unavailable
from server.casework.work import Conflict, Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CommandRecord
from server.persistence.trouble import DatabaseAway, DatabaseBusy, is_duplicate, named_trouble

ATTEMPTS = 3
PAUSES = (0.2, 1.0, 0.0)
"""Seconds after an attempt that found no database: a server that restarts is back by then."""
COMMAND_ID_LENGTH = 64


class Overtaken(Exception):
    """Somebody else made the same thing a moment earlier."""


def execute(context: Tools, command: Command) -> Answer:
    """Raises Rejected; `case.conflict` when others were faster three times in a row, `unavailable` without a database.

    A command id used before is found when the work cannot be done or recorded again, which is the rare case.
    """
    _check_id(command)
    check_texts(command)
    trouble: Exception | None = None
    for attempt in range(ATTEMPTS):
        try:
            with named_trouble():
                return _attempt_at(context, command)
        except (Conflict, DatabaseBusy, Overtaken) as other:
            trouble = other
        except DatabaseAway as away:
            # Lost before the commit, the work can be done again; lost during it, only under an id that is recorded.
            if away.in_doubt and command.command_id is None:
                raise unavailable(away) from away
            trouble = away
            time.sleep(PAUSES[attempt])
    if isinstance(trouble, DatabaseAway):
        raise unavailable(trouble) from trouble
    raise Rejected(
        "case.conflict",
        N_("Others are working on this complaint at the same moment. Nothing was changed; please try again."),
    ) from trouble


def _attempt_at(context: Tools, command: Command) -> Answer:
    """One attempt; raises Conflict, Overtaken, DatabaseBusy or DatabaseAway when another may succeed."""
    with Work(context, command.actor, command.verb) as work:
        try:
            # What changed nothing is recorded too: repeated later, on another state, it could change something.
            record = partial(_keep, command, work.now) if command.command_id is not None else None
            answer = work.commit(command.handle(work), record)
        except (Rejected, CaseFault, IntegrityError) as trouble:
            earlier = _earlier_answer(work, command)
            if earlier is not None:
                return earlier
            if isinstance(trouble, CaseFault):
                raise _refusal(context, command, trouble) from trouble
            if isinstance(trouble, Rejected) or not is_duplicate(trouble):
                raise
            raise Overtaken from trouble
    context.bell.ring(work.new_jobs)
    return answer


def _refusal(context: Tools, command: Command, fault: CaseFault) -> Rejected:
    """The refusal that tells the caller of a fault of the process, which an incident now shows to its owner."""
    if command.keeps_faults and fault.case_id is not None:
        origin = {"verb": command.verb, "task_id": getattr(command, "task_id", None)}
        execute(context, RecordFault(actor=SYSTEM, fault=fault, origin=origin))
    return Rejected(
        "process.fault",
        N_("The process cannot go on at “{element}”: {why}. Nothing was changed; tell the process owner."),
        element=fault.element_id or "–",
        why=fault.message.rstrip("."),
    )


def _check_id(command: Command) -> None:
    if command.command_id is not None and not 0 < len(command.command_id) <= COMMAND_ID_LENGTH:
        raise Rejected(
            "malformed.command_id",
            N_("A command_id has 1 to {limit} characters."),
            field="/command_id",
            limit=COMMAND_ID_LENGTH,
        )


def _keep(command: Command, now: datetime, connection: Connection, answer: Answer) -> None:
    """The command's record, in the transaction of what it did."""
    row = {
        "user_id": command.actor.user_id,
        "command_id": command.command_id,
        "call": command.verb,
        "body_digest": command.fingerprint(),
        "status": answer.status,
        "answer": answer.body,
        "created_at": now,
    }
    connection.execute(INSERTS[CommandRecord], row)


def _earlier_answer(work: Work, command: Command) -> Answer | None:
    if command.command_id is None:
        return None
    key = {"user": command.actor.user_id, "command": command.command_id}
    row = work.read(EARLIER_COMMAND, key).one_or_none()
    if row is None:
        return None
    if (row.call, row.body_digest) != (command.verb, command.fingerprint()):
        raise Rejected(
            "command.reused",
            N_("The command_id {id} was already used for another call. Use a new one for each call."),
            field="/command_id",
            id=command.command_id,
        )
    return Answer(row.status, row.answer)
