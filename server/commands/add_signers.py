"""Have colleagues sign a task before it may be completed."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.asking import ASKED, colleague, count_requests, new_request, some_text, tell
from server.casework.command import Answer, Command, Reply
from server.casework.notices import SIGN
from server.casework.save_case import save
from server.casework.signing import POSITIONS, signatures
from server.casework.task_in_hand import hold, open_task, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import TaskRequest

MOST = 10


@dataclass(frozen=True, kw_only=True)
class AddSigners(Command):
    """`before`: they sign at once, whatever is filled in later. `after`: they are asked when Complete is pressed, and
    sign what was filled in; what is changed afterwards they sign again.
    """

    verb: ClassVar[str] = "add_signers"
    task_id: str
    signers: tuple[str, ...]
    text: str
    position: str = "before"

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        if self.position not in POSITIONS:
            raise Rejected(
                "task.position",
                N_("They sign before or after the form is filled: use one of {known}."),
                field="/position",
                known=", ".join(POSITIONS),
            )
        names = list(dict.fromkeys(self.signers))
        if not 0 < len(names) <= MOST:
            raise Rejected("task.signers", N_("Choose 1 to {limit} people."), field="/signers", limit=MOST)
        text = some_text(self.text, N_("Say what they are to look at."), "/text")
        asked = signatures(work.connection, task.id)
        there = {row.username for row in asked if row.state in ("open", "waiting")}
        # Asked again, an earlier answer counts no more; the history keeps it.
        earlier = [row.id for row in asked if row.username in names and row.state not in ("open", "waiting")]
        work.write(update(TaskRequest).where(TaskRequest.id.in_(earlier)).values(state="withdrawn"))
        requests = []
        for name in names:
            if name in there:
                raise Rejected("task.signer_twice", N_("{name} is asked to sign already."), field="/signers", name=name)
            person = colleague(work, name, "/signers")
            state = "open" if self.position == "before" else "waiting"
            more = {"asked_of": person.id, "position": self.position, "state": state}
            row = new_request(work, task.case, "signature", text, task_id=task.id, **more)
            requests.append(row["id"])
            mail = tell(task, SIGN, person, row["id"], text, ASKED) if state == "open" else "later"
            task.record(
                EventType.SIGNER_ADDED, request_id=row["id"], to=name, text=text, position=self.position, mail=mail
            )
        count_requests(work, task.id, len(names), **hold(task))
        save(task.case)
        claimed = task.row.claimer_name or work.actor.username
        return Answer(200, task.answer(claimed_by=claimed) | {"requests": requests})
