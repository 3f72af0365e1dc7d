"""The trouble is back after the end: a new complaint that follows the old one and knows what was known then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, insert

from server.casework.case_work import LIVE, CaseWork
from server.casework.cases import visible_case
from server.casework.command import Command, Reply
from server.casework.filing import APPLICATION, filed, filing_form, open_case
from server.casework.links import refuse_duplicate
from server.casework.new_case import NewCase
from server.casework.save_case import save
from server.casework.work import Work
from server.domain.form_schema import Schema, restrict
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, CaseLink
from server.persistence.models.links import SUCCESSOR

COPIED: Mapping[str, frozenset[str] | None] = {
    "customer": None,
    "product": None,
    "problem": frozenset({"title", "defect", "kind"}),
}
"""Groups of the case file that a successor begins with: the fields named, or all."""
NOT_COPIED = frozenset({"complaint_no", "quantity_delivered", "quantity_defective", "quantity_returned"})
"""What was true of the old delivery alone: counted again it would make repeats look worse than they are."""


@dataclass(frozen=True, kw_only=True)
class ReportRecurrence(Command):
    """`fields` are laid over what is copied; without a description the reason is one, without a channel the old one."""

    verb: ClassVar[str] = "report_recurrence"
    number: str
    reason: str
    fields: dict[str, Any] = field(default_factory=dict)
    channel: str | None = None

    def handle(self, work: Work) -> Reply:
        work.actor.require("case.file")
        old = visible_case(work, CaseFile.number == self.number, self.number)
        reason = self.reason.strip()
        if not reason:
            raise Rejected("case.reason_missing", N_("Say what has come back."), field="/reason")
        _require_ended(work, old)
        version = work.context.library.current(APPLICATION)
        schema = version.forms.case_schema()
        start = restrict(schema, copied(old.data))
        start.setdefault("problem", {})["description"] = reason
        if "successor" in version.known_names:
            start["successor"] = {"of": old.number, "reason": reason}
        channel = self.channel or old.data.get("intake", {}).get("channel") or "internal"
        view = widened(filing_form(version), schema)
        new = open_case(work, version, start, self.fields, channel, work.now, view)
        new.note(EventType.CASE_FOLLOWS, number=old.number, reason=reason)
        new.repeat = True
        work.at_commit(lambda connection: _link(connection, new, old, reason))
        return lambda: filed(work, new)


def copied(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a successor takes over from the case file `data` of its predecessor."""
    found: dict[str, Any] = {}
    for group, names in COPIED.items():
        values = data.get(group)
        if isinstance(values, Mapping):
            kept = {name: value for name, value in values.items() if name not in NOT_COPIED}
            found[group] = {name: value for name, value in kept.items() if names is None or name in names}
    return found


def widened(form: Schema, case_schema: Schema) -> Schema:
    """The filing form with all fields of the groups that are copied: the batch, say, is another one this time."""
    groups = {
        name: {**case_schema["properties"][name], "required": form["properties"].get(name, {}).get("required", [])}
        for name in COPIED
        if name in case_schema["properties"]
    }
    return {**form, "properties": {**form["properties"], **groups}}


def _require_ended(work: Work, old: CaseWork) -> None:
    if old.state in LIVE or old.state == "suspended":
        raise Rejected(
            "instance.open",
            N_("Complaint {number} is still open. Add what is new to it; a recurrence is reported after the end."),
            number=old.number,
        )
    refuse_duplicate(
        work,
        old,
        N_("Complaint {number} ended as a duplicate of {of}. Report the recurrence there."),
        N_("Complaint {number} ended as a duplicate of another one. Report the recurrence there."),
    )


def _link(connection: Connection, new: NewCase, old: CaseWork, reason: str) -> None:
    """Once the number is known: the link, and the line in the predecessor's history."""
    work = old.work
    row = {"kind": SUCCESSOR, "case_id": new.case_id, "other_id": old.case_id}
    connection.execute(insert(CaseLink), [row | {"created_at": work.now, "created_by": work.actor_id}])
    old.record(EventType.CASE_RECURRED, number=new.number, reason=reason)
    work.write_within(connection, lambda: save(old))
