"""What people do at the desk and on a complaint's page, each as a form that is filled and sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from server.casework.context import Context
from server.commands.add_signers import AddSigners
from server.commands.ask_colleague import AskColleague
from server.commands.claim_task import ClaimTask
from server.commands.delegate_task import DelegateTask
from server.persistence.models import Attachment, CaseComment, HistoryEvent, OutboxMail, TaskRequest, UserTask
from server.queries.requests import asked_of_me
from tests.house import actor
from tests.integration.desk_house import URGENT, complete, filed, task
from tests.integration.life import do

Place = tuple[str, str]
"""The page, and the address its form posts to."""


@dataclass(frozen=True)
class Deed:
    """`begin` prepares a new complaint and says where the form stands; `text` is the field that people write into."""

    name: str
    who: str
    begin: Callable[[Context, str], Place]
    text: str | None
    fields: dict[str, Any] = field(default_factory=dict)
    most: int = 2000
    """Characters that `text` may have."""

    def filled(self, text: str) -> dict[str, Any]:
        return self.fields | ({self.text: text} if self.text else {})


def counts(site: Context) -> dict[str, int]:
    """How much has happened so far; drafts do not count."""
    tables = (HistoryEvent, OutboxMail, CaseComment, TaskRequest, Attachment)
    with site.read() as connection:
        found = {
            table.__tablename__: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in tables
        }
        open_tasks = select(func.count()).select_from(UserTask).where(UserTask.state == "open")
        return found | {"open": int(connection.execute(open_tasks).scalar_one())}


def at_record(verb: str) -> Callable[[Context, str], Place]:
    """A form on the page of the open task `record`."""

    def begin(site: Context, number: str) -> Place:
        page = f"/tasks/{_record(site, number)}"
        return page, page + verb

    return begin


def _record(site: Context, number: str) -> str:
    complete(site, number, "receive", "sales1")
    return str(task(site, number, "record")["id"])


def _held(site: Context, number: str) -> Place:
    record = _record(site, number)
    do(site, ClaimTask, "quality1", task_id=record)
    return f"/tasks/{record}", f"/tasks/{record}/unclaim"


def _delegated(site: Context, number: str) -> Place:
    record = _record(site, number)
    do(site, DelegateTask, "quality1", task_id=record, to="engineering1", reason="you know the mould")
    return f"/tasks/{record}", f"/tasks/{record}/return"


def _done(site: Context, number: str) -> Place:
    record = _record(site, number)
    complete(site, number, "record", "quality1", URGENT)
    return f"/tasks/{record}", f"/tasks/{record}/withdraw"


def _asked(site: Context, number: str) -> Place:
    do(site, AskColleague, "quality1", task_id=_record(site, number), of="service1", text="Did he call again?")
    return "/me/asked", f"/me/asked/{_newest(site, number)}/answer"


def _to_sign(site: Context, number: str) -> Place:
    do(site, AddSigners, "quality1", task_id=_record(site, number), signers=("service1",), text="look at the batch")
    return "/me/asked", f"/me/asked/{_newest(site, number)}/sign"


def _newest(site: Context, number: str) -> str:
    asked = asked_of_me(site, actor(site, "service1"), "en", limit=50, cursor=None)["items"]
    return str(next(one["id"] for one in asked if one["case_number"] == number))


def on_complaint(verb: str) -> Callable[[Context, str], Place]:
    return lambda _site, number: (f"/complaints/{number}", f"/complaints/{number}/{verb}")


TO = {"to": "quality2"}
DEEDS = (
    Deed("complete", "quality1", at_record(""), "problem-losses", {"intake-urgency": "high", "do": "complete"}),
    Deed("claim", "quality1", at_record(""), "problem-losses", {"intake-urgency": "high", "do": "claim"}),
    Deed("comment", "quality1", at_record("/comment"), "text", most=5000),
    Deed("transfer", "quality1", at_record("/transfer"), "reason", TO),
    Deed("delegate", "quality1", at_record("/delegate"), "reason", TO),
    Deed("send back", "quality1", at_record("/send-back"), "reason", {"target": "receive", "confirmed": "1"}),
    Deed("sign by", "quality1", at_record("/signers"), "text", {"signers": ["quality2"]}, most=5000),
    Deed("ask", "quality1", at_record("/ask"), "text", {"of": "service1"}, most=5000),
    Deed("urge", "quality1", at_record("/urge"), "text", most=5000),
    Deed("priority", "quality1", at_record("/priority"), "reason", {"priority": "75"}),
    Deed("unclaim", "quality1", _held, None),
    Deed("give back", "engineering1", _delegated, "reason"),
    Deed("take back", "quality1", _done, "reason"),
    Deed("answer", "service1", _asked, "text", most=5000),
    Deed("sign", "service1", _to_sign, "text", {"do": "agree"}, most=5000),
    Deed("suspend", "manager", on_complaint("suspend"), "reason"),
    Deed("cancel", "manager", on_complaint("cancel"), "reason"),
    Deed("pause the clock", "sales1", on_complaint("pause"), "text", {"reason": "waiting_customer"}, most=5000),
    Deed("amend", "sales1", lambda _site, number: 2 * (f"/complaints/{number}/amend/customer",), "reason",
         {"customer-contact": "Li"}),
)  # fmt: skip
__all__ = ["DEEDS", "Deed", "counts", "filed"]
