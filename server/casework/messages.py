"""A message on its way into a case: who waits for it, and what it may bring."""

import uuid
from typing import Any

from sqlalchemy import Row, select

from server.casework.attachments import claim_attachments
from server.casework.case_work import CaseWork
from server.casework.save_case import save
from server.casework.work import Conflict
from server.domain.message_payload import check_payload
from server.domain.rejection import Rejected
from server.engine import ProcessInstance
from server.i18n import N_
from server.persistence.models import MessageSubscription

WAIT_COLUMNS = (MessageSubscription.instance_id, MessageSubscription.engine_task_id, MessageSubscription.element_id)

WITHDRAWN, MERGED, REFERRED = "complaint.withdrawn", "complaint.merged", "complaint.referred"
"""What a complaint's own process may wait for at any time; its diagram decides whether and what follows."""


def the_one(found: list[Row[Any]], name: str) -> Row[Any]:
    """The single wait; raises Rejected `message.ambiguous` when there are several."""
    if len(found) > 1:
        raise Rejected(
            "message.ambiguous",
            N_("More than one step waits for the message “{name}”. Say more in its correlation."),
            name=name[:60],
        )
    return found[0]


def own_wait(case: CaseWork, name: str) -> Row[Any]:
    """Where `case` itself waits for the message `name`.

    Raises Rejected `instance.suspended`, `instance.ended`, `instance.not_waiting` or `message.ambiguous`.
    """
    case.require_live()
    query = select(*WAIT_COLUMNS).where(
        MessageSubscription.instance_id == case.instance_id, MessageSubscription.name == name
    )
    found = list(case.work.read(query.limit(2)))
    if not found:
        raise Rejected(
            "instance.not_waiting",
            N_(
                "Complaint {number} cannot take this now: version {version} of its process does not wait for "
                "“{name}” where it stands. Look at its diagram, or cancel the complaint."
            ),
            number=case.number,
            version=case.version.number,
            name=name,
        )
    return the_one(found, name)


def deliver(case: CaseWork, wait: Row[Any], payload: dict[str, Any]) -> None:
    """Check the payload, hand the message to `wait` and save the case; record what it means before.

    Raises Rejected `message.payload` or `file.unknown`; Conflict when the wait is gone.
    """

    def act(engine: ProcessInstance) -> None:
        _check(case, engine, wait.engine_task_id, payload)
        engine.deliver_message(wait.engine_task_id, payload)

    case.advance(act, wait.element_id)
    save(case)


def _check(case: CaseWork, engine: ProcessInstance, task_id: str, payload: dict[str, Any]) -> None:
    """Refuse what does not fit the case file where the diagram puts it; a payload that goes nowhere is only told."""
    places = [one.place for one in engine.waits() if one.kind == "message" and one.task_id == task_id]
    if not places:
        raise Conflict
    if places[0] is None:
        return
    schema = case.version.forms.case_schema()
    check_payload(schema, places[0], case.data, payload, lambda: uuid.uuid4().hex)
    brought: Any = payload
    for step in reversed(places[0].split(".")):
        brought = [brought] if step == "-" else {step: brought}
    claim_attachments(case.work, case.case_id, schema, case.data, brought)
