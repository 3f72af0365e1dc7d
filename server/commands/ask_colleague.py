"""Ask a colleague something about a task: its own limit stands until he has answered."""

from dataclasses import dataclass
from typing import Any, ClassVar

from server.casework.asking import ASKED, colleague, count_requests, new_request, some_text, tell
from server.casework.command import Answer, Command, Reply
from server.casework.deadlines import is_internal
from server.casework.notices import QUESTION
from server.casework.questions import begin_wait
from server.casework.recount import recount
from server.casework.save_case import save
from server.casework.task_in_hand import TaskInHand, open_task, require_unclaimed
from server.casework.work import Work
from server.domain.history import EventType
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class AskColleague(Command):
    """`of` is a username. A limit that runs from the receipt was promised to the customer: it does not stop."""

    verb: ClassVar[str] = "ask_colleague"
    task_id: str
    of: str
    text: str

    def handle(self, work: Work) -> Reply:
        task = open_task(work, self.task_id)
        require_unclaimed(task)
        text = some_text(self.text, N_("Write what you want to know."), "/text")
        person = colleague(work, self.of, "/of")
        row = new_request(work, task.case, "question", text, task_id=task.id, asked_of=person.id)
        count_requests(work, task.id, 1)
        line = line_of(task)
        stands = bool(line and line.get("rule") and is_internal(line["rule"]))
        mail = tell(task, QUESTION, person, row["id"], text, ASKED)
        task.record(
            EventType.QUESTION_ASKED, request_id=row["id"], to=self.of, text=text, clock_stands=stands, mail=mail
        )
        if line is not None:
            begin_wait(task.case, task.id)
            recount(task.case, [line])
        save(task.case)
        return Answer(200, task.answer() | {"request": row["id"], "clock_stands": stands})


def line_of(task: TaskInHand) -> dict[str, Any] | None:
    """The task's line in the instance's waits."""
    return next((line for line in task.case.waits if line["id"] == task.id), None)
