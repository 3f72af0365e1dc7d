"""Deliver a message to the one instance that waits for it; a message nobody waits for is refused, never kept."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Row, select

from server.casework.case_work import CaseWork, case_of
from server.casework.command import Answer, Command, Reply
from server.casework.links import merge_into
from server.casework.messages import MERGED, WAIT_COLUMNS, deliver, the_one
from server.casework.save_case import save
from server.casework.wait_rows import correlation_key
from server.casework.work import Conflict, Work
from server.domain.history import EventType
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, MessageSubscription, ProcessInstance
from server.security.visibility import visible_to


@dataclass(frozen=True, kw_only=True)
class DeliverMessage(Command):
    """`name` and `correlation` find the wait (BPMN message correlation); `payload` goes to its declared case path."""

    verb: ClassVar[str] = "deliver_message"
    name: str
    correlation: dict[str, Any]
    payload: dict[str, Any]

    def handle(self, work: Work) -> Reply:
        work.actor.require("message.send")
        check_plain(self.payload)
        wait = self._waiting(work)
        case = case_of(work, wait.instance_id)
        if case is None:
            raise Conflict
        case.require_live()
        case.record(EventType.MESSAGE_RECEIVED, wait.element_id, name=self.name, payload=self.payload)
        survivor = self._survivor(case)
        deliver(case, wait, self.payload)
        if survivor is not None:
            save(survivor)
        return Answer(200, {"instance_id": case.instance_id})

    def _survivor(self, case: CaseWork) -> CaseWork | None:
        """A merge told as a message links the two complaints like any other merge."""
        of = self.payload.get("of")
        if self.name != MERGED or not isinstance(of, str):
            return None
        return merge_into(case, of, str(self.payload.get("reason") or "–"), confirmed=False)

    def _waiting(self, work: Work) -> Row[Any]:
        found = work.read(
            select(*WAIT_COLUMNS)
            .join(ProcessInstance, ProcessInstance.id == MessageSubscription.instance_id)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(
                MessageSubscription.name == self.name,
                MessageSubscription.correlation == correlation_key(self.correlation),
                visible_to(work.actor),
            )
            .limit(2)
        ).all()
        if not found:
            raise Rejected(
                "not_found.message",
                N_("Nobody waits for the message “{name}” with this correlation. Nothing was kept."),
                name=self.name[:60],
            )
        return the_one(list(found), self.name)
