"""The register of complaints."""

from typing import Any

from server.commands.amend_case import AmendCase
from server.commands.file_complaint import FileComplaint
from server.commands.merge_complaint import MergeComplaint
from server.commands.refer_complaint import ReferComplaint
from server.commands.report_recurrence import ReportRecurrence
from server.commands.withdraw_complaint import WithdrawComplaint
from server.i18n import N_, translate
from server.queries.case_at import case_at
from server.queries.complaint_detail import complaint_detail
from server.queries.complaint_list import RegisterFilter, complaint_list
from server.queries.register_export import register_export
from server.queries.similar_cases import similar_cases
from server.web.api.call import Call, Reply
from server.web.api.checking import parse_time
from server.web.streams import csv_file, xlsx_file

_NOT_TOLD = ("schema", "diagram", "rounds", "title")
"""What only a page needs of a moment."""


def file_complaint(call: Call) -> Reply:
    received = call.body.get("received_at")
    return call.execute(
        FileComplaint(
            actor=call.actor,
            command_id=call.command_id,
            channel=call.body["channel"],
            fields=call.body["fields"],
            received_at=parse_time(received) if received else None,
        )
    )


def list_complaints(call: Call) -> Reply:
    filters: dict[str, Any] = {name: call.query.get(name) for name in ("q", "state", "customer")}
    return 200, complaint_list(call.context, call.actor, language=call.language, **filters, **call.page)


def complaints_csv(call: Call) -> Reply:
    table = register_export(call.context, call.actor, _filter(call), call.language)
    return csv_file("complaints", table.titles, table.rows, call.language)


def complaints_xlsx(call: Call) -> Reply:
    table, title = register_export(call.context, call.actor, _filter(call), call.language), N_("Complaints")
    return xlsx_file("complaints", translate(title, call.language), table.titles, table.rows, call.language)


def get_complaint(call: Call) -> Reply:
    return 200, complaint_detail(call.context, call.actor, call.path["number"], call.language)


def complaint_at(call: Call) -> Reply:
    time = call.query.get("time")
    at = parse_time(time) if time else None
    found = case_at(call.context, call.actor, call.path["number"], call.language, seq=call.query.get("seq"), at=at)
    return 200, {name: value for name, value in found.items() if name not in _NOT_TOLD}


def similar_complaints(call: Call) -> Reply:
    found = similar_cases(call.context, call.actor, call.path["number"], call.language, call.query["limit"])
    return 200, {"items": found}


def amend_complaint(call: Call) -> Reply:
    return call.execute(
        AmendCase(
            actor=call.actor,
            command_id=call.command_id,
            number=call.path["number"],
            data=call.body["data"],
            reason=call.body["reason"],
            revision=call.body.get("revision"),
        )
    )


def withdraw_complaint(call: Call) -> Reply:
    return call.execute(WithdrawComplaint(**_which_and_why(call), name=call.body.get("name")))


def merge_complaint(call: Call) -> Reply:
    of, confirm = call.body["of"], call.body.get("confirm", False)
    return call.execute(MergeComplaint(**_which_and_why(call), of=of, confirm=confirm))


def refer_complaint(call: Call) -> Reply:
    return call.execute(ReferComplaint(**_which_and_why(call), kind=call.body["kind"]))


def report_recurrence(call: Call) -> Reply:
    fields, channel = call.body.get("fields", {}), call.body.get("channel")
    return call.execute(ReportRecurrence(**_which_and_why(call), fields=fields, channel=channel))


def _filter(call: Call) -> RegisterFilter:
    return RegisterFilter(**{name: call.query.get(name) for name in ("q", "state", "customer")})


def _which_and_why(call: Call) -> dict[str, Any]:
    return {
        "actor": call.actor,
        "command_id": call.command_id,
        "number": call.path["number"],
        "reason": call.body["reason"],
    }
